"""What one kind of handoff is made of, and the groups of organisations that the rows name."""

from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from services.referrals.rules.law import RULES_SINCE, Citation
from services.referrals.rules.vocabulary import Course, Form, Kind, OrganisationKind, Outcome


class Paper(StrEnum):
    """What a paper of a package is."""

    SUGGESTION = "suggestion"
    FILING_DECISION = "filing_decision"
    TERMINATION_DECISION = "termination_decision"
    TRANSFER_LETTER = "transfer_letter"
    LIST_OF_MATERIALS = "list_of_materials"
    INVESTIGATION_REPORT = "investigation_report"
    APPRAISAL_OPINION = "appraisal_opinion"
    EVIDENCE = "evidence"
    EVIDENCE_NOTICE = "evidence_notice"
    EVIDENCE_LIST = "evidence_list"
    ENTRUSTMENT_LETTER = "entrustment_letter"
    REASONS_DEMAND = "reasons_demand"
    NOTICE_TO_FILE = "notice_to_file"
    LETTER = "letter"
    FACT_CONFIRMATION = "fact_confirmation"
    CONSULTATION_RECORD = "consultation_record"
    ANNOUNCEMENT = "announcement"
    INDICTMENT = "indictment"
    OTHER = "other"


class Opens(StrEnum):
    """From which step on the receiver sees the whole package."""

    DISPATCH = "dispatch"
    ACKNOWLEDGEMENT = "acknowledgement"
    ACCEPTANCE = "acceptance"


class Answers(StrEnum):
    """The ways in which a handoff is answered."""

    ACKNOWLEDGEMENT = "acknowledgement"
    ACCEPTANCE = "acceptance"
    RETURN = "return"
    REDIRECTION = "redirection"
    PAPERS_ASKED = "papers_asked"
    DECISION = "decision"
    REVIEW = "review"
    LENGTHENING = "lengthening"
    REPORT = "report"
    SERVICE = "service"
    REPLY = "reply"
    OBJECTION = "objection"


class Clock(StrEnum):
    """Which reply clock starts at dispatch; those of served documents run in the case's own ledger."""

    AGREED_OR_INTERNAL = "agreed_or_internal"
    IN_THE_CASE = "in_the_case"
    NONE = "none"


class Created(StrEnum):
    """How a handoff comes to be."""

    POSTED = "posted"
    BY_ACT = "by_act"


K = OrganisationKind
PROCURATORATE = frozenset({K.PROCURATORATE})
AUTHORITIES = frozenset(
    {
        K.PUBLIC_SECURITY, K.CYBERSPACE, K.MARKET_REGULATION, K.INDUSTRY_IT, K.EDUCATION, K.HEALTH,
        K.CIVIL_AFFAIRS, K.HUMAN_RESOURCES, K.HOUSING, K.TRANSPORT, K.POSTAL, K.FINANCE, K.CULTURE_TOURISM,
        K.URBAN_MANAGEMENT, K.DATA_AUTHORITY, K.GOVERNMENT, K.TOWNSHIP, K.OTHER_AUTHORITY,
    }
)  # fmt: skip
POLICE = frozenset({K.PUBLIC_SECURITY})
COURTS = frozenset({K.COURT})
PLAINTIFFS = frozenset({K.CONSUMER_ORGANISATION, K.DESIGNATED_ORGANISATION})
SUPERVISION = frozenset({K.SUPERVISION_COMMISSION})
# Whoever appraises, evaluates, audits, inspects, tests or translates (R 35(5)): firms and persons among them.
APPRAISERS = frozenset({K.APPRAISAL_INSTITUTION, K.INSTITUTION, K.ENTERPRISE, K.EXPERT})
ASSISTANTS = AUTHORITIES | APPRAISERS | {K.TRADE_ASSOCIATION}
# State organs and social bodies (R 24(4)); deputies send through their congress.
PASSING_ON = AUTHORITIES | {
    K.COURT, K.SUPERVISION_COMMISSION, K.CONGRESS, K.CONSUMER_ORGANISATION, K.DESIGNATED_ORGANISATION,
    K.TRADE_ASSOCIATION,
}  # fmt: skip
ADDRESSEES = AUTHORITIES | {K.COURT, K.INSTITUTION, K.ENTERPRISE, K.TRADE_ASSOCIATION}
ABOVE_AN_AGENCY = AUTHORITIES | SUPERVISION | {K.CONGRESS, K.PARTY_COMMITTEE, K.TRADE_ASSOCIATION}
ANYBODY = frozenset(OrganisationKind) - PROCURATORATE

# What is shown of any handoff to whoever may see it: who, what kind, when; never what it says.
ENVELOPE = (
    "id", "kind", "form", "course", "number", "stage", "sender", "receiver", "sector", "place", "inbound",
    "dispatched_on", "respond_by", "paper_count", "epoch", "revision", "papers_asked_on", "supplied_on",
)  # fmt: skip
# What a package may hold beyond its envelope.
LETTER = ("title", "summary", "demand", "external_ids", "documents")
PAPERS_ALONE = ("documents",)

OFFER_ANSWERS = (
    Answers.ACKNOWLEDGEMENT, Answers.ACCEPTANCE, Answers.RETURN, Answers.REDIRECTION,
    Answers.PAPERS_ASKED, Answers.DECISION, Answers.REVIEW, Answers.REPORT,
)  # fmt: skip
REQUEST_ANSWERS = (Answers.ACKNOWLEDGEMENT, Answers.REDIRECTION, Answers.PAPERS_ASKED, Answers.REPLY)


@dataclass(frozen=True, slots=True)
class KindRow:
    """One kind of handoff. `papers` are those usually expected, never a condition of dispatch.

    Both allow-lists are empty unless the row says otherwise: `preview` is what a receiver reads beyond the
    envelope before the package opens, `package` what it reads afterwards. A kind of the `same_level` goes to
    a receiver of its sender's level, unless a reason is given.
    """

    kind: Kind
    zh: str
    course: Course
    senders: frozenset[OrganisationKind]
    receivers: frozenset[OrganisationKind]
    papers: tuple[Paper, ...]
    package_at: Opens
    answers: tuple[Answers, ...]
    clock: Clock
    created: Created
    basis: Citation
    also: tuple[Citation, ...] = ()
    preview: tuple[str, ...] = ()
    package: tuple[str, ...] = ()
    outcomes: tuple[Outcome, ...] = ()
    refusals: tuple[Outcome, ...] = ()
    proposed: bool = False
    same_level: bool = False
    since: date = RULES_SINCE
    until: date | None = None
    note: str = ""

    @property
    def form(self) -> Form:
        """Served, offered or asked; what passes between others, and what comes in, is an offer."""
        return FORM_OF[self.course]


FORM_OF = {
    Course.SERVICE: Form.SERVICE,
    Course.OFFER: Form.OFFER,
    Course.INBOUND: Form.OFFER,
    Course.TRANSFER: Form.OFFER,
    Course.DEMAND: Form.OFFER,
    Course.REQUEST: Form.REQUEST,
    Course.COURT: Form.REQUEST,
}

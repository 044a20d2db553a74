"""Kinds of handoff: who hands what to whom, in which form, when the papers open, and how it is answered."""

from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from services.referrals.errors import AnswerNotForeseen, KindComesFromAnAct, KindNotYetOffered, WrongReceiver
from services.referrals.rules.law import (
    HANDLING_RULES,
    INTERPRETATION,
    OURS,
    PIPL,
    POLICE_RULES,
    RULES_SINCE,
    SUGGESTION_RULES,
    TRANSFER_RULES,
    Citation,
    Mark,
)
from services.referrals.rules.vocabulary import Form, Kind, OrganisationKind
from shared.citation import in_force


class Paper(StrEnum):
    """What a paper of a package is."""

    SUGGESTION = "suggestion"
    FILING_DECISION = "filing_decision"
    TERMINATION_DECISION = "termination_decision"
    TRANSFER_LETTER = "transfer_letter"
    LIST_OF_MATERIALS = "list_of_materials"
    INVESTIGATION_REPORT = "investigation_report"
    EVIDENCE = "evidence"
    EVIDENCE_NOTICE = "evidence_notice"
    EVIDENCE_LIST = "evidence_list"
    ENTRUSTMENT_LETTER = "entrustment_letter"
    LETTER = "letter"
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
    DECISION = "decision"
    SERVICE = "service"
    REPLY = "reply"


class Clock(StrEnum):
    """Which reply clock a handoff carries here; those of served documents run in the case's own ledger."""

    AGREED_OR_INTERNAL = "agreed_or_internal"
    L4 = "L4"
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
ASSISTANTS = AUTHORITIES | {K.INSTITUTION, K.APPRAISAL_INSTITUTION, K.TRADE_ASSOCIATION, K.ENTERPRISE}
ADDRESSEES = AUTHORITIES | {K.COURT, K.INSTITUTION, K.ENTERPRISE, K.TRADE_ASSOCIATION}
ANYBODY = frozenset(OrganisationKind) - PROCURATORATE

# What may be shown of an offer or request before its package opens; nothing else leaves.
PREVIEW = (
    "id", "kind", "form", "number", "stage", "sender", "receiver", "sector", "place",
    "dispatched_on", "respond_by", "paper_count", "epoch", "revision",
)  # fmt: skip
WHOLE = ("*",)

_SERVED = (Answers.SERVICE,)
_SERVED_REPLIED = (Answers.SERVICE, Answers.REPLY)
_OFFER = (Answers.ACKNOWLEDGEMENT, Answers.ACCEPTANCE, Answers.RETURN, Answers.DECISION)
_REQUEST = (Answers.ACKNOWLEDGEMENT, Answers.REPLY)


@dataclass(frozen=True, slots=True)
class KindRow:
    """One kind of handoff; `papers` are those usually expected, never a condition of dispatch."""

    kind: Kind
    zh: str
    form: Form
    senders: frozenset[OrganisationKind]
    receivers: frozenset[OrganisationKind]
    papers: tuple[Paper, ...]
    package_at: Opens
    answers: tuple[Answers, ...]
    preview: tuple[str, ...]
    clock: Clock
    created: Created
    basis: Citation
    also: tuple[Citation, ...] = ()
    since: date = RULES_SINCE
    until: date | None = None
    built: bool = False
    note: str = ""


S, O, Q = Form.SERVICE, Form.OFFER, Form.REQUEST  # noqa: E741
P = Paper

KINDS = (
    # served: the whole document travels, it cannot be returned
    KindRow(
        Kind.SUGGESTION, "检察建议", S, PROCURATORATE, ADDRESSEES, (P.SUGGESTION,), Opens.DISPATCH,
        _SERVED_REPLIED, WHOLE, Clock.IN_THE_CASE, Created.BY_ACT, HANDLING_RULES[76],
        (HANDLING_RULES[75], SUGGESTION_RULES[3], SUGGESTION_RULES[18], INTERPRETATION[21]), built=True,
        note="the agency's two months, or fifteen days, run from the service proved",
    ),
    KindRow(
        Kind.FILING_DECISION, "立案决定书", S, PROCURATORATE, ADDRESSEES, (P.FILING_DECISION,),
        Opens.DISPATCH, _SERVED, WHOLE, Clock.IN_THE_CASE, Created.BY_ACT, HANDLING_RULES[70], built=True,
    ),
    KindRow(
        Kind.TERMINATION_DECISION, "终结案件决定书", S, PROCURATORATE, ADDRESSEES, (P.TERMINATION_DECISION,),
        Opens.DISPATCH, _SERVED, WHOLE, Clock.NONE, Created.BY_ACT, HANDLING_RULES[74], built=True,
    ),
    # offered: a preview first, the package on acceptance, a decision later
    KindRow(
        Kind.CRIMINAL_LEAD, "涉嫌犯罪线索移送", O, PROCURATORATE, POLICE | PROCURATORATE,
        (P.TRANSFER_LETTER, P.LIST_OF_MATERIALS), Opens.ACCEPTANCE, _OFFER, PREVIEW,
        Clock.AGREED_OR_INTERNAL, Created.POSTED, HANDLING_RULES[31],
        (OURS["preview before acceptance"],), built=True,
    ),
    KindRow(
        Kind.DUTY_VIOLATION_LEAD, "职务违法犯罪线索移送", O, PROCURATORATE, SUPERVISION,
        (P.TRANSFER_LETTER, P.LIST_OF_MATERIALS), Opens.ACCEPTANCE, _OFFER, PREVIEW,
        Clock.AGREED_OR_INTERNAL, Created.POSTED, HANDLING_RULES[31], built=True,
    ),
    KindRow(
        Kind.ADMINISTRATIVE_LEAD, "行政执法线索移送", O, PROCURATORATE, AUTHORITIES,
        (P.TRANSFER_LETTER, P.LIST_OF_MATERIALS), Opens.ACCEPTANCE, _OFFER, PREVIEW,
        Clock.AGREED_OR_INTERNAL, Created.POSTED, PIPL[65].marked(Mark.OUR_READING),
        (OURS["or an agreement between office and agency"],), since=date(2021, 11, 1), built=True,
        note="never counts as consultation nor as a suggestion",
    ),
    KindRow(
        Kind.AGENCY_LEAD, "行政机关移送线索", O, AUTHORITIES, PROCURATORATE, (P.TRANSFER_LETTER,),
        Opens.ACCEPTANCE, _OFFER, PREVIEW, Clock.AGREED_OR_INTERNAL, Created.POSTED, HANDLING_RULES[24],
        note="becomes a lead of the receiving office; its result goes back",
    ),
    KindRow(
        Kind.CRIMINAL_TRANSFER, "涉嫌犯罪案件移送（抄送）", O, AUTHORITIES, POLICE,
        (P.TRANSFER_LETTER, P.INVESTIGATION_REPORT, P.LIST_OF_MATERIALS), Opens.DISPATCH, _OFFER, WHOLE,
        Clock.L4, Created.POSTED, TRANSFER_RULES[6], (TRANSFER_RULES[8], POLICE_RULES[180]),
        since=date(2020, 8, 7), note="between an agency and the police; the office watches its copy",
    ),
    KindRow(
        Kind.FILING_SUPERVISION, "立案监督", O, PROCURATORATE, POLICE, (P.LETTER,), Opens.DISPATCH, _OFFER,
        WHOLE, Clock.AGREED_OR_INTERNAL, Created.POSTED, POLICE_RULES[182], since=date(2020, 7, 20),
    ),
    # requested: acknowledged, then replied to
    KindRow(
        Kind.CONSULTATION, "磋商", Q, PROCURATORATE, AUTHORITIES, (P.LETTER,), Opens.ACKNOWLEDGEMENT,
        _REQUEST, PREVIEW, Clock.AGREED_OR_INTERNAL, Created.POSTED, HANDLING_RULES[70], built=True,
    ),
    KindRow(
        Kind.EVIDENCE_REQUEST, "调取证据", Q, PROCURATORATE, ANYBODY, (P.EVIDENCE_NOTICE, P.EVIDENCE_LIST),
        Opens.ACKNOWLEDGEMENT, _REQUEST, PREVIEW, Clock.AGREED_OR_INTERNAL, Created.POSTED,
        HANDLING_RULES[38], (HANDLING_RULES[35],), built=True,
    ),
    KindRow(
        Kind.TECHNICAL_ASSISTANCE, "技术协助", Q, PROCURATORATE, ASSISTANTS, (P.LETTER,),
        Opens.ACKNOWLEDGEMENT, _REQUEST, PREVIEW, Clock.AGREED_OR_INTERNAL, Created.POSTED,
        HANDLING_RULES[36], (HANDLING_RULES[40],), built=True,
        note="any agency may be asked, also one that no suggestion is addressed to",
    ),
    KindRow(
        Kind.APPRAISAL, "委托鉴定", Q, PROCURATORATE, frozenset({K.APPRAISAL_INSTITUTION, K.INSTITUTION}),
        (P.ENTRUSTMENT_LETTER,), Opens.ACKNOWLEDGEMENT, _REQUEST, PREVIEW, Clock.AGREED_OR_INTERNAL,
        Created.POSTED, HANDLING_RULES[41], (HANDLING_RULES[48],),
        note="its days are not counted in the period for review",
    ),
    KindRow(
        Kind.COURT_COMMUNICATION, "与法院沟通", Q, PROCURATORATE, COURTS, (P.LETTER,), Opens.ACKNOWLEDGEMENT,
        _REQUEST, PREVIEW, Clock.NONE, Created.POSTED, OURS["communication with courts, named by the Notice"],
        built=True,
    ),
    KindRow(
        Kind.COURT_FILING, "起诉", Q, PROCURATORATE, COURTS, (P.INDICTMENT,), Opens.DISPATCH, _REQUEST, WHOLE,
        Clock.IN_THE_CASE, Created.BY_ACT, INTERPRETATION[5], (HANDLING_RULES[46],),
    ),
    KindRow(
        Kind.OBSTRUCTION_REPORT, "妨碍调查情况报告", Q, PROCURATORATE, SUPERVISION | {K.CONGRESS},
        (P.LETTER,), Opens.ACKNOWLEDGEMENT, _REQUEST, PREVIEW, Clock.NONE, Created.POSTED, HANDLING_RULES[45],
        (SUGGESTION_RULES[25],), note="proposed by a prosecutor, never automatic",
    ),
    KindRow(
        Kind.WORK_LETTER, "工作函", Q, PROCURATORATE, ANYBODY, (P.LETTER,), Opens.ACKNOWLEDGEMENT, _REQUEST,
        PREVIEW, Clock.NONE, Created.POSTED, OURS["a letter without legal effect"], built=True,
    ),
    KindRow(
        Kind.PLAINTIFF_NOTICE, "公告抄送适格主体", Q, PROCURATORATE, PLAINTIFFS, (P.ANNOUNCEMENT,),
        Opens.DISPATCH, _REQUEST, WHOLE, Clock.NONE, Created.POSTED,
        OURS["courtesy copy of the announcement"], (HANDLING_RULES[91], PIPL[70]), built=True,
        note="starts no period: that runs from publication",
    ),
)  # fmt: skip


def kind_for(kind: Kind, on: date) -> KindRow:
    """The row of that kind in force on the day; NoRuleInForce when there was none."""
    return in_force((row for row in KINDS if row.kind is kind), on, f"handoff {kind}")


def postable(row: KindRow) -> KindRow:
    """The row, if this version carries it out and a person may post it."""
    if row.created is Created.BY_ACT:
        raise KindComesFromAnAct(kind=row.kind, basis=str(row.basis))
    if not row.built:
        offered = [r.kind for r in KINDS if r.built and r.created is Created.POSTED]
        raise KindNotYetOffered(kind=row.kind, basis=str(row.basis), offered=offered)
    return row


def check_receiver(row: KindRow, receiver_kind: str) -> None:
    """Refuses a receiver to which this kind never goes."""
    if receiver_kind not in row.receivers:
        raise WrongReceiver(
            kind=row.kind, receiver_kind=receiver_kind, open_to=sorted(row.receivers), basis=str(row.basis)
        )


def check_answer(row: KindRow, answer: Answers) -> None:
    """Refuses an answer that this kind does not foresee."""
    if answer not in row.answers:
        foreseen = list(row.answers)
        raise AnswerNotForeseen(kind=row.kind, answer=answer, foreseen=foreseen, basis=str(row.basis))


def missing_papers(row: KindRow, papers: frozenset[str]) -> tuple[Paper, ...]:
    """The papers usually expected of this kind that are not in the package; advice, not a refusal."""
    return tuple(paper for paper in row.papers if paper not in papers)

"""The words of this service: what a matter, an act, a source, a finding may be called."""

from enum import StrEnum


class Track(StrEnum):
    """Which lifecycle a matter follows."""

    LEAD = "lead"
    ADMINISTRATIVE = "administrative"
    CIVIL = "civil"
    CRIMINAL_INCIDENTAL = "criminal_incidental"


class Procedure(StrEnum):
    """In which kind of public interest litigation a case is handled."""

    ADMINISTRATIVE = "administrative"
    CIVIL = "civil"
    CRIMINAL_INCIDENTAL = "criminal_incidental"


class Stage(StrEnum):
    """Where a lead or a case stands."""

    REGISTERED = "registered"
    ASSESSED = "assessed"
    FILED = "filed"
    DECLINED = "declined"
    OPENED = "opened"
    SUGGESTION_MADE = "suggestion_made"
    SUGGESTION_SERVED = "suggestion_served"
    REPLIED = "replied"
    PERFORMED = "performed"
    NOT_PERFORMED = "not_performed"
    TERMINATED = "terminated"


class Act(StrEnum):
    """What moves a matter from one stage to the next."""

    REGISTER = "register"
    ASSESS = "assess"
    FILE = "file"
    DECLINE = "decline"
    SUGGEST = "suggest"
    SERVE = "serve"
    REPLY = "reply"
    JUDGE_PERFORMED = "judge_performed"
    JUDGE_NOT_PERFORMED = "judge_not_performed"
    TERMINATE = "terminate"


class Source(StrEnum):
    """Where a lead comes from: the six sources of R 24."""

    REPORT = "report"
    CASE_WORK = "case_work"
    ENFORCEMENT_PLATFORM = "enforcement_platform"
    PASSED_ON = "passed_on"
    MEDIA = "media"
    OTHER_DUTY = "other_duty"


class Origin(StrEnum):
    """How the matter came to the office that handles it."""

    SELF_HANDLED = "self_handled"
    ASSIGNED = "assigned"
    TAKEN_UP = "taken_up"
    DESIGNATED = "designated"
    TRANSFERRED = "transferred"
    TRANSFERRED_FOR_SUIT = "transferred_for_suit"


class InformationKind(StrEnum):
    """Kinds of personal information concerned."""

    BIOMETRIC = "biometric"
    RELIGION = "religion"
    SPECIFIC_IDENTITY = "specific_identity"
    MEDICAL = "medical"
    FINANCIAL_ACCOUNT = "financial_account"
    WHEREABOUTS = "whereabouts"
    IDENTITY = "identity"
    CONTACT = "contact"
    COMMUNICATION = "communication"
    CREDIT = "credit"
    TRANSACTION = "transaction"
    EDUCATION = "education"
    OTHER = "other"


class Group(StrEnum):
    """Groups of persons whom the Notice names."""

    CHILDREN = "children"
    WOMEN = "women"
    DISABLED = "disabled"
    ELDERLY = "elderly"
    MILITARY = "military"


class Sector(StrEnum):
    """The field in which the information is handled; the first five are the key fields of the Notice."""

    EDUCATION = "education"
    MEDICAL = "medical"
    EMPLOYMENT = "employment"
    ELDERLY_CARE = "elderly_care"
    CONSUMPTION = "consumption"
    FINANCE = "finance"
    TRANSPORT = "transport"
    POSTAL = "postal"
    TELECOM = "telecom"
    HOUSING = "housing"
    PUBLIC_SERVICE = "public_service"
    OTHER = "other"


class Truth(StrEnum):
    """What the assessment of a lead finds of its truth."""

    LIKELY = "likely"
    DOUBTFUL = "doubtful"
    UNTRUE = "untrue"


class Outcome(StrEnum):
    """What the assessment of a lead proposes."""

    TO_FILE = "to_file"
    TO_DECLINE = "to_decline"


class Pace(StrEnum):
    """How quickly the addressee of a suggestion must answer."""

    ORDINARY = "ordinary"
    URGENT = "urgent"


class Finding(StrEnum):
    """How the answer to a suggestion is judged: performed, or one of the seven forms of R 82."""

    PERFORMED = "performed"
    NO_REPLY_NO_MEASURES = "no_reply_no_measures"
    PLAN_NOT_EXECUTED = "plan_not_executed"
    REPLIED_WITHOUT_PERFORMING = "replied_without_performing"
    CRIME_PURSUED_DUTY_REMAINS = "crime_pursued_duty_remains"
    OBSTACLE_GONE_NOT_RESUMED = "obstacle_gone_not_resumed"
    MEASURES_UNLAWFUL = "measures_unlawful"
    OTHER = "other"


class Ground(StrEnum):
    """Why a case is terminated."""

    NO_UNLAWFUL_ACT = "no_unlawful_act"
    INTEREST_PROTECTED = "interest_protected"
    FULLY_RECTIFIED = "fully_rectified"
    OTHER_SUBJECT_SUED = "other_subject_sued"
    OTHER = "other"


class Capacity(StrEnum):
    """In which capacity a person has to do with a matter, when their recusal is asked for."""

    CHIEF = "chief"
    COMMITTEE = "committee"
    DEPARTMENT_HEAD = "department_head"
    PROSECUTOR = "prosecutor"
    CLERK = "clerk"
    TECHNICIAN = "technician"
    OVERSEER = "overseer"
    ADMIN = "admin"
    AUDITOR = "auditor"
    INTERPRETER = "interpreter"
    APPRAISER = "appraiser"
    INSPECTOR = "inspector"


class Recusal(StrEnum):
    """What is decided on a person whose recusal was asked for."""

    RECUSED = "recused"
    STAYS = "stays"


class ProposalState(StrEnum):
    """Where a proposal stands on its way through the approval chain."""

    AWAITING_REVIEW = "awaiting_review"
    AWAITING_DECISION = "awaiting_decision"
    APPROVED = "approved"
    REFUSED = "refused"
    CANCELLED = "cancelled"


class OrderMode(StrEnum):
    """Orders between offices, as far as they change what this service keeps."""

    ASSIGN = "assign"
    TAKE_UP = "take_up"
    DESIGNATE = "designate"
    TRANSFER_LEAD = "transfer_lead"
    TRANSFER_CASE = "transfer_case"
    TRANSFER_FOR_SUIT = "transfer_for_suit"
    SUPERVISE = "supervise"
    REPORT_FOR_RECORD = "report_for_record"


class OrderState(StrEnum):
    """What has become here of an order that concerns a matter."""

    LOCKED = "locked"
    REFUSED = "refused"
    MOVED = "moved"
    GRANTED = "granted"
    BASIS = "basis"
    RELEASED = "released"
    WITHDRAWN = "withdrawn"
    ENDED = "ended"

"""The words that the tables of this service share."""

from enum import StrEnum


class MatterKind(StrEnum):
    """What a matter is: a lead, or the case that was opened on one."""

    LEAD = "lead"
    CASE = "case"


class Procedure(StrEnum):
    """In which procedure a case was opened."""

    ADMINISTRATIVE = "administrative"
    CIVIL = "civil"
    CRIMINAL_INCIDENTAL = "criminal_incidental"


class Mode(StrEnum):
    """How one procuratorate brings a matter, or a demand about it, to another."""

    ASSIGN = "assign"
    TAKE_UP = "take_up"
    SUPERVISE = "supervise"
    TAKE_LEAD = "take_lead"
    DESIGNATE = "designate"
    TRANSFER_LEAD = "transfer_lead"
    TRANSFER_CASE = "transfer_case"
    TRANSFER_FOR_SUIT = "transfer_for_suit"
    REQUEST_TAKE_UP = "request_take_up"
    REQUEST_DESIGNATION = "request_designation"
    REQUEST_LEAD_TRANSFER_UP = "request_lead_transfer_up"
    REQUEST_EXTENSION = "request_extension"
    REQUEST_APPROVAL_TO_FILE = "request_approval_to_file"
    REQUEST_INSTRUCTION = "request_instruction"
    GUIDE = "guide"
    REPORT_FOR_RECORD = "report_for_record"
    SUPERIOR_DECISION = "superior_decision"
    ENTRUST_INVESTIGATION = "entrust_investigation"
    CALL_UP = "call_up"


class Occasion(StrEnum):
    """Why an office reports, decides, transfers or asks in a mode that has several reasons."""

    MAJOR_LEAD = "major_lead"
    SUGGESTION = "suggestion"
    SUSPENSION = "suspension"
    SUIT = "suit"
    JUDGMENT = "judgment"
    APPEAL = "appeal"
    REVOKE = "revoke"
    ALTER = "alter"
    ORDER_CORRECTION = "order_correction"
    ORDER_APPEAL = "order_appeal"
    WITHDRAW_APPEAL = "withdraw_appeal"
    CHANGE_SUGGESTION = "change_suggestion"
    CROSS_DIVISION = "cross_division"
    AFTER_REVIEW = "after_review"
    LEVEL_MISMATCH = "level_mismatch"
    SEVERAL_COMPETENT = "several_competent"
    DISPUTE = "dispute"
    JURISDICTION = "jurisdiction"
    TO_SUE = "to_sue"
    OTHER_GROUND = "other_ground"


class Particular(StrEnum):
    """What an order or request states beyond its parties, where its mode takes or needs it."""

    LENGTH = "length"
    COURT = "court"
    STAFF = "staff"
    ENDS_ON = "ends_on"
    CO_HANDLERS = "co_handlers"
    JOINT_WITH = "joint_with"
    MILESTONES = "milestones"
    PROPOSED = "proposed"
    DISPUTED_WITH = "disputed_with"
    SUBJECTS = "subjects"
    ITEMS = "items"
    DEMANDS = "demands"


class Kind(StrEnum):
    """What a procuratorate and an agency hand to each other."""

    SUGGESTION = "suggestion"
    FILING_DECISION = "filing_decision"
    TERMINATION_DECISION = "termination_decision"
    CRIMINAL_LEAD = "criminal_lead"
    DUTY_VIOLATION_LEAD = "duty_violation_lead"
    ADMINISTRATIVE_LEAD = "administrative_lead"
    AGENCY_LEAD = "agency_lead"
    CRIMINAL_TRANSFER = "criminal_transfer"
    FILING_SUPERVISION = "filing_supervision"
    CONSULTATION = "consultation"
    EVIDENCE_REQUEST = "evidence_request"
    TECHNICAL_ASSISTANCE = "technical_assistance"
    APPRAISAL = "appraisal"
    COURT_COMMUNICATION = "court_communication"
    COURT_FILING = "court_filing"
    OBSTRUCTION_REPORT = "obstruction_report"
    WORK_LETTER = "work_letter"
    PLAINTIFF_NOTICE = "plaintiff_notice"


class Form(StrEnum):
    """How a handoff binds: served as a whole, offered to be accepted, or asked to be answered."""

    SERVICE = "service"
    OFFER = "offer"
    REQUEST = "request"


class Course(StrEnum):
    """The sequence of steps that a handoff follows; most kinds follow that of their form."""

    SERVICE = "service"
    OFFER = "offer"
    INBOUND = "inbound"
    TRANSFER = "transfer"
    DEMAND = "demand"
    REQUEST = "request"
    COURT = "court"


class Outcome(StrEnum):
    """What the receiver of an offer, or a court, decided."""

    FILED = "filed"
    NOT_FILED = "not_filed"
    PENALISED = "penalised"
    CORRECTED = "corrected"
    NO_VIOLATION = "no_violation"
    DECLINED = "declined"
    MERGED = "merged"
    SPLIT = "split"
    REFUSED = "refused"
    EXPLAINED = "explained"


class Feedback(StrEnum):
    """What a receiver reports after it has decided; a court reports how the suit goes on."""

    PROGRESS = "progress"
    DEFENDANT_SERVED = "defendant_served"
    DEFENCE = "defence"
    APPEARANCE_NOTICE = "appearance_notice"
    JUDGMENT = "judgment"
    RULING = "ruling"
    OTHER_APPEAL = "other_appeal"
    OTHER_APPEAL_WITHDRAWAL = "other_appeal_withdrawal"


class CourtOutcome(StrEnum):
    """What became of the claims in a judgment."""

    UPHELD = "upheld"
    PARTLY_UPHELD = "partly_upheld"
    REJECTED = "rejected"
    ENDED_OTHERWISE = "ended_otherwise"


class Gate(StrEnum):
    """What a handoff waits for before it leaves, or why it never did."""

    AWAITS_APPROVAL = "awaits_approval"
    AWAITS_FORWARDING = "awaits_forwarding"
    AWAITS_NAME = "awaits_name"
    AWAITS_DECISION = "awaits_decision"
    DECLINED = "declined"
    TAKEN_BACK = "taken_back"


class Ground(StrEnum):
    """Why a report goes up the ladder: the investigation is obstructed, or nothing was rectified."""

    OBSTRUCTION = "obstruction"
    NOT_RECTIFIED = "not_rectified"


class Rung(StrEnum):
    """To whom such a report goes."""

    CONGRESS = "congress"
    DISCIPLINE = "discipline"
    AGENCY_SUPERIOR = "agency_superior"
    PARTY_COMMITTEE = "party_committee"
    GOVERNMENT = "government"
    INDUSTRY_BODY = "industry_body"


class OrganisationKind(StrEnum):
    """What an organisation is that sends or receives handoffs."""

    PROCURATORATE = "procuratorate"
    PUBLIC_SECURITY = "public_security"
    CYBERSPACE = "cyberspace"
    MARKET_REGULATION = "market_regulation"
    INDUSTRY_IT = "industry_it"
    EDUCATION = "education"
    HEALTH = "health"
    CIVIL_AFFAIRS = "civil_affairs"
    HUMAN_RESOURCES = "human_resources"
    HOUSING = "housing"
    TRANSPORT = "transport"
    POSTAL = "postal"
    FINANCE = "finance"
    CULTURE_TOURISM = "culture_tourism"
    URBAN_MANAGEMENT = "urban_management"
    DATA_AUTHORITY = "data_authority"
    GOVERNMENT = "government"
    TOWNSHIP = "township"
    OTHER_AUTHORITY = "other_authority"
    CONGRESS = "congress"
    PARTY_COMMITTEE = "party_committee"
    SUPERVISION_COMMISSION = "supervision_commission"
    COURT = "court"
    CONSUMER_ORGANISATION = "consumer_organisation"
    DESIGNATED_ORGANISATION = "designated_organisation"
    INSTITUTION = "institution"
    APPRAISAL_INSTITUTION = "appraisal_institution"
    TRADE_ASSOCIATION = "trade_association"
    ENTERPRISE = "enterprise"
    EXPERT = "expert"


class Party(StrEnum):
    """Who may take a step, seen from the referral or handoff."""

    ISSUER = "issuer"
    ISSUERS_SUPERIOR = "issuers_superior"
    ADDRESSEE = "addressee"
    HOLDER = "holder"
    FORMER_HOLDER = "former_holder"
    SENDER = "sender"
    RECEIVER = "receiver"
    WATCHER = "watcher"
    FORWARDER = "forwarder"
    ANNOUNCEMENT = "announcement"
    ITSELF = "itself"


class Path(StrEnum):
    """By which way an answer came; a receipt says so for ever."""

    OWN_KEY = "own_key"
    COUNTERSIGNED = "countersigned"
    RECORDED_BY_SENDER = "recorded_by_sender"
    RECORDED_BY_OFFICE = "recorded_by_office"
    TRANSPORT = "transport"


class Manner(StrEnum):
    """How an answer that the sending office records had reached it."""

    PAPER = "paper"
    POST = "post"
    IN_PERSON = "in_person"
    MEETING = "meeting"
    ELECTRONIC = "electronic"


class ServiceManner(StrEnum):
    """How service was proved."""

    SIGNATURE = "signature"
    REFUSAL_LEFT = "refusal_left"
    READ_OUT = "read_out"

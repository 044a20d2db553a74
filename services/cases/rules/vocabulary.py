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
    MERGED = "merged"
    SPLIT = "split"
    OPENED = "opened"
    INVESTIGATED = "investigated"
    SUGGESTION_MADE = "suggestion_made"
    SUGGESTION_SERVED = "suggestion_served"
    REPLIED = "replied"
    SUSPENDED = "suspended"
    PERFORMED = "performed"
    NOT_PERFORMED = "not_performed"
    ANNOUNCEMENT_MADE = "announcement_made"
    ANNOUNCED = "announced"
    SUPPORTING = "supporting"
    SUPPORT_WITHDRAWN = "support_withdrawn"
    REVIEWED = "reviewed"
    SUIT_DECIDED = "suit_decided"
    LODGED = "lodged"
    SUIT_REFUSED = "suit_refused"
    IN_TRIAL = "in_trial"
    SUIT_WITHDRAWN = "suit_withdrawn"
    JUDGED = "judged"
    APPEALED = "appealed"
    SECOND_INSTANCE = "second_instance"
    FINAL = "final"
    RETRIAL = "retrial"
    IN_EXECUTION = "in_execution"
    TERMINATED = "terminated"
    CONCLUDED = "concluded"
    ARCHIVED = "archived"


class Act(StrEnum):
    """What is done officially in a matter; most acts move it from one stage to the next."""

    REGISTER = "register"
    INQUIRE = "inquire"
    ASSESS = "assess"
    FILE = "file"
    DECLINE = "decline"
    MERGE = "merge"
    SPLIT = "split"
    TRANSFER_INSIDE = "transfer_inside"
    CORRECT_FACTS = "correct_facts"
    OBJECT = "object"
    PLAN = "plan"
    INVESTIGATE = "investigate"
    CONSULT = "consult"
    HEAR = "hear"
    ENTRUST_APPRAISAL = "entrust_appraisal"
    RECEIVE_APPRAISAL = "receive_appraisal"
    END_APPRAISAL = "end_appraisal"
    EXTEND = "extend"
    CONCLUDE_INVESTIGATION = "conclude_investigation"
    SUGGEST = "suggest"
    SERVE = "serve"
    REPLY = "reply"
    REPLACE_SUGGESTION = "replace_suggestion"
    WITHDRAW_SUGGESTION = "withdraw_suggestion"
    SUSPEND = "suspend"
    RESUME = "resume"
    JUDGE_PERFORMED = "judge_performed"
    JUDGE_NOT_PERFORMED = "judge_not_performed"
    ANNOUNCE = "announce"
    PUBLISH = "publish"
    NOTE_SUBJECT_SUED = "note_subject_sued"
    NOTE_INDICTMENT = "note_indictment"
    SUPPORT = "support"
    WITHDRAW_SUPPORT = "withdraw_support"
    CONCLUDE_REVIEW = "conclude_review"
    SUE = "sue"
    LODGE = "lodge"
    NOTE_COURT_FILING = "note_court_filing"
    NOTE_COURT_REFUSAL = "note_court_refusal"
    NOTE_DEFENDANT_SERVED = "note_defendant_served"
    NOTE_DEFENCE = "note_defence"
    NOTE_APPEARANCE_NOTICE = "note_appearance_notice"
    APPOINT_APPEARANCE = "appoint_appearance"
    APPEAR = "appear"
    CHANGE_CLAIMS = "change_claims"
    WITHDRAW_SUIT = "withdraw_suit"
    NOTIFY_COURT = "notify_court"
    MEDIATE = "mediate"
    NOTE_JUDGMENT = "note_judgment"
    NOTE_RULING = "note_ruling"
    APPEAL = "appeal"
    NOTE_OTHER_APPEAL = "note_other_appeal"
    WITHDRAW_APPEAL = "withdraw_appeal"
    NOTE_OTHER_APPEAL_WITHDRAWAL = "note_other_appeal_withdrawal"
    NOTE_SECOND_INSTANCE = "note_second_instance"
    NOTE_REMAND = "note_remand"
    NOTE_FINAL_JUDGMENT = "note_final_judgment"
    NOTE_FINALITY = "note_finality"
    PROTEST = "protest"
    NOTE_RETRIAL_JUDGMENT = "note_retrial_judgment"
    SUGGEST_TO_COURT = "suggest_to_court"
    NOTE_EXECUTION = "note_execution"
    TERMINATE = "terminate"
    CONCLUDE = "conclude"
    ARCHIVE = "archive"
    MAKE_TYPICAL = "make_typical"
    WITHDRAW_TYPICAL = "withdraw_typical"


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


class Department(StrEnum):
    """A department of the office, or the organ that gets duty crimes."""

    CRIMINAL = "criminal"
    CIVIL = "civil"
    ADMINISTRATIVE = "administrative"
    PUBLIC_INTEREST = "public_interest"
    DUTY_CRIME = "duty_crime"
    CASE_MANAGEMENT = "case_management"
    COMPLAINTS = "complaints"


class ConsultationManner(StrEnum):
    """How the agency is consulted (R 70)."""

    MEETING = "meeting"
    FACT_CONFIRMATION = "fact_confirmation"


class AppraisalKind(StrEnum):
    """What is entrusted to others; the time of these alone is left out (R 48)."""

    APPRAISAL = "appraisal"
    EVALUATION = "evaluation"
    AUDIT = "audit"
    INSPECTION = "inspection"
    TESTING = "testing"
    TRANSLATION = "translation"


class CourtOutcome(StrEnum):
    """What the court decided, seen from the office."""

    UPHELD = "upheld"
    PARTLY_UPHELD = "partly_upheld"
    REJECTED = "rejected"
    ENDED_OTHERWISE = "ended_otherwise"


class CourtFault(StrEnum):
    """What a suggestion to the court is about (R 64-66)."""

    PROCEDURE = "procedure"
    EXECUTION = "execution"


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


class Occasion(StrEnum):
    """On which occasion an order was issued, as far as that changes what it does here."""

    TO_SUE = "to_sue"
    AFTER_REVIEW = "after_review"


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

"""The steps from the registration of a lead to the decision whether to sue (R 24-45, 67-103).

One line per provision: a line that is not here is a refusal. A new act of the law is a new row.
"""

from services.cases.rules.law import HANDLING_RULES, INTERPRETATION, SUGGESTION_RULES
from services.cases.rules.lifecycle.row import (
    ADMINISTRATIVE,
    ALONE,
    APPRAISAL_OPEN,
    CASES,
    CHIEF,
    CIVIL,
    CIVIL_LIKE,
    CLERKS,
    COURT_TOLD,
    HEARD,
    INCIDENTAL,
    LEAD,
    MAY_LENGTHEN,
    NOT_SECRET,
    NOT_YET_TYPICAL,
    NOTICE_OVER,
    PUBLISHED,
    REPLIED,
    REPLY_PERIOD_OVER,
    RESULT_AWAITED,
    STAFF,
    TYPICAL,
    Step,
    Turn,
)
from services.cases.rules.vocabulary import Act, Stage
from shared.citation import OURS, Mark
from shared.identity import Role

_R, _J, _SUG = HANDLING_RULES, INTERPRETATION, SUGGESTION_RULES
_S = Stage
_READ, _INFERRED = Mark.OUR_READING, Mark.INFERENCE
_CORRECTED = OURS["facts are corrected in writing"]

OPEN_LEAD = (_S.REGISTERED, _S.ASSESSED)
INVESTIGATING = (_S.OPENED, _S.INVESTIGATED)
FOLLOWING = (_S.SUGGESTION_SERVED, _S.REPLIED, _S.NOT_PERFORMED, _S.PERFORMED)
ANNOUNCING = (_S.ANNOUNCEMENT_MADE, _S.ANNOUNCED)
SUPPORTING = (_S.SUPPORTING, _S.SUPPORT_WITHDRAWN)
OVER = (_S.TERMINATED, _S.CONCLUDED, _S.ARCHIVED)
# What nobody waits for once a case has ended; the duties to serve, to report and to archive remain.
DONE_WITH = (
    *("T7", "T8", "T9", "T10", "T11", "T16", "T18", "T18r", "T20", "T21", "T22", "T23", "T24", "T25", "T25s"),
    *("I3", "I4", "I5", "I11"),
)
# Per procedure, the stages at which a case is being worked on before a suit.
WORKING = (
    (ADMINISTRATIVE, (*INVESTIGATING, _S.SUGGESTION_MADE, *FOLLOWING, _S.SUSPENDED, _S.REVIEWED)),
    (CIVIL, (*INVESTIGATING, *ANNOUNCING, *SUPPORTING, _S.REVIEWED)),
    (INCIDENTAL, (*INVESTIGATING, *ANNOUNCING, _S.REVIEWED)),
)

LEAD_STEPS = (
    Step(Act.REGISTER, LEAD, (None,), _S.REGISTERED,
         CLERKS, ALONE, "lead_register", ("I1", "I9", "I10", "I12"), ("I12",), False, _R[25]),
    Step(Act.INQUIRE, LEAD, (_S.REGISTERED,), None,
         STAFF, ALONE, "inquiry_report", (), ("I9",), False, _R[27]),
    Step(Act.ASSESS, LEAD, (_S.REGISTERED,), _S.ASSESSED,
         STAFF, ALONE, "assessment", ("I2",), ("I1",), False, _R[27], ends=("I9",)),
    Step(Act.FILE, LEAD, (_S.ASSESSED,), _S.FILED,
         STAFF, CHIEF, "filing_decision", (), ("I2",), True, _R[30], form="filing_approval_form"),
    Step(Act.DECLINE, LEAD, (_S.ASSESSED,), _S.DECLINED,
         STAFF, CHIEF, "declining_decision", ("I8",), ("I2",), True, _R[30], form="filing_approval_form"),
    Step(Act.MERGE, LEAD, OPEN_LEAD, _S.MERGED,
         STAFF, CHIEF, "joining_record", (), ("I1", "I2"), True, _R[69], ends=("I9",)),
    Step(Act.SPLIT, LEAD, OPEN_LEAD, _S.SPLIT,
         STAFF, CHIEF, "splitting_record", (), ("I1", "I2"), True, _R[69], ends=("I9",)),
    Step(Act.TRANSFER_INSIDE, LEAD, OPEN_LEAD, None,
         CLERKS, ALONE, "list_of_materials", (), (), False, _R[31]),
    Step(Act.CORRECT_FACTS, LEAD, OPEN_LEAD, None,
         CLERKS, ALONE, "facts_correction", ("I9", "I10"), (), False, _CORRECTED),
    Step(Act.OBJECT, LEAD, OPEN_LEAD, None,
         STAFF, ALONE, "objection", (), (), False, _R[8]),
)  # fmt: skip

INVESTIGATION_STEPS = (
    Step(Act.PLAN, CASES, (_S.OPENED,), None,
         STAFF, ALONE, "investigation_plan", (), (), False, _R[33]),
    Step(Act.CONSULT, ADMINISTRATIVE, INVESTIGATING, None,
         STAFF, ALONE, "consultation_record", (), ("I11",), False, _R[70]),
    *(
        row
        for tracks, stages in WORKING
        for row in (
            Step(Act.OBJECT, tracks, stages, None,
                 STAFF, ALONE, "objection", (), (), False, _R[8]),
            Step(Act.INVESTIGATE, tracks, stages, None,
                 CLERKS, ALONE, "investigation_record", (), (), False, _R[35], in_order=False),
            Step(Act.HEAR, tracks, stages, None,
                 STAFF, ALONE, "hearing_record", (), (), False, _R[44]),
            Step(Act.ENTRUST_APPRAISAL, tracks, stages, None,
                 STAFF, ALONE, "appraisal_letter", (), (), False, _R[41]),
            Step(Act.RECEIVE_APPRAISAL, tracks, stages, None,
                 CLERKS, ALONE, "appraisal_opinion", (), (), False, _R[48], (RESULT_AWAITED,)),
            Step(Act.END_APPRAISAL, tracks, stages, None,
                 STAFF, ALONE, "appraisal_ended", (), (), False, _R[48].marked(_READ), (APPRAISAL_OPEN,)),
            Step(Act.TRANSFER_INSIDE, tracks, stages, None,
                 CLERKS, ALONE, "list_of_materials", (), (), False, _R[31]),
            Step(Act.CORRECT_FACTS, tracks, stages, None,
                 CLERKS, ALONE, "facts_correction", (), (), False, _CORRECTED),
        )
    ),
    Step(Act.CONCLUDE_INVESTIGATION, ADMINISTRATIVE, (_S.OPENED,), _S.INVESTIGATED,
         STAFF, ALONE, "investigation_report", ("I5",), ("I4",), False, _R[73], ends=("I11",)),
    Step(Act.CONCLUDE_INVESTIGATION, CIVIL_LIKE, (_S.OPENED,), _S.INVESTIGATED,
         STAFF, ALONE, "investigation_report", ("I5",), ("I4",), False, _R[89]),
    Step(Act.EXTEND, ADMINISTRATIVE, (*FOLLOWING, _S.REVIEWED, _S.SUSPENDED), None,
         STAFF, CHIEF, "extension_decision", (), (), False, _R[47], (MAY_LENGTHEN,)),
    Step(Act.EXTEND, CIVIL, (_S.ANNOUNCED, _S.SUPPORT_WITHDRAWN, _S.REVIEWED), None,
         STAFF, CHIEF, "extension_decision", (), (), False, _R[47], (MAY_LENGTHEN,)),
)  # fmt: skip

ADMINISTRATIVE_STEPS = (
    Step(Act.SUGGEST, ADMINISTRATIVE, (_S.INVESTIGATED,), _S.SUGGESTION_MADE,
         STAFF, CHIEF, "suggestion", ("T5",), ("I5",), True, _R[75]),
    Step(Act.SERVE, ADMINISTRATIVE, (_S.SUGGESTION_MADE,), _S.SUGGESTION_SERVED,
         HEARD, ALONE, "proof_of_service", ("T6", "T7", "T8", "T9"), ("T5",), False, _R[76]),
    Step(Act.REPLY, ADMINISTRATIVE, (_S.SUGGESTION_SERVED, _S.NOT_PERFORMED), _S.REPLIED,
         HEARD, ALONE, "reply", ("I3",), ("T7", "T8"), False, _J[21]),
    Step(Act.REPLY, ADMINISTRATIVE, (_S.SUSPENDED,), None,
         HEARD, ALONE, "reply", (), ("T7", "T8"), False, _J[21]),
    Step(Act.REPLACE_SUGGESTION, ADMINISTRATIVE, (_S.SUGGESTION_MADE, _S.SUGGESTION_SERVED),
         _S.SUGGESTION_MADE,
         STAFF, CHIEF, "suggestion", ("T5",), (), True, _SUG[22]),
    Step(Act.WITHDRAW_SUGGESTION, ADMINISTRATIVE, (_S.SUGGESTION_MADE, _S.SUGGESTION_SERVED, _S.REPLIED),
         _S.INVESTIGATED,
         STAFF, CHIEF, "suggestion_withdrawn", ("I5",), (), True, _SUG[22]),
    Step(Act.SUSPEND, ADMINISTRATIVE, (_S.SUGGESTION_SERVED, _S.REPLIED), _S.SUSPENDED,
         STAFF, CHIEF, "suspension_decision", ("I6",), (), True, _R[78], ends=("I3",)),
    Step(Act.RESUME, ADMINISTRATIVE, (_S.SUSPENDED,), _S.SUGGESTION_SERVED,
         STAFF, CHIEF, "resumption_decision", (), (), True, _R[78],
         turns=(Turn(REPLIED, _S.REPLIED, starts=("I3",)),)),
    Step(Act.JUDGE_PERFORMED, ADMINISTRATIVE, (_S.REPLIED, _S.REVIEWED), _S.PERFORMED,
         STAFF, ALONE, "follow_up_record", (), ("I3",), False, _R[77].marked(_READ)),
    Step(Act.JUDGE_NOT_PERFORMED, ADMINISTRATIVE, (_S.REPLIED, _S.REVIEWED), _S.NOT_PERFORMED,
         STAFF, ALONE, "follow_up_record", (), ("I3",), False, _R[82]),
    Step(Act.JUDGE_PERFORMED, ADMINISTRATIVE, (_S.SUGGESTION_SERVED,), _S.PERFORMED,
         STAFF, ALONE, "follow_up_record", (), (), False, _R[77].marked(_READ), (REPLY_PERIOD_OVER,)),
    Step(Act.JUDGE_NOT_PERFORMED, ADMINISTRATIVE, (_S.SUGGESTION_SERVED,), _S.NOT_PERFORMED,
         STAFF, ALONE, "follow_up_record", (), (), False, _R[82], (REPLY_PERIOD_OVER,)),
    Step(Act.CONCLUDE_REVIEW, ADMINISTRATIVE, (_S.PERFORMED, _S.NOT_PERFORMED), _S.REVIEWED,
         STAFF, ALONE, "review_report", (), (), False, _R[79]),
    Step(Act.TERMINATE, ADMINISTRATIVE, (_S.INVESTIGATED,), _S.TERMINATED,
         STAFF, CHIEF, "termination_decision", ("I7", "I8"), ("I5",), True, _R[74], ends=DONE_WITH),
    Step(Act.TERMINATE, ADMINISTRATIVE, (_S.REVIEWED,), _S.TERMINATED,
         STAFF, CHIEF, "termination_decision", ("I7", "I8"), ("T9",), True, _R[79], ends=DONE_WITH),
)  # fmt: skip

CIVIL_STEPS = (
    Step(Act.ANNOUNCE, CIVIL, (_S.INVESTIGATED,), _S.ANNOUNCEMENT_MADE,
         STAFF, CHIEF, "announcement", (), ("I5",), True, _R[91]),
    Step(Act.ANNOUNCE, INCIDENTAL, (_S.INVESTIGATED,), _S.ANNOUNCEMENT_MADE,
         STAFF, CHIEF, "announcement", (), ("I5",), True, _R[91].marked(_INFERRED)),
    Step(Act.PUBLISH, CIVIL, (_S.ANNOUNCEMENT_MADE,), _S.ANNOUNCED,
         CLERKS, ALONE, "publication", ("T10", "T11"), (), True, _R[91]),
    Step(Act.PUBLISH, INCIDENTAL, (_S.ANNOUNCEMENT_MADE,), _S.ANNOUNCED,
         CLERKS, ALONE, "publication", ("T10",), (), True, _R[91].marked(_INFERRED)),
    Step(Act.NOTE_SUBJECT_SUED, CIVIL_LIKE, (_S.ANNOUNCED,), None,
         CLERKS, ALONE, "notice_of_suit", (), ("T10",), False, _R[90]),
    Step(Act.NOTE_INDICTMENT, INCIDENTAL, (*INVESTIGATING, *ANNOUNCING, _S.REVIEWED), None,
         CLERKS, ALONE, "criminal_indictment", (), (), False, _R[97]),
    Step(Act.SUPPORT, CIVIL, (*INVESTIGATING, _S.ANNOUNCED), _S.SUPPORTING,
         STAFF, CHIEF, "support_opinion", (), ("I4", "I5"), True, _R["100-103"], ends=("T11",)),
    Step(Act.APPEAR, CIVIL, (_S.SUPPORTING,), None,
         STAFF, ALONE, "trial_record", (), (), False, _R["100-103"]),
    Step(Act.NOTE_JUDGMENT, CIVIL, (_S.SUPPORTING,), None,
         CLERKS, ALONE, "judgment", (), (), False, _R["100-103"].marked(_INFERRED)),
    Step(Act.NOTE_RULING, CIVIL, (_S.SUPPORTING,), None,
         CLERKS, ALONE, "ruling", (), (), False, _R["100-103"].marked(_INFERRED)),
    Step(Act.WITHDRAW_SUPPORT, CIVIL, (_S.SUPPORTING,), _S.SUPPORT_WITHDRAWN,
         STAFF, CHIEF, "support_withdrawal", ("T21",), (), True, _R[102],
         turns=(Turn(PUBLISHED, _S.SUPPORT_WITHDRAWN, starts=("T21", "T11")),)),
    Step(Act.CONCLUDE_REVIEW, CIVIL, (_S.ANNOUNCED, _S.SUPPORT_WITHDRAWN), _S.REVIEWED,
         STAFF, ALONE, "review_report", (), (), False, _R["93-95"], (NOTICE_OVER,)),
    Step(Act.ANNOUNCE, CIVIL, (_S.SUPPORT_WITHDRAWN,), _S.ANNOUNCEMENT_MADE,
         STAFF, CHIEF, "announcement", (), (), True, _R[103].marked(_INFERRED), ends=("T11",)),
    Step(Act.CONCLUDE_REVIEW, INCIDENTAL, (_S.ANNOUNCED,), _S.REVIEWED,
         STAFF, ALONE, "review_report", (), (), False, _R["93-95"].marked(_INFERRED), (NOTICE_OVER,)),
    Step(Act.TERMINATE, CIVIL, (_S.INVESTIGATED, _S.REVIEWED, _S.SUPPORT_WITHDRAWN), _S.TERMINATED,
         STAFF, CHIEF, "termination_decision", ("I8",), ("I5", "T11"), True, _R[90], (COURT_TOLD,),
         ends=DONE_WITH),
    Step(Act.TERMINATE, INCIDENTAL, (_S.INVESTIGATED, _S.REVIEWED), _S.TERMINATED,
         STAFF, CHIEF, "termination_decision", ("I8",), ("I5",), True, _R[90].marked(_INFERRED),
         ends=DONE_WITH),
)  # fmt: skip

CLOSING_STEPS = (
    Step(Act.ARCHIVE, LEAD, (_S.DECLINED,), _S.ARCHIVED,
         CLERKS, ALONE, "archive_list", (), ("I8",), False, _R[106]),
    Step(Act.CONCLUDE, CIVIL, (_S.SUPPORTING,), _S.CONCLUDED,
         STAFF, CHIEF, "closing_report", ("I8",), (), True, OURS["a supported suit that has ended"],
         ends=DONE_WITH),
    Step(Act.CONCLUDE, CASES, (_S.SUIT_WITHDRAWN,), _S.CONCLUDED,
         STAFF, CHIEF, "closing_report", ("I8",), (), True, OURS["a case ends with a report"], (COURT_TOLD,),
         ends=DONE_WITH),
    Step(Act.CONCLUDE, CASES, (_S.FINAL, _S.IN_EXECUTION), _S.CONCLUDED,
         STAFF, CHIEF, "closing_report", ("I8",), (), True, OURS["a case ends with a report"],
         ends=DONE_WITH),
    Step(Act.ARCHIVE, CASES, (_S.TERMINATED, _S.CONCLUDED), _S.ARCHIVED,
         CLERKS, ALONE, "archive_list", (), ("I8",), False, _R[106]),
    Step(Act.MAKE_TYPICAL, CASES, OVER, None,
         STAFF, CHIEF, "typical_case", (), (), False, OURS["typical cases"], (NOT_SECRET, NOT_YET_TYPICAL)),
    Step(Act.WITHDRAW_TYPICAL, CASES, OVER, None,
         (Role.CHIEF,), ALONE, "typical_case_withdrawn", (), (), False, OURS["typical cases"], (TYPICAL,)),
)  # fmt: skip

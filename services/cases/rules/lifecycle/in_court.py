"""The steps from the decision to sue to the end of execution (R 46-66, 81, 84, 96-99).

What the court and the other side do is noted by the handling office, each with its day; limits that bind them
are watched, not enforced.
"""

from services.cases.rules.law import (
    ADMINISTRATIVE_LITIGATION,
    CIVIL_PROCEDURE,
    HANDLING_RULES,
    INTERPRETATION,
)
from services.cases.rules.lifecycle.row import (
    ADMINISTRATIVE,
    ALONE,
    APPEAL_OPEN,
    APPEAL_OVER,
    APPRAISAL_OPEN,
    CASES,
    CHIEF,
    CIVIL,
    CIVIL_LIKE,
    CLERKS,
    COURT_TO_BE_TOLD,
    INCIDENTAL,
    INDICTED,
    NO_SUBJECT_SUED,
    NOT_PERFORMED,
    NOT_YET_APPEALED,
    OTHER_APPEALED,
    RESULT_AWAITED,
    STAFF,
    WE_APPEALED,
    Step,
    Turn,
)
from services.cases.rules.vocabulary import Act, Stage
from shared.citation import Mark
from shared.identity import Role

_R, _J = HANDLING_RULES, INTERPRETATION
_ALL, _CPL = ADMINISTRATIVE_LITIGATION, CIVIL_PROCEDURE
_S = Stage
_READ, _INFERRED = Mark.OUR_READING, Mark.INFERENCE
BEFORE_COURT = (_S.IN_TRIAL, _S.SECOND_INSTANCE, _S.RETRIAL)
AFTER_SUIT = (*BEFORE_COURT, _S.LODGED, _S.JUDGED, _S.APPEALED, _S.FINAL, _S.IN_EXECUTION)
_COURT_FILES = ((ADMINISTRATIVE, _ALL[51].marked(_INFERRED)), (CIVIL_LIKE, _CPL[126].marked(_INFERRED)))
IN_SUIT = (_S.SUIT_DECIDED, _S.SUIT_REFUSED, _S.SUIT_WITHDRAWN, *AFTER_SUIT)
TELLING = (_S.IN_TRIAL, _S.SUIT_WITHDRAWN, _S.JUDGED, _S.APPEALED, _S.SECOND_INSTANCE, _S.FINAL)
# What nobody waits for once an instance has decided, and once the suit is no more.
HEARING = ("T16", "T23", "T24")
OF_THE_SUIT = (*HEARING, "T22", "T25")

SUIT_STEPS = (
    Step(Act.SUE, ADMINISTRATIVE, (_S.REVIEWED,), _S.SUIT_DECIDED,
         STAFF, CHIEF, "indictment", (), ("T9",), True, _R[81], (NOT_PERFORMED,)),
    Step(Act.SUE, CIVIL, (_S.REVIEWED,), _S.SUIT_DECIDED,
         STAFF, CHIEF, "indictment", (), ("T11",), True, _R[96], (NO_SUBJECT_SUED,)),
    Step(Act.SUE, INCIDENTAL, (_S.REVIEWED,), _S.SUIT_DECIDED,
         STAFF, CHIEF, "indictment", (), (), True, _R[97], (NO_SUBJECT_SUED, INDICTED)),
    Step(Act.LODGE, CASES, (_S.SUIT_DECIDED, _S.SUIT_REFUSED), _S.LODGED,
         CLERKS, ALONE, "court_receipt", ("T15", "T22"), (), True, _R[46]),
    *(
        row
        for tracks, basis in _COURT_FILES
        for row in (
            Step(Act.NOTE_COURT_FILING, tracks, (_S.LODGED,), _S.IN_TRIAL,
                 CLERKS, ALONE, "court_filing_notice", ("T23", "T25"), ("T22",), False, basis),
            Step(Act.NOTE_COURT_REFUSAL, tracks, (_S.LODGED,), _S.SUIT_REFUSED,
                 CLERKS, ALONE, "court_refusal", ("T18r",), ("T22",), False, basis),
        )
    ),
    Step(Act.NOTE_DEFENDANT_SERVED, CASES, (_S.IN_TRIAL,), None,
         CLERKS, ALONE, "court_service", ("T24",), ("T23",), False, _J[17]),
    Step(Act.NOTE_DEFENCE, ADMINISTRATIVE, (_S.IN_TRIAL,), None,
         CLERKS, ALONE, "defence", (), ("T24",), False, _ALL[67].marked(_INFERRED)),
    Step(Act.NOTE_DEFENCE, CIVIL_LIKE, (_S.IN_TRIAL,), None,
         CLERKS, ALONE, "defence", (), ("T24",), False, _CPL[128].marked(_INFERRED)),
    Step(Act.NOTE_APPEARANCE_NOTICE, CASES, BEFORE_COURT, None,
         CLERKS, ALONE, "appearance_notice", ("T16",), (), False, _J[8]),
    Step(Act.APPOINT_APPEARANCE, CASES, BEFORE_COURT, None,
         STAFF, ALONE, "appearance", (), ("T16",), False, _R[49]),
    Step(Act.APPEAR, CASES, BEFORE_COURT, None,
         STAFF, ALONE, "trial_record", (), (), False, _R["49-57"]),
    Step(Act.CHANGE_CLAIMS, ADMINISTRATIVE, (_S.IN_TRIAL,), None,
         STAFF, CHIEF, "claims_decision", ("T20",), (), True, _R[84]),
    Step(Act.CHANGE_CLAIMS, CIVIL_LIKE, (_S.IN_TRIAL,), None,
         STAFF, CHIEF, "claims_decision", ("T20",), (), True, _R[99].marked(_READ)),
    Step(Act.WITHDRAW_SUIT, ADMINISTRATIVE, (_S.LODGED, _S.IN_TRIAL), _S.SUIT_WITHDRAWN,
         STAFF, CHIEF, "suit_withdrawal", ("T20",), (), True, _R[84], ends=OF_THE_SUIT),
    Step(Act.WITHDRAW_SUIT, CIVIL_LIKE, (_S.LODGED, _S.IN_TRIAL), _S.SUIT_WITHDRAWN,
         STAFF, CHIEF, "suit_withdrawal", ("T20",), (), True, _R[99], ends=OF_THE_SUIT),
    Step(Act.NOTIFY_COURT, ADMINISTRATIVE, TELLING, None,
         CLERKS, ALONE, "letter_to_court", (), ("T20",), False, _R[84], (COURT_TO_BE_TOLD,)),
    Step(Act.NOTIFY_COURT, CIVIL_LIKE, TELLING, None,
         CLERKS, ALONE, "letter_to_court", (), ("T20",), False, _R[99], (COURT_TO_BE_TOLD,)),
    Step(Act.NOTIFY_COURT, CIVIL, (_S.SUPPORT_WITHDRAWN, _S.REVIEWED), None,
         CLERKS, ALONE, "letter_to_court", (), ("T21",), False, _R[102], (COURT_TO_BE_TOLD,)),
    Step(Act.MEDIATE, CIVIL_LIKE, (_S.IN_TRIAL, _S.SECOND_INSTANCE), _S.FINAL,
         STAFF, CHIEF, "mediation", (), ("T25", "T25s"), True, _R[99], ends=HEARING),
    # R 8, 31-45 name no stage: what is done before a suit is done in it as well.
    Step(Act.OBJECT, CASES, IN_SUIT, None,
         STAFF, ALONE, "objection", (), (), False, _R[8]),
    Step(Act.INVESTIGATE, CASES, IN_SUIT, None,
         CLERKS, ALONE, "investigation_record", (), (), False, _R[35].marked(_READ), in_order=False),
    Step(Act.ENTRUST_APPRAISAL, CASES, IN_SUIT, None,
         STAFF, ALONE, "appraisal_letter", (), (), False, _R[41].marked(_READ)),
    Step(Act.RECEIVE_APPRAISAL, CASES, IN_SUIT, None,
         CLERKS, ALONE, "appraisal_opinion", (), (), False, _R[41].marked(_READ), (RESULT_AWAITED,)),
    Step(Act.END_APPRAISAL, CASES, IN_SUIT, None,
         STAFF, ALONE, "appraisal_ended", (), (), False, _R[41].marked(_READ), (APPRAISAL_OPEN,)),
    Step(Act.TRANSFER_INSIDE, CASES, IN_SUIT, None,
         CLERKS, ALONE, "list_of_materials", (), (), False, _R[31]),
)  # fmt: skip

JUDGMENT_STEPS = (
    Step(Act.NOTE_JUDGMENT, CASES, (_S.IN_TRIAL,), _S.JUDGED,
         CLERKS, ALONE, "judgment", ("T17", "T18"), ("T25",), False, _R[58], ends=HEARING),
    Step(Act.NOTE_RULING, CASES, (_S.IN_TRIAL,), _S.JUDGED,
         CLERKS, ALONE, "ruling", ("T17", "T18r"), ("T25",), False, _R[58], ends=HEARING),
    Step(Act.APPEAL, CASES, (_S.JUDGED, _S.SUIT_REFUSED), _S.APPEALED,
         STAFF, CHIEF, "appeal", (), ("T18", "T18r"), True, _R["58-63"], (APPEAL_OPEN,)),
    Step(Act.NOTE_OTHER_APPEAL, CASES, (_S.JUDGED, _S.APPEALED), _S.APPEALED,
         CLERKS, ALONE, "appeal_copy", ("T19",), (), False, _R[62]),
    Step(Act.APPEAL, CASES, (_S.APPEALED,), None,
         STAFF, CHIEF, "appeal", (), ("T18", "T18r"), True, _R["58-63"], (APPEAL_OPEN, NOT_YET_APPEALED)),
    Step(Act.WITHDRAW_APPEAL, CASES, (_S.APPEALED, _S.SECOND_INSTANCE), _S.JUDGED,
         STAFF, CHIEF, "appeal_withdrawal", (), ("T25s",), True, _R[61], (WE_APPEALED,),
         ends=HEARING, turns=(Turn(OTHER_APPEALED, None),)),
    Step(Act.NOTE_OTHER_APPEAL_WITHDRAWAL, CASES, (_S.APPEALED, _S.SECOND_INSTANCE), _S.JUDGED,
         CLERKS, ALONE, "ruling", (), ("T25s",), False, _R["58-63"].marked(_INFERRED), (OTHER_APPEALED,),
         ends=HEARING, turns=(Turn(WE_APPEALED, None),)),
    Step(Act.NOTE_SECOND_INSTANCE, CASES, (_S.APPEALED,), _S.SECOND_INSTANCE,
         CLERKS, ALONE, "court_filing_notice", ("T25s",), (), False, _R["58-63"]),
    Step(Act.NOTE_REMAND, CASES, (_S.SECOND_INSTANCE,), _S.IN_TRIAL,
         CLERKS, ALONE, "ruling", ("T25",), ("T25s",), False, _R["58-63"].marked(_INFERRED), ends=HEARING),
    Step(Act.NOTE_FINAL_JUDGMENT, CASES, (_S.SECOND_INSTANCE,), _S.FINAL,
         CLERKS, ALONE, "judgment", (), ("T25s",), False, _R["58-63"].marked(_INFERRED), ends=HEARING),
    Step(Act.NOTE_FINALITY, CASES, (_S.JUDGED,), _S.FINAL,
         CLERKS, ALONE, "judgment", (), ("T18", "T18r"), False, _R[60], (APPEAL_OVER,)),
    Step(Act.NOTE_FINALITY, CASES, (_S.SUIT_REFUSED,), _S.FINAL,
         CLERKS, ALONE, "court_refusal", (), ("T18r",), False, _R[60].marked(_READ), (APPEAL_OVER,)),
    Step(Act.PROTEST, CASES, (_S.FINAL, _S.IN_EXECUTION), _S.RETRIAL,
         (Role.CHIEF,), ALONE, "protest", (), (), True, _R["64-66"], by_superior=True),
    Step(Act.NOTE_RETRIAL_JUDGMENT, CASES, (_S.RETRIAL,), _S.FINAL,
         CLERKS, ALONE, "judgment", (), (), False, _R["64-66"].marked(_INFERRED), ends=HEARING),
    Step(Act.SUGGEST_TO_COURT, CASES, AFTER_SUIT, None,
         STAFF, CHIEF, "suggestion_to_court", (), (), True, _R["64-66"].marked(_READ)),
    Step(Act.NOTE_EXECUTION, CASES, (_S.FINAL,), _S.IN_EXECUTION,
         CLERKS, ALONE, "execution", (), (), False, _J[12]),
)  # fmt: skip

"""A body that suits each act, as far as it can be written without knowing the matter."""

from typing import Any
from uuid import uuid4

from services.cases.rules.vocabulary import Act
from tests.cases.story import a_filing, a_suggestion

NOBODY = str(uuid4())
REASON = {"reason": "如文"}
REPORT = {"conclusion": "如文"}
PERSONS = {"persons": ["甲"]}
OUTCOME = {"outcome": "upheld"}
PARTS = {
    Act.INQUIRE: ("truth", "checkability"),
    Act.PLAN: ("approach", "method", "steps", "evidence"),
    Act.ANNOUNCE: ("facts", "subjects", "period", "contact", "issuer"),
    Act.MAKE_TYPICAL: ("facts", "handling", "significance"),
}
STAFF = [{"sub": "wang", "rank": "prosecutor"}, {"sub": "li", "rank": "clerk"}]
BODIES: dict[Act, dict[str, Any]] = {
    **{act: {"parts": dict.fromkeys(parts, "如文")} for act, parts in PARTS.items()},
    **dict.fromkeys((Act.WITHDRAW_SUGGESTION, Act.RESUME, Act.WITHDRAW_SUPPORT, Act.WITHDRAW_SUIT), REASON),
    **dict.fromkeys((Act.APPEAL, Act.WITHDRAW_APPEAL, Act.PROTEST, Act.WITHDRAW_TYPICAL), REASON),
    **dict.fromkeys((Act.DECLINE,), REASON),
    **dict.fromkeys((Act.CONCLUDE_INVESTIGATION, Act.CONCLUDE_REVIEW, Act.CONCLUDE), REPORT),
    **dict.fromkeys((Act.APPOINT_APPEARANCE, Act.APPEAR), PERSONS),
    **dict.fromkeys((Act.NOTE_JUDGMENT, Act.NOTE_RULING, Act.NOTE_FINAL_JUDGMENT), OUTCOME),
    Act.NOTE_RETRIAL_JUDGMENT: OUTCOME,
    Act.ASSESS: {"truth": "likely", "checkable": True, "outcome": "to_file", "opinion": "可查"},
    Act.FILE: a_filing(),
    Act.MERGE: {"into": NOBODY} | REASON,
    Act.SPLIT: {"parts_of_lead": [{"title": "一"}, {"title": "二"}]} | REASON,
    Act.TRANSFER_INSIDE: {"direction": "to", "department": "criminal", "materials": ["笔录"]},
    Act.ARCHIVE: {"volumes": 1},
    Act.OBJECT: {"to": "决定"} | REASON,
    Act.INVESTIGATE: {"kind": "other", "staff": STAFF, "result": "如文", "parts": {"way": "如文"}},
    Act.CONSULT: {"manner": "meeting", "persons_present": ["甲"], "record": "如文"},
    Act.HEAR: {"participants": ["甲"], "opinion": "如文"},
    Act.ENTRUST_APPRAISAL: {"kind": "audit", "institution": "会计师事务所", "subject": "如文"},
    Act.RECEIVE_APPRAISAL: {"entrusted": NOBODY, "result": "如文"},
    Act.CORRECT_FACTS: {"summary": "更正"} | REASON,
    Act.END_APPRAISAL: {"entrusted": NOBODY} | REASON,
    Act.EXTEND: {"clock_id": NOBODY} | REASON,
    Act.SUGGEST: a_suggestion("0" * 64),
    Act.REPLACE_SUGGESTION: a_suggestion("0" * 64),
    Act.SUSPEND: {"measure": "如文", "obstacle": "如文"},
    Act.PUBLISH: {"medium": "检察日报", "national": True},
    Act.NOTE_SUBJECT_SUED: {"subject": "消保委", "court": "中院"},
    Act.NOTE_INDICTMENT: {"criminal_number": "刑诉1号"},
    Act.SUPPORT: {"plaintiff": "消保委", "court": "中院"},
    Act.SUE: {"court": "区法院", "court_reason": "行政机关所在地", "claims": ["perform_duty"]},
    Act.CHANGE_CLAIMS: {"claims": ["perform_duty"]} | REASON,
    Act.MEDIATE: {"terms": "如文"},
    Act.SUGGEST_TO_COURT: {"fault": "procedure", "text": "如文"},
    Act.TERMINATE: {"ground": "other"} | REASON,
}
BODIES[Act.MAKE_TYPICAL] |= {"title": "督促保护案"}

"""Requested: acknowledged, then replied to; courts and those above an agency among them."""

from services.referrals.rules.kinds.row import (
    ABOVE_AN_AGENCY,
    ANYBODY,
    APPRAISERS,
    ASSISTANTS,
    AUTHORITIES,
    COURTS,
    LETTER,
    PLAINTIFFS,
    PROCURATORATE,
    REQUEST_ANSWERS,
    Answers,
    Clock,
    Created,
    KindRow,
    Opens,
    Paper,
)
from services.referrals.rules.law import (
    ADMINISTRATIVE_LITIGATION,
    CIVIL_LITIGATION,
    HANDLING_RULES,
    INTERPRETATION,
    OURS,
    PIPL,
    SUGGESTION_RULES,
    Mark,
)
from services.referrals.rules.vocabulary import Course, Kind, Outcome

P, W = Paper, Outcome
_COURT = (Answers.ACKNOWLEDGEMENT, Answers.DECISION, Answers.REPORT)
_R, _SUG = HANDLING_RULES, SUGGESTION_RULES

REQUESTED_KINDS = (
    KindRow(
        Kind.CONSULTATION, "磋商", Course.REQUEST, PROCURATORATE, AUTHORITIES,
        (P.LETTER, P.FACT_CONFIRMATION, P.CONSULTATION_RECORD),
        Opens.ACKNOWLEDGEMENT, REQUEST_ANSWERS, Clock.AGREED_OR_INTERNAL, Created.POSTED, _R[70],
        package=LETTER, note="by meeting or by a letter confirming facts; what is said is written down",
    ),
    KindRow(
        Kind.EVIDENCE_REQUEST, "调取证据", Course.REQUEST, PROCURATORATE, ANYBODY,
        (P.EVIDENCE_NOTICE, P.EVIDENCE_LIST), Opens.ACKNOWLEDGEMENT, REQUEST_ANSWERS,
        Clock.AGREED_OR_INTERNAL, Created.POSTED, _R[38], (_R[35],), package=LETTER,
    ),
    KindRow(
        Kind.TECHNICAL_ASSISTANCE, "技术协助", Course.REQUEST, PROCURATORATE, ASSISTANTS, (P.LETTER,),
        Opens.ACKNOWLEDGEMENT, REQUEST_ANSWERS, Clock.AGREED_OR_INTERNAL, Created.POSTED, _R[36], (_R[40],),
        package=LETTER, note="any agency may be asked, also one that no suggestion is addressed to",
    ),
    KindRow(
        Kind.APPRAISAL, "委托鉴定", Course.REQUEST, PROCURATORATE, APPRAISERS, (P.ENTRUSTMENT_LETTER,),
        Opens.ACKNOWLEDGEMENT, REQUEST_ANSWERS, Clock.AGREED_OR_INTERNAL, Created.POSTED, _R[41],
        (_R["35(5)"], _R[48]), package=LETTER,
        note="from entrusting to the result its days are left out of the review for suit",
    ),
    KindRow(
        Kind.COURT_COMMUNICATION, "与法院沟通", Course.REQUEST, PROCURATORATE, COURTS, (P.LETTER,),
        Opens.ACKNOWLEDGEMENT, REQUEST_ANSWERS, Clock.NONE, Created.POSTED,
        OURS["communication with courts, named by the Notice"], package=LETTER,
    ),
    KindRow(
        Kind.COURT_FILING, "向法院起诉", Course.COURT, PROCURATORATE, COURTS, (P.INDICTMENT,), Opens.DISPATCH,
        _COURT, Clock.IN_THE_CASE, Created.BY_ACT, INTERPRETATION[5],
        (_R[46], ADMINISTRATIVE_LITIGATION[51], CIVIL_LITIGATION[126]), package=LETTER,
        outcomes=(W.FILED, W.REFUSED), refusals=(W.REFUSED,),
        note="follows from the decision to sue, which names the court; its receipt lodges the suit",
    ),
    KindRow(
        Kind.OBSTRUCTION_REPORT, "妨碍调查或者未整改情况报告", Course.REQUEST, PROCURATORATE, ABOVE_AN_AGENCY,
        (P.LETTER,), Opens.ACKNOWLEDGEMENT, REQUEST_ANSWERS, Clock.NONE, Created.POSTED, _R[45], (_SUG[25],),
        package=LETTER, proposed=True, note="proposed by a prosecutor, never automatic",
    ),
    KindRow(
        Kind.WORK_LETTER, "工作函", Course.REQUEST, PROCURATORATE, ANYBODY, (P.LETTER,),
        Opens.ACKNOWLEDGEMENT, REQUEST_ANSWERS, Clock.NONE, Created.POSTED,
        OURS["a letter without legal effect"], package=LETTER,
    ),
    KindRow(
        Kind.PLAINTIFF_NOTICE, "公告抄送适格主体", Course.REQUEST, PROCURATORATE, PLAINTIFFS,
        (P.ANNOUNCEMENT,), Opens.DISPATCH, REQUEST_ANSWERS, Clock.NONE, Created.POSTED,
        OURS["courtesy copy of the announcement"],
        (_R[91].marked(Mark.OUR_READING), PIPL[70].marked(Mark.OUR_READING)), package=LETTER,
        note="starts no period: that runs from publication",
    ),
)  # fmt: skip

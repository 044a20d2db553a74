"""Served: the whole document travels at dispatch and can be neither returned nor redirected."""

from services.referrals.rules.kinds.row import (
    ADDRESSEES,
    AUTHORITIES,
    PAPERS_ALONE,
    PROCURATORATE,
    Answers,
    Clock,
    Created,
    KindRow,
    Opens,
    Paper,
)
from services.referrals.rules.law import HANDLING_RULES, INTERPRETATION, SUGGESTION_RULES, Mark
from services.referrals.rules.vocabulary import Course, Kind

_SERVED = (Answers.SERVICE,)
_SUGGESTED = (Answers.SERVICE, Answers.REPLY, Answers.OBJECTION)
_R, _SUG = HANDLING_RULES, SUGGESTION_RULES
# How service is proved R 76 and SUG 18 say of suggestions; of these decisions it is concluded.
_LIKEWISE = (_R[76].marked(Mark.INFERENCE), _SUG[18].marked(Mark.INFERENCE))

SERVED_KINDS = (
    KindRow(
        Kind.SUGGESTION, "检察建议", Course.SERVICE, PROCURATORATE, ADDRESSEES, (Paper.SUGGESTION,),
        Opens.DISPATCH, _SUGGESTED, Clock.IN_THE_CASE, Created.BY_ACT, _R[76],
        (_R[75], _R[82], INTERPRETATION[21], _SUG[3], _SUG[18], _SUG[22], _SUG[23]), package=PAPERS_ALONE,
        note="the agency's two months, or fifteen days, run from the service proved",
    ),
    KindRow(
        Kind.FILING_DECISION, "立案决定书", Course.SERVICE, PROCURATORATE, AUTHORITIES,
        (Paper.FILING_DECISION,), Opens.DISPATCH, _SERVED, Clock.IN_THE_CASE, Created.BY_ACT, _R[70],
        _LIKEWISE, package=PAPERS_ALONE,
    ),
    KindRow(
        Kind.TERMINATION_DECISION, "终结案件决定书", Course.SERVICE, PROCURATORATE, AUTHORITIES,
        (Paper.TERMINATION_DECISION,), Opens.DISPATCH, _SERVED, Clock.IN_THE_CASE, Created.BY_ACT, _R[74],
        _LIKEWISE, package=PAPERS_ALONE,
        note="no law sets a limit for its service; the case runs an internal one",
    ),
)  # fmt: skip

"""Offered: a preview first, the package on acceptance, a decision later; and what passes between others."""

from datetime import date

from services.referrals.rules.kinds.row import (
    AUTHORITIES,
    LETTER,
    OFFER_ANSWERS,
    PASSING_ON,
    POLICE,
    PROCURATORATE,
    SUPERVISION,
    Answers,
    Clock,
    Created,
    KindRow,
    Opens,
    Paper,
)
from services.referrals.rules.law import (
    ECONOMIC_CRIME_RULES,
    HANDLING_RULES,
    OURS,
    PIPL,
    POLICE_RULES,
    TRANSFER_RULES,
    Mark,
)
from services.referrals.rules.vocabulary import Course, Kind, Outcome

P, W = Paper, Outcome
_LEAD_PAPERS = (P.TRANSFER_LETTER, P.LIST_OF_MATERIALS)
_FILED, _NOT_FILED = (W.FILED, W.NOT_FILED), (W.NOT_FILED,)
_INBOUND = (
    Answers.ACKNOWLEDGEMENT,
    Answers.ACCEPTANCE,
    Answers.PAPERS_ASKED,
    Answers.DECISION,
    Answers.REPORT,
)
_TRANSFER = (
    Answers.ACKNOWLEDGEMENT, Answers.REDIRECTION, Answers.PAPERS_ASKED, Answers.LENGTHENING,
    Answers.DECISION, Answers.REVIEW, Answers.REPORT,
)  # fmt: skip
_DEMAND = (Answers.ACKNOWLEDGEMENT, Answers.REPLY, Answers.DECISION)
_PREVIEWED = OURS["preview before acceptance"]
_COPIED = OURS["an agency sends the procuratorate a copy, or its paper copy is recorded"]
_TR, _MPS = TRANSFER_RULES, POLICE_RULES

OFFERED_KINDS = (
    KindRow(
        Kind.CRIMINAL_LEAD, "涉嫌犯罪线索移送", Course.OFFER, PROCURATORATE, POLICE | PROCURATORATE,
        _LEAD_PAPERS, Opens.ACCEPTANCE, OFFER_ANSWERS, Clock.AGREED_OR_INTERNAL, Created.POSTED,
        HANDLING_RULES[31], (_PREVIEWED,), package=LETTER, outcomes=_FILED, refusals=_NOT_FILED,
        note="to the own criminal department or the competent organ; no law sets a limit for the answer",
    ),
    KindRow(
        Kind.DUTY_VIOLATION_LEAD, "职务违法犯罪线索移送", Course.OFFER, PROCURATORATE,
        SUPERVISION | PROCURATORATE, _LEAD_PAPERS, Opens.ACCEPTANCE, OFFER_ANSWERS, Clock.AGREED_OR_INTERNAL,
        Created.POSTED, HANDLING_RULES[31], (_PREVIEWED,), package=LETTER, outcomes=_FILED,
        refusals=_NOT_FILED, note="a local rule of fifteen working days may be entered as an agreement",
    ),
    KindRow(
        Kind.ADMINISTRATIVE_LEAD, "行政执法线索移送", Course.OFFER, PROCURATORATE, AUTHORITIES, _LEAD_PAPERS,
        Opens.ACCEPTANCE, OFFER_ANSWERS, Clock.AGREED_OR_INTERNAL, Created.POSTED,
        PIPL[65].marked(Mark.OUR_READING), (OURS["or an agreement between office and agency"], _PREVIEWED),
        package=LETTER, outcomes=(W.FILED, W.PENALISED, W.CORRECTED, W.NO_VIOLATION, W.NOT_FILED),
        refusals=(W.NO_VIOLATION, W.NOT_FILED), since=date(2021, 11, 1),
        note="never counts as consultation nor as a suggestion",
    ),
    KindRow(
        Kind.AGENCY_LEAD, "机关、团体移送线索", Course.INBOUND, PASSING_ON, PROCURATORATE,
        (P.TRANSFER_LETTER,), Opens.ACCEPTANCE, _INBOUND, Clock.AGREED_OR_INTERNAL, Created.POSTED,
        HANDLING_RULES["24(4)"], (HANDLING_RULES[25], HANDLING_RULES[30], _PREVIEWED),
        preview=("matter_id",), package=LETTER, outcomes=(W.FILED, W.DECLINED, W.MERGED, W.SPLIT),
        refusals=(W.DECLINED,),
        note="registered as a lead of the receiving office when it arrives; what becomes of it goes back",
    ),
    KindRow(
        Kind.CRIMINAL_TRANSFER, "涉嫌犯罪案件移送（抄送）", Course.TRANSFER, AUTHORITIES - POLICE, POLICE,
        (P.TRANSFER_LETTER, P.INVESTIGATION_REPORT, P.LIST_OF_MATERIALS, P.APPRAISAL_OPINION),
        Opens.DISPATCH, _TRANSFER, Clock.NONE, Created.POSTED, _TR[6],
        (_TR[5], _TR[7], _TR[8], _TR[9], _TR[12], _MPS[175], _MPS[180], _MPS[181], ECONOMIC_CRIME_RULES[16],
         _COPIED),
        package=LETTER, outcomes=_FILED, refusals=_NOT_FILED, same_level=True, since=date(2020, 8, 7),
        note="between an agency and the police; it may not be refused because papers are missing (MPS 180)",
    ),
    KindRow(
        Kind.FILING_SUPERVISION, "立案监督", Course.DEMAND, PROCURATORATE, POLICE, (P.REASONS_DEMAND,),
        Opens.DISPATCH, _DEMAND, Clock.NONE, Created.POSTED, _MPS[182], (_TR[9],), package=LETTER,
        outcomes=_FILED, refusals=_NOT_FILED, since=date(2020, 7, 20),
        note="by the department competent for it: why was no case opened? then the notice to open one",
    ),
)  # fmt: skip

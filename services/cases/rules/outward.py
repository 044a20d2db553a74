"""Which acts of a case follow from what an agency or a court does with a handoff."""

from dataclasses import dataclass
from datetime import date

from services.cases.rules.law import (
    ADMINISTRATIVE_LITIGATION,
    CIVIL_PROCEDURE,
    HANDLING_RULES,
    INTERPRETATION,
    RULES_SINCE,
)
from services.cases.rules.vocabulary import Act
from shared.citation import Citation, Mark, current


@dataclass(frozen=True, slots=True)
class Outward:
    """When this happens with a handoff of that kind, that act is done in the case."""

    kind: str
    happened: str
    act: Act
    basis: Citation
    in_civil_cases: Citation | None = None
    since: date = RULES_SINCE
    until: date | None = None


_R, _J = HANDLING_RULES, INTERPRETATION
# R 48 leaves out the time from entrusting to result; where none will come, the entrusting's end closes it.
_ENDED = _R[48].marked(Mark.OUR_READING)
_COURT = ADMINISTRATIVE_LITIGATION[51].marked(Mark.INFERENCE)
_COURT_CIVIL = CIVIL_PROCEDURE[126].marked(Mark.INFERENCE)
_DEFENCE = ADMINISTRATIVE_LITIGATION[67].marked(Mark.INFERENCE)
_DEFENCE_CIVIL = CIVIL_PROCEDURE[128].marked(Mark.INFERENCE)

OUTWARD = (
    Outward("appraisal", "dispatched", Act.ENTRUST_APPRAISAL, _R[41]),
    Outward("appraisal", "replied", Act.RECEIVE_APPRAISAL, _R[48]),
    Outward("appraisal", "declined", Act.END_APPRAISAL, _ENDED),
    Outward("appraisal", "redirected", Act.END_APPRAISAL, _ENDED),
    Outward("appraisal", "withdrawn", Act.END_APPRAISAL, _ENDED),
    Outward("appraisal", "concluded", Act.END_APPRAISAL, _ENDED),
    Outward("court_filing", "acknowledged", Act.LODGE, _R[46]),
    Outward("court_filing", "filed", Act.NOTE_COURT_FILING, _COURT, _COURT_CIVIL),
    Outward("court_filing", "refused", Act.NOTE_COURT_REFUSAL, _COURT, _COURT_CIVIL),
    Outward("court_filing", "defendant_served", Act.NOTE_DEFENDANT_SERVED, _J[17]),
    Outward("court_filing", "defence", Act.NOTE_DEFENCE, _DEFENCE, _DEFENCE_CIVIL),
    Outward("court_filing", "appearance_notice", Act.NOTE_APPEARANCE_NOTICE, _J[8]),
    Outward("court_filing", "judgment", Act.NOTE_JUDGMENT, _R[58]),
    Outward("court_filing", "ruling", Act.NOTE_RULING, _R[58]),
    Outward("court_filing", "other_appeal", Act.NOTE_OTHER_APPEAL, _R[62]),
    Outward(
        "court_filing",
        "other_appeal_withdrawal",
        Act.NOTE_OTHER_APPEAL_WITHDRAWAL,
        _R["58-63"].marked(Mark.INFERENCE),
    ),
)


def is_followed(kind: str, happened: str) -> bool:
    """Whether an act follows, or ever followed, from this."""
    return any((row.kind, row.happened) == (kind, happened) for row in OUTWARD)


def heard_act(kind: str, happened: str, on: date) -> Act | None:
    """The act that follows by the rules of that day; none for most of what happens with handoffs."""
    row = current((row for row in OUTWARD if (row.kind, row.happened) == (kind, happened)), on)
    return row.act if row else None

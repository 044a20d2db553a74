"""Which acts of a case follow from what an agency or a court does with a handoff."""

from dataclasses import dataclass
from datetime import date

from services.cases.rules.law import ADMINISTRATIVE_LITIGATION, HANDLING_RULES, INTERPRETATION, RULES_SINCE
from services.cases.rules.vocabulary import Act
from shared.citation import Citation, Mark


@dataclass(frozen=True, slots=True)
class Outward:
    """When this happens with a handoff of that kind, that act is done in the case."""

    kind: str
    happened: str
    act: Act
    basis: Citation
    since: date = RULES_SINCE
    until: date | None = None


_R, _J = HANDLING_RULES, INTERPRETATION
_COURT = ADMINISTRATIVE_LITIGATION[51].marked(Mark.INFERENCE)
_DEFENCE = ADMINISTRATIVE_LITIGATION[67].marked(Mark.INFERENCE)

OUTWARD = (
    Outward("appraisal", "dispatched", Act.ENTRUST_APPRAISAL, _R[41]),
    Outward("appraisal", "replied", Act.RECEIVE_APPRAISAL, _R[48]),
    Outward("court_filing", "acknowledged", Act.LODGE, _R[46]),
    Outward("court_filing", "filed", Act.NOTE_COURT_FILING, _COURT),
    Outward("court_filing", "refused", Act.NOTE_COURT_REFUSAL, _COURT),
    Outward("court_filing", "defendant_served", Act.NOTE_DEFENDANT_SERVED, _J[17]),
    Outward("court_filing", "defence", Act.NOTE_DEFENCE, _DEFENCE),
    Outward("court_filing", "appearance_notice", Act.NOTE_APPEARANCE_NOTICE, _J[8]),
)


def heard_act(kind: str, happened: str) -> Act | None:
    """The act that follows; none for most of what happens with handoffs."""
    return next((row.act for row in OUTWARD if (row.kind, row.happened) == (kind, happened)), None)

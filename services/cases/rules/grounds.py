"""On what a case may be opened at all (R 67, 85, 97): what must be found, by the kind of procedure."""

from dataclasses import dataclass
from datetime import date

from services.cases.rules.law import HANDLING_RULES, PIPL, RULES_SINCE
from services.cases.rules.vocabulary import Procedure
from shared.citation import Citation, in_force


@dataclass(frozen=True, slots=True)
class FilingGround:
    """What the lead must show before a case of that procedure is opened; `also` opens the field itself."""

    procedure: Procedure
    zh: str
    en: str
    basis: Citation
    also: Citation
    since: date = RULES_SINCE
    until: date | None = None


_R = HANDLING_RULES
FILING_GROUNDS = (
    FilingGround(Procedure.ADMINISTRATIVE, "公共利益受到侵害，且行政机关可能违法行使职权或者不作为",
                 "harm, and an agency possibly unlawful or inactive", _R[67], PIPL[70]),
    FilingGround(Procedure.CIVIL, "公共利益受到侵害，且可能存在违法行为",
                 "harm, and an act possibly unlawful", _R[85], PIPL[70]),
    FilingGround(Procedure.CRIMINAL_INCIDENTAL, "办理刑事案件中，同一行为侵害公共利益",
                 "in a criminal case, the same act harms the public interest", _R[97], PIPL[70]),
)  # fmt: skip


def filing_ground_for(procedure: Procedure, on: date) -> FilingGround:
    """The row of that procedure in force that day; NoRuleInForce when there was none."""
    return in_force([g for g in FILING_GROUNDS if g.procedure is procedure], on, f"opening, {procedure}")

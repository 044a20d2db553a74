"""Whose authority to decide may be lent to whom (R 5); to lend it is itself dated and recorded."""

from dataclasses import dataclass
from datetime import date

from services.cases.errors import ActNotDelegable
from services.cases.rules.law import HANDLING_RULES, RULES_SINCE
from services.cases.rules.lifecycle import STEPS
from services.cases.rules.vocabulary import Act
from shared.citation import Citation, in_force
from shared.identity import Role


@dataclass(frozen=True, slots=True)
class Authorisation:
    """Who may lend authority to decide, and to people of which roles."""

    code: str
    by: Role
    to: tuple[Role, ...]
    zh: str
    en: str
    basis: Citation
    since: date
    until: date | None = None


AUTHORISATIONS = (
    Authorisation("chief", Role.CHIEF, (Role.PROSECUTOR, Role.DEPARTMENT_HEAD),
                  "检察长可以授权检察官作出决定", "the chief may authorise prosecutors to decide",
                  HANDLING_RULES[5], RULES_SINCE),
)  # fmt: skip


def authorisation_on(on: date) -> Authorisation:
    """The row that lets the chief lend authority that day; NoRuleInForce when there was none."""
    return in_force(AUTHORISATIONS, on, "delegation")


def require_delegable(acts: tuple[Act, ...]) -> None:
    """Refuse an act that is not the chief's to decide."""
    decided = {step.act for step in STEPS if step.chain and step.chain[-1] is Role.CHIEF}
    if refused := sorted(set(acts) - decided):
        raise ActNotDelegable(acts=refused, delegable=sorted(decided))

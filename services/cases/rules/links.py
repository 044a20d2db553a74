"""How leads and cases belong together without being one."""

from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from services.cases.rules.law import HANDLING_RULES, RULES_SINCE
from shared.citation import OURS, Citation, in_force


class LinkKind(StrEnum):
    """Why two matters are linked."""

    PARALLEL = "parallel"
    LOOK_BACK = "look_back"
    SPLIT = "split"
    MERGED = "merged"


@dataclass(frozen=True, slots=True)
class LinkRule:
    """One kind of link, from the matter at which it begins; only some are made by hand."""

    kind: LinkKind
    zh: str
    en: str
    by_hand: bool
    basis: Citation
    since: date = RULES_SINCE
    until: date | None = None


_PARALLEL, _LOOK_BACK = OURS["parallel matters are linked"], OURS["a look-back finding is a new lead"]
_R69 = HANDLING_RULES[69]

LINKS = (
    LinkRule(LinkKind.PARALLEL, "平行办理", "handled in parallel with", True, _PARALLEL),
    LinkRule(LinkKind.LOOK_BACK, "回头看", "looks back on", True, _LOOK_BACK),
    LinkRule(LinkKind.SPLIT, "分案", "was split into", False, _R69),
    LinkRule(LinkKind.MERGED, "并案", "was joined with", False, _R69),
)


def link_rule(kind: LinkKind, on: date) -> LinkRule:
    """What that kind of link rests on that day; NoRuleInForce when there was none."""
    return in_force([row for row in LINKS if row.kind is kind], on, f"link {kind}")

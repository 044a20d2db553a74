"""Across level or place: by whom a suggestion reaches an authority not beside the office (SUG 3)."""

from dataclasses import dataclass
from enum import StrEnum

from services.referrals.rules.courses import HandoffAct, HandoffStage
from services.referrals.rules.law import HANDLING_RULES, OURS, SUGGESTION_RULES, Citation, Mark
from services.referrals.rules.recipients import division_prefix
from services.referrals.rules.vocabulary import OrganisationKind


class Relation(StrEnum):
    """Where an authority stands, seen from an office; or what else lets the office address it directly."""

    OWN_CASE = "own_case"
    BY_ORDER = "by_order"
    BESIDE = "beside"
    ABOVE = "above"
    BELOW = "below"
    ELSEWHERE = "elsewhere"
    GOVERNMENT_NEXT_BELOW = "government_next_below"


class Passing(StrEnum):
    """What the office beside the authority has to do with a suggestion to it."""

    NONE = "none"
    REVIEWED = "reviewed"
    CONSULTED = "consulted"
    ORDERED = "ordered"


# What that office may say: one that reviews may decline, one that is consulted may disagree, one that is
# ordered executes.
MAY = {
    Passing.NONE: (),
    Passing.REVIEWED: (HandoffAct.FORWARD, HandoffAct.DECLINE),
    Passing.CONSULTED: (HandoffAct.FORWARD, HandoffAct.DISAGREE),
    Passing.ORDERED: (HandoffAct.FORWARD,),
}


_SAID = frozenset(act for acts in MAY.values() for act in acts)


@dataclass(frozen=True, slots=True)
class Way:
    """How a suggestion goes to such an authority."""

    relation: Relation
    zh: str
    en: str
    passing: Passing
    basis: Citation

    @property
    def forwarded(self) -> bool:
        """Whether another office speaks before it leaves."""
        return self.passing is not Passing.NONE


_OWN = SUGGESTION_RULES[3].marked(Mark.OUR_READING)
_ORDER = OURS["the order of a superior that gave the matter settles the way of its suggestion"]
WAYS = (
    Way(Relation.OWN_CASE, "本院所办案件的涉案单位，直接送达",
        "the unit that the office's own case was opened against is addressed directly", Passing.NONE, _OWN),
    Way(Relation.BY_ORDER, "依上级院决定承办，直接送达",
        "the matter came by order of a superior: served directly", Passing.NONE, _ORDER),
    Way(Relation.BESIDE, "直接送达", "served directly", Passing.NONE, SUGGESTION_RULES[3]),
    Way(Relation.ABOVE, "层报与该机关同级的检察院审查后转送",
        "reported up to the office beside the authority, which reviews and forwards it", Passing.REVIEWED,
        SUGGESTION_RULES[3]),
    Way(Relation.BELOW, "指令对应的下级检察院送达", "the matching lower office is ordered to serve it",
        Passing.ORDERED, SUGGESTION_RULES[3]),
    Way(Relation.ELSEWHERE, "征求当地同级检察院意见后送达；意见不一致的，报共同上级院决定",
        "served after the office there was consulted; disagreement goes to the common superior",
        Passing.CONSULTED, SUGGESTION_RULES[3]),
    Way(Relation.GOVERNMENT_NEXT_BELOW, "下一级人民政府，由上一级检察院管辖",
        "a people's government one level below is within the office's own jurisdiction",
        Passing.NONE, HANDLING_RULES[13]),
)  # fmt: skip
_WAYS = {way.relation: way for way in WAYS}


def way_by(relation: Relation) -> Way:
    """That way."""
    return _WAYS[relation]


def left_open(relation: Relation | None, stage: HandoffStage, act: HandoffAct) -> bool:
    """Whether a suggestion that is held on that way leaves the act to the office beside the authority."""
    if relation is None or stage is not HandoffStage.HELD or act not in _SAID:
        return True
    return act in MAY[way_by(relation).passing]


def way_to(office: str, division: str, kind: str) -> Way:
    """The way from an office to an authority of that kind there; a township counts as its county."""
    ours, theirs = division_prefix(office[:6]), division_prefix(division[:6])
    if ours == theirs:
        return _WAYS[Relation.BESIDE]
    if ours.startswith(theirs):
        return _WAYS[Relation.ABOVE]
    if not theirs.startswith(ours):
        return _WAYS[Relation.ELSEWHERE]
    next_below = len(theirs) - len(ours) == 2
    government = kind == OrganisationKind.GOVERNMENT
    return _WAYS[Relation.GOVERNMENT_NEXT_BELOW if government and next_below else Relation.BELOW]

"""Which office may sue, and what it may claim (R 16, 83, 98, J 5)."""

from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from services.cases.errors import ClaimNotOpen, CompetenceUnclear, OtherOfficeMaySue
from services.cases.rules.law import HANDLING_RULES, INTERPRETATION, RULES_SINCE
from services.cases.rules.vocabulary import Track
from shared.citation import Citation, Mark, living


class Claim(StrEnum):
    """What the office asks the court for."""

    CONFIRM_UNLAWFUL = "confirm_unlawful"
    REVOKE = "revoke"
    PERFORM_DUTY = "perform_duty"
    ALTER = "alter"
    CEASE = "cease"
    REMOVE = "remove"
    COMPENSATE = "compensate"
    APOLOGISE = "apologise"
    COSTS = "costs"


@dataclass(frozen=True, slots=True)
class ClaimRow:
    """One claim that is open to cases of that track."""

    claim: Claim
    tracks: tuple[Track, ...]
    zh: str
    en: str
    basis: Citation
    since: date = RULES_SINCE
    until: date | None = None


_R = HANDLING_RULES
_ADMINISTRATIVE = (Track.ADMINISTRATIVE,)
_CIVIL = (Track.CIVIL, Track.CRIMINAL_INCIDENTAL)
_83, _98 = _R[83].marked(Mark.OUR_READING), _R[98]

CLAIMS = (
    ClaimRow(Claim.CONFIRM_UNLAWFUL, _ADMINISTRATIVE, "确认行政行为违法或者无效", "confirm unlawful", _R[84]),
    ClaimRow(Claim.REVOKE, _ADMINISTRATIVE, "撤销行政行为", "revoke the act", _83),
    ClaimRow(Claim.PERFORM_DUTY, _ADMINISTRATIVE, "依法履行法定职责", "perform the duty", _83),
    ClaimRow(Claim.ALTER, _ADMINISTRATIVE, "变更行政行为", "alter the act", _83),
    ClaimRow(Claim.CEASE, _CIVIL, "停止侵害", "cease", _98),
    ClaimRow(Claim.REMOVE, _CIVIL, "排除妨碍、消除危险", "remove the danger", _98),
    ClaimRow(Claim.COMPENSATE, _CIVIL, "赔偿损失", "compensate", _98),
    ClaimRow(Claim.APOLOGISE, _CIVIL, "赔礼道歉", "apologise", _98.marked(Mark.OUR_READING)),
    ClaimRow(Claim.COSTS, _CIVIL, "鉴定、专家等费用", "costs of appraisal and experts", _98),
)  # fmt: skip

SUES = _R[16]
CONFIRMED = INTERPRETATION[5]


def check_claims(claims: list[str], track: Track, on: date) -> None:
    """Refuse a claim that is not open to a case of this track, naming those that are."""
    open_ = [row.claim.value for row in living(CLAIMS, on) if track in row.tracks]
    if not claims or (strange := [claim for claim in claims if claim not in open_]):
        refused = strange if claims else []
        raise ClaimNotOpen(refused=refused, open=open_)


def check_office(office: str, court_office: str | None, court: str, confirmed: str | None) -> None:
    """Refuse a suit at a court where another office may sue; of an unlisted court a person must say why.

    The lawful way out is the transfer for suit.
    """
    if court_office is None:
        if not confirmed:
            said = {
                "zh": "法院不在名录中，须由办案人员确认",
                "en": "the court is in no file: a person confirms",
            }
            raise CompetenceUnclear(rule="court", article=str(CONFIRMED), ways_out=["confirm"], **said)
        return
    if court_office != office:
        raise OtherOfficeMaySue(
            court=court, office=court_office, article=str(SUES), ways_out=["transfer_for_suit"]
        )

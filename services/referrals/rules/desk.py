"""Whose turn it is: which party a referral waits for at which stage, and which modes count as guidance."""

from dataclasses import dataclass
from enum import StrEnum

from services.referrals.rules.law import OURS, Citation
from services.referrals.rules.lifecycle import Stage
from services.referrals.rules.modes import Track
from services.referrals.rules.vocabulary import Mode, Party


class Desk(StrEnum):
    """A list of an office: what came to it, what it sent, who is waited for, what is late."""

    INCOMING = "incoming"
    OUTGOING = "outgoing"
    WAITING_FOR_US = "waiting_for_us"
    WAITING_FOR_THEM = "waiting_for_them"
    OVERDUE = "overdue"


@dataclass(frozen=True, slots=True)
class Awaited:
    """At that stage the referral waits for that party; where nothing is listed it waits for nobody."""

    track: Track
    stage: Stage
    party: Party
    basis: Citation


@dataclass(frozen=True, slots=True)
class Guidance:
    """A mode in which a superior guides the handling below instead of handling itself."""

    mode: Mode
    basis: Citation


_TURN = OURS["whose turn it is"]
_GUIDES = OURS["what counts as guidance below, named by the Notice of 2021"]

AWAITED = (
    Awaited(Track.CUSTODY, Stage.ARMED, Party.ADDRESSEE, _TURN),
    Awaited(Track.STANDING, Stage.ISSUED, Party.ADDRESSEE, _TURN),
    Awaited(Track.REQUEST, Stage.ISSUED, Party.ADDRESSEE, _TURN),
    Awaited(Track.REQUEST, Stage.OPINED, Party.ADDRESSEE, _TURN),
    Awaited(Track.ENTRUSTMENT, Stage.ISSUED, Party.ADDRESSEE, _TURN),
    Awaited(Track.ENTRUSTMENT, Stage.RECEIVED, Party.ADDRESSEE, _TURN),
    Awaited(Track.ENTRUSTMENT, Stage.REPLIED, Party.ISSUER, _TURN),
)

GUIDANCE = tuple(
    Guidance(mode, _GUIDES) for mode in (Mode.GUIDE, Mode.SUPERVISE, Mode.TAKE_LEAD, Mode.SUPERIOR_DECISION)
)


def awaits(party: Party) -> tuple[tuple[Track, Stage], ...]:
    """At which stages of which tracks that party is waited for."""
    return tuple((row.track, row.stage) for row in AWAITED if row.party is party)

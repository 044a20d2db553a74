"""What is announced of those who work in matters: never who they are; that stands in the erasable details."""

from datetime import date
from typing import ClassVar
from uuid import UUID

from services.cases.rules.office_settings import Setting
from services.cases.rules.team import Seat
from services.cases.rules.vocabulary import Act, Recusal
from shared.clocks import Unit
from shared.events import Event


class RecusalRequested(Event):
    """A person's recusal was asked for; whose, is not said here."""

    name: ClassVar[str] = "recusal_requested"

    matter_id: UUID
    request_id: UUID
    office: str


class RecusalDecided(Event):
    """It was decided, at first or on review, whether a person is recused; who, is not said here."""

    name: ClassVar[str] = "recusal_decided"

    matter_id: UUID
    office: str
    outcome: Recusal
    request_id: UUID | None = None
    on_review: bool = False


class RecusalReviewRequested(Event):
    """The review of a decision on a recusal was asked for."""

    name: ClassVar[str] = "recusal_review_requested"

    matter_id: UUID
    request_id: UUID
    office: str


class TeamChanged(Event):
    """The team of a matter changed: which places were filled and left, and how many work in it now."""

    name: ClassVar[str] = "team_changed"

    matter_id: UUID
    office: str
    joined: tuple[Seat, ...]
    left: tuple[Seat, ...]
    members: int


class GlassBroken(Event):
    """Somebody of an office broke the glass and may read a matter for the day; who, is not said here."""

    name: ClassVar[str] = "glass_broken"

    matter_id: UUID
    use_id: UUID
    office: str
    org: str


class GlassReviewed(Event):
    """The handling office's chief said whether it was justified to break the glass."""

    name: ClassVar[str] = "glass_reviewed"

    matter_id: UUID
    use_id: UUID
    office: str
    org: str
    justified: bool


class RuleVersionSet(Event):
    """The chief decided that a matter goes by the rules of a later day, or by its own days' rules again."""

    name: ClassVar[str] = "rule_version_set"

    matter_id: UUID
    office: str
    as_if_on: date | None


class LimitSet(Event):
    """An office set an internal limit, for one focus or for all, or took its own back."""

    name: ClassVar[str] = "limit_set"

    office: str
    row: str
    focus: str | None
    length: int | None
    unit: Unit
    since: date


class SettingMade(Event):
    """An office settled how it works, or took its own setting back; what it says, is not said here."""

    name: ClassVar[str] = "setting_made"

    office: str
    setting: Setting
    since: date


class ActsDelegated(Event):
    """A chief authorised a person to decide some acts for a time; whom, is not said here."""

    name: ClassVar[str] = "acts_delegated"

    delegation_id: UUID
    office: str
    acts: tuple[Act, ...]
    since: date
    until: date | None


class DelegationRevoked(Event):
    """A chief ended a delegation early; from that day on nothing is decided by it."""

    name: ClassVar[str] = "delegation_revoked"

    delegation_id: UUID
    office: str
    revoked_on: date

"""The rows of this service."""

from datetime import date, datetime, timedelta
from typing import Any, ClassVar, cast
from uuid import UUID

from sqlalchemy import (
    BigInteger,
    Date,
    Index,
    LargeBinary,
    MetaData,
    String,
    Table,
    Text,
    literal_column,
    text,
)
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column

from services.notifications.rules.digests import Period
from services.notifications.rules.mail import MailState
from services.notifications.rules.recipients import Category
from services.notifications.rules.schedule import Breaker, Outcome
from services.notifications.rules.vocabulary import (
    Asking,
    DeliveryState,
    EndpointState,
    Held,
    OrderMode,
    Payload,
    Trigger,
)
from shared import clock
from shared.database import NAMES, Path, types, uuid7

YEAR = timedelta(days=365)
# Said in the statement itself, so that one plan for all its values finds the index of what waits.
PENDING_WORD = literal_column(f"'{DeliveryState.PENDING}'", String)
DUE = text("next_due IS NOT NULL")
ORIGINAL = text("trigger = 'event'")
OPEN = text("settled_at IS NULL")
UNSENT = text("state = 'pending'")
CHALLENGED = text("challenge_due_at IS NOT NULL")
LEASED = text("lease_until IS NOT NULL")
OF_OFFICES = text("owner_path <> ''")
UNFINISHED = text("state IN ('pending', 'held', 'blocked', 'dead')")


class Base(DeclarativeBase):
    """The tables of `notifications`."""

    metadata = MetaData(naming_convention=NAMES)
    type_annotation_map: ClassVar[dict[Any, Any]] = types(
        Asking,
        Breaker,
        Category,
        DeliveryState,
        EndpointState,
        Held,
        MailState,
        OrderMode,
        Outcome,
        Payload,
        Period,
        Trigger,
    )


class Endpoint(Base):
    """Where an organisation wants to be told, of what, and whether it has proved that it expects us."""

    __tablename__ = "endpoints"
    __table_args__ = (
        Index(None, "owner", "at"),
        Index(None, "owner_path"),
        Index(None, "state", "expires_on"),
        Index(
            "ix_endpoints_challenge_due_at",
            "challenge_due_at",
            postgresql_where=CHALLENGED,
            sqlite_where=CHALLENGED,
        ),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid7)
    owner: Mapped[str] = mapped_column(String(40))
    owner_path: Mapped[str] = mapped_column(Path)  # of an office; empty for an agency
    purpose: Mapped[str] = mapped_column(String(200))
    url: Mapped[str] = mapped_column(Text)  # empty for one that only fetches
    pull_only: Mapped[bool] = mapped_column(default=False)
    order_mode: Mapped[OrderMode]
    event_types: Mapped[list[str]]
    matter_id: Mapped[UUID | None]
    kinds: Mapped[list[str]] = mapped_column(default=list)
    places: Mapped[list[str]] = mapped_column(default=list)
    ceiling: Mapped[int | None]  # told of matters classified so far; of all, if none is set
    payload: Mapped[Payload] = mapped_column(default=Payload.THIN)
    rate_per_minute: Mapped[int | None]
    parallel: Mapped[int | None]  # lanes served at once, by all processes together
    expires_on: Mapped[date] = mapped_column(Date, default=lambda: clock.today() + YEAR)
    warned_on: Mapped[date | None] = mapped_column(Date)
    state: Mapped[EndpointState] = mapped_column(default=EndpointState.PENDING)
    at: Mapped[datetime]
    verified_at: Mapped[datetime | None]
    disabled_reason: Mapped[str | None] = mapped_column(String(40))
    on_return: Mapped[Held | None]
    asking: Mapped[Asking] = mapped_column(default=Asking.CHALLENGE)
    challenge: Mapped[str | None] = mapped_column(String(64))
    challenge_due_at: Mapped[datetime | None]
    challenge_tries: Mapped[int] = mapped_column(default=0)
    challenge_result: Mapped[str | None] = mapped_column(String(200))
    revision: Mapped[int] = mapped_column()

    __mapper_args__ = {"version_id_col": revision}

    @property
    def etag(self) -> str:
        """The version that a change must name."""
        return str(self.revision)


class Secret(Base):
    """A secret shared with a receiver, encrypted under a named key; the newest two sign."""

    __tablename__ = "endpoint_secrets"
    __table_args__ = (Index(None, "endpoint_id"),)

    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid7)
    endpoint_id: Mapped[UUID]
    vault_kid: Mapped[str] = mapped_column(String(80))
    sealed: Mapped[bytes] = mapped_column(LargeBinary)
    at: Mapped[datetime]


class Tls(Base):
    """How an endpoint and we know each other: its own authority, our certificate, and its sealed key."""

    __tablename__ = "endpoint_tls"

    endpoint_id: Mapped[UUID] = mapped_column(primary_key=True)
    authority: Mapped[str | None] = mapped_column(Text)
    certificate: Mapped[str | None] = mapped_column(Text)
    vault_kid: Mapped[str | None] = mapped_column(String(80))
    sealed_key: Mapped[bytes | None] = mapped_column(LargeBinary)
    at: Mapped[datetime]


class Feed(Base):
    """Every delivery of an endpoint in one gapless row, and how far its owner says to have taken it."""

    __tablename__ = "feeds"

    endpoint_id: Mapped[UUID] = mapped_column(primary_key=True)
    last_position: Mapped[int] = mapped_column(BigInteger, default=0)
    committed: Mapped[int] = mapped_column(BigInteger, default=0)
    committed_at: Mapped[datetime | None]


class Gate(Base):
    """Whether an endpoint is called: its breaker, and how many messages its rate leaves room for."""

    __tablename__ = "gates"

    endpoint_id: Mapped[UUID] = mapped_column(primary_key=True)
    breaker: Mapped[Breaker] = mapped_column(default=Breaker.CLOSED)
    in_a_row: Mapped[int] = mapped_column(default=0)
    shut: Mapped[int] = mapped_column(default=0)
    opens_at: Mapped[datetime | None]
    tokens: Mapped[float | None]
    counted_at: Mapped[datetime | None]  # when there were so many tokens
    free_at: Mapped[datetime | None]  # when there is a whole one again
    late: Mapped[bool] = mapped_column(default=False)  # it was said that its messages wait too long


class Lane(Base):
    """What one endpoint is told about one matter: a gapless count, and when the next message is due."""

    __tablename__ = "lanes"
    __table_args__ = (
        Index("uq_lanes_endpoint_id_matter_id", "endpoint_id", "matter_id", unique=True),
        Index(
            "ix_lanes_endpoint_id_next_due",
            "endpoint_id",
            "next_due",
            postgresql_where=DUE,
            sqlite_where=DUE,
        ),
        Index("ix_lanes_leased", "endpoint_id", "lease_until", postgresql_where=LEASED, sqlite_where=LEASED),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid7)
    endpoint_id: Mapped[UUID]
    matter_id: Mapped[UUID]
    last_number: Mapped[int]
    next_due: Mapped[datetime | None]
    lease_until: Mapped[datetime | None]
    fence: Mapped[int] = mapped_column(default=0)
    blocked: Mapped[bool] = mapped_column(default=False)
    skipped: Mapped[str] = mapped_column(Text, default="")


class Delivery(Base):
    """One message to one endpoint, with the very bytes that are signed and sent."""

    __tablename__ = "deliveries"
    __table_args__ = (
        Index(
            "uq_deliveries_endpoint_id_event_id",
            "endpoint_id",
            "event_id",
            unique=True,
            postgresql_where=ORIGINAL,
            sqlite_where=ORIGINAL,
        ),
        # A delivery is written twice: what no longer finds a finished one is not written the second time.
        Index(
            "ix_deliveries_lane_id_state_number", "lane_id", "state", "number", postgresql_where=UNFINISHED
        ),
        Index("uq_deliveries_endpoint_id_position", "endpoint_id", "position", unique=True),
        Index(
            "ix_deliveries_unfinished",
            "state",
            "endpoint_id",
            "at",
            postgresql_where=UNFINISHED,
            sqlite_where=UNFINISHED,
        ),
        Index(None, "owner", "at", "id"),
        Index("ix_deliveries_owner_path_at", "owner_path", "at", postgresql_where=OF_OFFICES),
        Index(None, "matter_id", "at"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid7)
    endpoint_id: Mapped[UUID]
    owner: Mapped[str] = mapped_column(String(40))
    owner_path: Mapped[str] = mapped_column(Path)
    lane_id: Mapped[UUID]
    number: Mapped[int]
    position: Mapped[int] = mapped_column(BigInteger)
    matter_id: Mapped[UUID]
    about: Mapped[UUID | None]
    event_id: Mapped[UUID]
    event_type: Mapped[str] = mapped_column(String(80))
    trigger: Mapped[Trigger] = mapped_column(default=Trigger.EVENT)
    original_id: Mapped[UUID | None]
    state: Mapped[DeliveryState]
    tries: Mapped[int] = mapped_column(default=0)
    due_at: Mapped[datetime]
    at: Mapped[datetime]
    delivered_at: Mapped[datetime | None]
    body: Mapped[bytes] = mapped_column(LargeBinary)


class Attempt(Base):
    """One try to deliver: what was signed when, how it ended, and the first bytes of the answer."""

    __tablename__ = "attempts"
    __table_args__ = (Index(None, "delivery_id"), Index(None, "endpoint_id", "at"))

    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid7)
    delivery_id: Mapped[UUID]
    endpoint_id: Mapped[UUID]
    at: Mapped[datetime]
    signature: Mapped[str] = mapped_column(Text)
    keys: Mapped[str] = mapped_column(Text, default="[]")  # JSON: whose signatures they are, in that order
    outcome: Mapped[Outcome]
    succeeded: Mapped[bool]
    status: Mapped[int | None]
    latency_ms: Mapped[int]
    error: Mapped[str] = mapped_column(String(200))
    first_bytes: Mapped[bytes | None] = mapped_column(LargeBinary)


class Report(Base):
    """What a day's reconciliation found, signed."""

    __tablename__ = "reports"

    on: Mapped[date] = mapped_column(Date, primary_key=True)
    at: Mapped[datetime]
    complete: Mapped[bool]
    token: Mapped[str] = mapped_column(Text)


class Line(Base):
    """One line of an office's inbox; what it says is put into words when it is read.

    `party`: the event names the office itself, which therefore reads of it however the matter stands.
    A digest is about no matter.
    """

    __tablename__ = "inbox_lines"
    __table_args__ = (
        Index("uq_inbox_lines_org_event_id", "org", "event_id", unique=True),
        Index(None, "org", "settled_at", "at"),
        Index(None, "org", "category", "at"),
        Index(None, "org_path", "at"),
        Index(None, "matter_id"),
        Index(None, "about"),
        Index(None, "category", "at"),
        Index("ix_inbox_lines_open", "category", "due_on", postgresql_where=OPEN, sqlite_where=OPEN),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid7)
    org: Mapped[str] = mapped_column(String(20))
    org_path: Mapped[str] = mapped_column(Path)
    roles: Mapped[str] = mapped_column(String(200))  # each between bars: |prosecutor|clerk|
    category: Mapped[Category]
    party: Mapped[bool] = mapped_column(default=False)
    matter_id: Mapped[UUID | None]
    about: Mapped[UUID | None]
    event_id: Mapped[UUID]
    event_type: Mapped[str] = mapped_column(String(80))
    facts: Mapped[dict[str, Any]]
    due_on: Mapped[date | None] = mapped_column(Date)
    at: Mapped[datetime]
    settled_at: Mapped[datetime | None]


class ReadMark(Base):
    """One person has read one line, and perhaps has done what it asks of them."""

    __tablename__ = "inbox_read_marks"

    line_id: Mapped[UUID] = mapped_column(primary_key=True)
    sub: Mapped[str] = mapped_column(String(80), primary_key=True)
    name: Mapped[str] = mapped_column(String(80), default="")
    at: Mapped[datetime]
    done_at: Mapped[datetime | None]


class DigestRun(Base):
    """The digests of one day or week were made."""

    __tablename__ = "digest_runs"

    period: Mapped[Period] = mapped_column(primary_key=True)
    begins_on: Mapped[date] = mapped_column(Date, primary_key=True)
    at: Mapped[datetime]


class MailAddress(Base):
    """Where an office, or one role in it, wants to be written to, and of what."""

    __tablename__ = "mail_addresses"
    __table_args__ = (Index(None, "org", "at"), Index(None, "org_path"))

    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid7)
    org: Mapped[str] = mapped_column(String(20))
    org_path: Mapped[str] = mapped_column(Path)
    role: Mapped[str | None] = mapped_column(String(40))
    address: Mapped[str] = mapped_column(String(254))
    topics: Mapped[list[str]]
    at: Mapped[datetime]
    ended_at: Mapped[datetime | None]
    revision: Mapped[int] = mapped_column()

    __mapper_args__ = {"version_id_col": revision}

    @property
    def etag(self) -> str:
        """The version that a change must name."""
        return str(self.revision)


class Mail(Base):
    """One letter about one line to one address, and what became of it; its words are made when it leaves."""

    __tablename__ = "mails"
    __table_args__ = (
        Index("uq_mails_line_id_address_id", "line_id", "address_id", unique=True),
        Index("ix_mails_due_at", "due_at", postgresql_where=UNSENT, sqlite_where=UNSENT),
        Index(None, "org", "at"),
        Index(None, "org_path", "at"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid7)
    org: Mapped[str] = mapped_column(String(20))
    org_path: Mapped[str] = mapped_column(Path)
    line_id: Mapped[UUID]
    address_id: Mapped[UUID]
    state: Mapped[MailState] = mapped_column(default=MailState.PENDING)
    tries: Mapped[int] = mapped_column(default=0)
    due_at: Mapped[datetime]
    at: Mapped[datetime]
    sent_at: Mapped[datetime | None]
    code: Mapped[int | None]
    error: Mapped[str] = mapped_column(String(60), default="")


def table(of: type[Base]) -> Table:
    """The plain table behind these rows, for statements that make no objects of them."""
    return cast(Table, of.__table__)

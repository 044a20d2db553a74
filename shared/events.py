"""What crosses between services: typed events, how others read them, and the envelope they travel in."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, ClassVar
from uuid import UUID

import orjson
from pydantic import BaseModel, ConfigDict

MATTER = "matter/"


def subject_of(matter_id: UUID) -> str:
    """The journal subject of a matter; every event about its referrals and handoffs stands in this chain."""
    return f"{MATTER}{matter_id}"


class Event(BaseModel):
    """Something a service announces: identifiers and facts only, no personal information."""

    model_config = ConfigDict(frozen=True, extra="forbid")
    name: ClassVar[str]
    version: ClassVar[int] = 1


class Heard(BaseModel):
    """A reader's own reading of another service's event: only the fields it uses."""

    model_config = ConfigDict(frozen=True, extra="ignore")


@dataclass(frozen=True, slots=True)
class Envelope:
    """One journal row on its way: who said what about which subject, as which number of its chain."""

    id: UUID
    source: str
    subject: str
    seq: int
    type: str
    version: int
    at: datetime
    occurred_on: date
    basis: str
    org: str
    on_behalf_of: str | None
    traceparent: str | None
    body: dict[str, Any]

    @property
    def matter_id(self) -> UUID | None:
        """The matter this is about, if its subject is one."""
        return UUID(self.subject[len(MATTER) :]) if self.subject.startswith(MATTER) else None

    @property
    def key(self) -> tuple[str, str, int]:
        """What makes it the same event however often it arrives."""
        return (self.source, self.subject, self.seq)

    def encode(self) -> bytes:
        """The envelope as JSON bytes."""
        return orjson.dumps(
            {
                "id": str(self.id),
                "source": self.source,
                "subject": self.subject,
                "seq": self.seq,
                "type": self.type,
                "version": self.version,
                "at": self.at.isoformat(),
                "occurred_on": self.occurred_on.isoformat(),
                "basis": self.basis,
                "org": self.org,
                "on_behalf_of": self.on_behalf_of,
                "traceparent": self.traceparent,
                "body": self.body,
            }
        )

    @classmethod
    def decode(cls, raw: bytes | str) -> "Envelope":
        """The envelope in these bytes; raises ValueError when they are not one that an inbox can keep."""
        return cls.of(orjson.loads(raw))

    @classmethod
    def of(cls, read: Any) -> "Envelope":
        """The envelope that this JSON is; raises ValueError when it is none that an inbox can keep."""
        try:
            envelope = cls(
                id=UUID(read["id"]),
                source=read["source"],
                subject=read["subject"],
                seq=int(read["seq"]),
                type=read["type"],
                version=int(read["version"]),
                at=datetime.fromisoformat(read["at"]),
                occurred_on=date.fromisoformat(read["occurred_on"]),
                basis=read["basis"],
                org=read["org"],
                on_behalf_of=read["on_behalf_of"],
                traceparent=read["traceparent"],
                body=read["body"],
            )
        except (KeyError, TypeError, AttributeError) as exc:
            raise ValueError(f"not an envelope: {type(exc).__name__}") from None
        envelope._check()
        return envelope

    def _check(self) -> None:
        """What the inbox could not even park must not reach it."""
        named = (self.source, 40), (self.subject, 80), (self.type, 80), (self.org, 40)
        for name, most in named:
            if not isinstance(name, str) or len(name) > most or "\0" in name:
                raise ValueError("not an envelope: a name is none")
        if not 0 < self.seq < 1 << 31 or self.at.tzinfo is None or not isinstance(self.body, dict):
            raise ValueError("not an envelope: number, instant or body")

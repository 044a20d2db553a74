"""Tickets: a minute's leave to read one document, signed by `referrals` with the key the services share."""

from dataclasses import dataclass
from uuid import UUID

from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import OctKey

from services.cases.errors import TicketRefused

AUDIENCE = "casebridge-documents"
LEEWAY_SECONDS = 5


@dataclass(frozen=True, slots=True)
class Ticket:
    """What a ticket gives leave for: one document of one matter, to one agency, under one handoff."""

    sha256: str
    agency: str
    handoff_id: UUID
    matter_id: UUID


def read_ticket(token: str, key: str, sha256: str, agency: str) -> Ticket:
    """The ticket, if it is ours, still runs, and names this document, this agency and a matter."""
    registry = jwt.JWTClaimsRegistry(
        leeway=LEEWAY_SECONDS,
        aud={"essential": True, "value": AUDIENCE},
        exp={"essential": True},
        sha256={"essential": True, "value": sha256},
        agency={"essential": True, "value": agency},
        handoff={"essential": True},
        matter={"essential": True},
    )
    try:
        claims = jwt.decode(token, OctKey.import_key(key), algorithms=["HS256"]).claims
        registry.validate(claims)
        return Ticket(sha256, agency, UUID(claims["handoff"]), UUID(claims["matter"]))
    except (JoseError, ValueError, TypeError, KeyError, AttributeError) as exc:
        raise TicketRefused(reason=type(exc).__name__) from None

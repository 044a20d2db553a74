"""What anybody may know: our keys, and the tables by which this service decides."""

from dataclasses import fields
from enum import Enum
from typing import Any

from services.notifications.channels.outfit import signer_of
from services.notifications.rules.filters import offered
from services.notifications.rules.mail import PAUSES as MAIL_PAUSES
from services.notifications.rules.mail import PHRASES
from services.notifications.rules.networks import NAMES, NETWORKS
from services.notifications.rules.recipients import NOTICES
from services.notifications.rules.schedule import ANSWERS, PAUSES, STEPS
from services.notifications.rules.silent import SILENT
from services.notifications.rules.wording import DIGESTS, WORDINGS
from services.notifications.rules.words import WORDS
from services.notifications.schemas import KeySet, RuleTable
from shared.citation import Citation
from shared.transactions import Reading, anyone, door_router, frame

router = door_router(prefix="/v1", tags=["published"])

TABLES: tuple[tuple[str, tuple[Any, ...]], ...] = (
    ("who is told of what", NOTICES),
    ("when a delivery is tried again", STEPS),
    ("what an answer means", ANSWERS),
    ("how long a failing endpoint is left alone", PAUSES),
    ("networks that are not called", NETWORKS),
    ("names that are not called", NAMES),
    ("events that nobody is told of", SILENT),
    ("sentences of the inbox", (*WORDINGS, *DIGESTS)),
    ("sentences of letters", PHRASES),
    ("when a letter is tried again", MAIL_PAUSES),
    ("words in those sentences", WORDS),
)


@router.get("/keys", response_model=KeySet, dependencies=[anyone()])
async def read_keys(session: Reading) -> KeySet:
    """The public keys whose signatures our messages carry, each of them while it is active."""
    return KeySet(**signer_of(frame(session)).jwks())


@router.get("/rules", response_model=list[RuleTable], dependencies=[anyone()])
async def read_rules() -> list[RuleTable]:
    """Every table by which this service decides, with the basis of each row."""
    tables = [RuleTable(table=name, rows=[_row(row) for row in rows]) for name, rows in TABLES]
    agencies = [{"event": event} for event in offered(to_agency=True)]
    return [*tables, RuleTable(table="events that an agency can be told of", rows=agencies)]


def _row(row: Any) -> dict[str, Any]:
    return {field.name: _plain(getattr(row, field.name)) for field in fields(row)}


def _plain(value: Any) -> Any:
    if isinstance(value, Citation):
        return {"article": str(value), "instrument": value.instrument.zh, "certainty": value.mark}
    if isinstance(value, tuple):
        return [_plain(each) for each in value]
    if isinstance(value, Enum | bool | int | str) or value is None:
        return value
    return str(value)

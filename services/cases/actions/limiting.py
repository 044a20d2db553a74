"""An office sets its own internal limits and settings: new rows from a day on, which touch no old one."""

from datetime import date

from sqlalchemy.ext.asyncio import AsyncSession

from services.cases.events import LimitSet, SettingMade
from services.cases.rules.limits import require_internal
from services.cases.rules.office_settings import Setting, Value
from services.cases.tables import OfficeLimit, OfficeSetting
from shared import clock, journal
from shared.citation import OURS
from shared.clocks import Unit
from shared.database import uuid7
from shared.identity import Actor
from shared.problems import DateOutOfOrder

SETTING = OURS["an office sets internal limits where the law has none"]
SETTLED = OURS["an office settles how it works"]


def office_subject(code: str) -> str:
    """The journal subject of an office: what it sets and whom it authorises stand in one chain."""
    return f"office/{code}"


def from_today_on(since: date | None) -> date:
    """The day from which something holds: today unless said, and never a day that has passed."""
    today = clock.today()
    if since is not None and since < today:
        raise DateOutOfOrder(since=since, earliest=today)
    return since or today


async def set_limit(
    session: AsyncSession,
    actor: Actor,
    *,
    row: str,
    focus: str | None,
    length: int | None,
    unit: Unit,
    since: date | None,
    reason: str,
) -> OfficeLimit:
    """From that day on clocks of that row begin with this length in the actor's office and those below it.

    Clocks that run already keep the row by which they began. Without a length, what was set is taken back.
    """
    begins = from_today_on(since)
    require_internal(row, begins)
    facts = {"office": actor.org, "row": row, "focus": focus, "length": length, "unit": unit, "since": begins}
    await journal.lock(session, office_subject(actor.org))
    limit = OfficeLimit(id=uuid7(), reason=reason, set_by=actor.sub, set_by_name=actor.name, **facts)
    session.add(limit)
    event, details = LimitSet.model_validate(facts), {"reason": reason}
    await journal.record(session, office_subject(actor.org), event, basis=SETTING, details=details)
    return limit


async def make_setting(
    session: AsyncSession,
    actor: Actor,
    *,
    setting: Setting,
    value: Value | None,
    since: date | None,
    reason: str,
) -> OfficeSetting:
    """From that day on this holds in the actor's office and those below it, until one of them sets its own.

    What was done before stays as it is. Without a value, what was set is taken back.
    """
    facts = {"office": actor.org, "setting": setting, "since": from_today_on(since)}
    await journal.lock(session, office_subject(actor.org))
    made = OfficeSetting(
        id=uuid7(), value=value, reason=reason, set_by=actor.sub, set_by_name=actor.name, **facts
    )
    session.add(made)
    event, details = SettingMade.model_validate(facts), {"value": value, "reason": reason}
    await journal.record(session, office_subject(actor.org), event, basis=SETTLED, details=details)
    return made

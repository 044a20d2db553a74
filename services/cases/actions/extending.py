"""Lengthening the review for suit (R 47): once by the own chief, further by the next superior."""

from datetime import date
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from services.cases import queries
from services.cases.actions.deeds import Deed
from services.cases.errors import ClockNotRunning, ExtensionNotOpen
from services.cases.rules.deadlines import OWN_CHIEF, SUPERIOR, Lengthening, lengthening_by
from services.cases.tables import Case
from shared import ledger
from shared.clocks import Unit
from shared.ledger import Clock


async def _clock(session: AsyncSession, matter_id: UUID, clock_id: UUID) -> Clock:
    clock = await queries.open_clock(session, matter_id, clock_id)
    if clock is None:
        raise ClockNotRunning(clock_id=clock_id)
    return clock


async def check_extension(deed: Deed) -> None:
    """Refuse a limit that the own chief may not lengthen, or has lengthened already; who may, is named."""
    clock = await _clock(deed.session, deed.matter.id, UUID(deed.content["clock_id"]))
    rule = lengthening_by(OWN_CHIEF, clock.row, deed.rules_of)
    if rule is None:
        raise ExtensionNotOpen(row=clock.row)
    given = await queries.extensions_of(deed.session, clock.id)
    if rule.most is not None and len(given) >= rule.most:
        raise ExtensionNotOpen(row=clock.row, article=str(rule.basis), next_way="request_extension")


async def extend(deed: Deed) -> None:
    """The own chief has approved: one month more."""
    clock = await _clock(deed.session, deed.matter.id, UUID(deed.content["clock_id"]))
    rule = lengthening_by(OWN_CHIEF, clock.row, deed.rules_of)
    assert rule is not None
    assert rule.months is not None
    deed.about = clock.id
    await _lengthened(deed.session, clock, rule, rule.months, Unit.MONTHS, deed.on, deed.matter.office)


async def _lengthened(
    session: AsyncSession,
    clock: Clock,
    rule: Lengthening,
    length: int,
    unit: Unit,
    on: date,
    by: str,
) -> None:
    await ledger.extend(session, clock, length, unit, approved_on=on, approved_by=by, basis=rule.basis)


async def note_superior_extension(
    session: AsyncSession, case: Case, clock_id: UUID | None, length: int, unit: Unit, on: date, by: str
) -> None:
    """The next superior has approved a further lengthening; of a clock that has ended meanwhile, nothing."""
    if clock_id is None or (clock := await queries.open_clock(session, case.id, clock_id)) is None:
        return
    rule = lengthening_by(SUPERIOR, clock.row, max(on, case.as_if_on or on))
    if rule is not None:
        await _lengthened(session, clock, rule, length, unit, on, by)

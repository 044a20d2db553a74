"""An endpoint's gate after its answers: shut when it fails, open again after one success."""

from collections.abc import Sequence
from datetime import datetime
from typing import TYPE_CHECKING
from uuid import UUID

from sqlalchemy import bindparam, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from services.notifications.actions.announcing import announce
from services.notifications.events import EndpointFailing, EndpointRecovered
from services.notifications.rules.schedule import WINDOW, Breaker, Health, health_after
from services.notifications.tables import Attempt, Gate, table
from shared.citation import OURS
from shared.statements import among

if TYPE_CHECKING:
    from services.notifications.actions.claiming import Called
    from services.notifications.actions.settling import Served


GATES, ATTEMPTS = table(Gate), table(Attempt).c
GIVEN = (
    select(ATTEMPTS.succeeded)
    .where(ATTEMPTS.endpoint_id == bindparam("endpoint"), ATTEMPTS.at > bindparam("since"))
    .order_by(ATTEMPTS.at.desc())
    .limit(100)
)
MENDED = (
    update(GATES)
    .where(among(GATES.c.endpoint_id, "ids"), GATES.c.in_a_row > 0, GATES.c.breaker == Breaker.CLOSED)
    .values(in_a_row=0)
)


def in_doubt(served: Sequence["Served"]) -> set[UUID]:
    """The endpoints whose gates may shut or open by these rounds: one failed, or was the probe."""
    return {
        each.round.endpoint.id
        for each in served
        if each.tries and (each.round.probe or not all(one.succeeded for one in each.tries))
    }


async def settle_gates(session: AsyncSession, served: Sequence["Served"]) -> None:
    """Every endpoint's health after these rounds; the heads of those in doubt are locked already."""
    doubtful = in_doubt(served)
    troubled = {each.round.endpoint.id for each in served if each.tries and each.round.endpoint.troubled}
    well = troubled - doubtful
    if well:
        # The usual case takes no lock: rounds of one endpoint do not wait for each other. A success that was
        # on its way when the gate shut opens nothing: the probe decides.
        await session.execute(MENDED, {"ids": sorted(well)})
    for endpoint_id in sorted(doubtful):
        mine = [each for each in served if each.round.endpoint.id == endpoint_id]
        await _troubled(session, mine)


async def _troubled(session: AsyncSession, served: Sequence["Served"]) -> None:
    endpoint = served[0].round.endpoint
    known = select(Gate).where(Gate.endpoint_id == endpoint.id).with_for_update()
    gate = (await session.scalars(known.execution_options(populate_existing=True))).one()
    before = health = Health(gate.breaker, gate.in_a_row, gate.shut, gate.opens_at)
    now = max(each.now for each in served)
    recent, failed = await _recent(session, endpoint.id, now - WINDOW)
    for each in served:
        for one in each.tries:
            health = health_after(health, one.succeeded, recent, failed, now, probe=each.round.probe)
    gate.breaker, gate.in_a_row, gate.shut = health.breaker, health.in_a_row, health.shut
    gate.opens_at = health.opens_at
    await session.flush()
    await _announce(session, endpoint, before, health)


async def _announce(session: AsyncSession, endpoint: "Called", before: Health, after: Health) -> None:
    """Once when an endpoint begins to fail, and once when it takes messages again."""
    if before.breaker is after.breaker:
        return
    about = {"endpoint_id": endpoint.id, "owner": endpoint.owner}
    failing = after.breaker is Breaker.OPEN
    event = EndpointFailing(**about, in_a_row=after.in_a_row) if failing else EndpointRecovered(**about)
    await announce(session, endpoint.id, endpoint.owner, event, OURS["breaker"])


async def _recent(session: AsyncSession, endpoint_id: UUID, since: datetime) -> tuple[int, int]:
    """How many of its last hundred answers the endpoint gave since then, and how many were failures."""
    given = (await session.scalars(GIVEN, {"endpoint": endpoint_id, "since": since})).all()
    return len(given), given.count(False)

"""Registering leads (R 24-25)."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from services.cases.actions.deeds import By, Deed, written
from services.cases.actions.numbers import Numbered, next_number
from services.cases.actions.stepping import late, legal_day, stand, start_clocks
from services.cases.actions.wording import enter_lead_words
from services.cases.errors import ClearanceTooLow, ExternalIdTaken
from services.cases.events import LeadRegistered
from services.cases.rules.lifecycle import step_for
from services.cases.rules.priority import Facts, codes_of, emphasis_of, focuses_of
from services.cases.rules.vocabulary import Act, Group, InformationKind, Origin, Stage, Track
from services.cases.tables import ExternalId, Lead
from shared import journal
from shared.database import insert, uuid7
from shared.events import subject_of
from shared.identity import Actor
from shared.standing import Grant
from shared.transactions import frame


def facts_of(lead: Lead) -> Facts:
    """What the priority rows look at, as the lead states it."""
    return Facts(
        kinds=frozenset(InformationKind(kind) for kind in lead.kinds),
        groups=frozenset(Group(group) for group in lead.groups),
        sector=lead.sector,
        persons=lead.persons,
        minors_under_14=lead.minors_under_14,
        linked=lead.linked,
    )


async def register_lead(
    session: AsyncSession,
    actor: Actor,
    facts: Mapping[str, Any],
    external_ids: Sequence[Mapping[str, str]],
    said_on: date | None,
    late_reason: str | None,
) -> Lead:
    """Register a lead (线索登记) in the office's own number series, with the focuses it meets."""
    on = legal_day(session, said_on, None, late_reason)
    rules_of = max(on, facts["as_if_on"] or on)
    step = step_for(Track.LEAD, None, Act.REGISTER, rules_of)
    actor.require(*step.by)
    if facts["classification"] > actor.clearance:
        raise ClearanceTooLow(classification=facts["classification"], clearance=actor.clearance)
    lead = Lead(id=uuid7(), office=actor.org, epoch=0, origin=Origin.SELF_HANDLED, **facts)
    lead.place = next(iter(lead.places), None)
    lead.stage, lead.registered_on, lead.last_act_on = Stage.REGISTERED, on, on
    met = focuses_of(facts_of(lead), rules_of)
    lead.focuses, lead.emphasis = codes_of(met), emphasis_of(met, frame(session).settings.muted_focuses)
    await journal.lock(session, subject_of(lead.id))
    await name_elsewhere(session, lead.office, lead.id, external_ids)
    await enter_lead(Deed(session, lead, step, {}, on, By.person(actor), details=late(late_reason)))
    return lead


async def enter_lead(
    deed: Deed, grants: tuple[Grant, ...] | None = None, recused: tuple[str, ...] | None = None
) -> None:
    """A new lead, its head locked, gets its number, its standing, its first events and its clocks."""
    session, lead, step, on = deed.session, deed.matter, deed.step, deed.on
    lead.number = await next_number(session, lead.office, Numbered.LEAD, on.year)
    session.add(lead)
    await session.flush()
    await enter_lead_words(session, lead)
    await stand(session, lead, step.basis, on, grants, recused)
    session.add(written(deed))
    event = LeadRegistered(
        lead_id=lead.id,
        number=lead.number,
        office=lead.office,
        source=lead.source,
        sector=lead.sector,
        place=lead.place,
        focuses=tuple(lead.focuses),
    )
    await journal.record(
        session, subject_of(lead.id), event, basis=step.basis, occurred_on=on, details=deed.details or None
    )
    await start_clocks(session, lead, deed.rests_on)


async def name_elsewhere(
    session: AsyncSession, office: str, matter_id: UUID, external_ids: Sequence[Mapping[str, str]]
) -> None:
    """The matter carries these numbers of other systems; each names one matter of the office only."""
    for each in external_ids:
        row = {"office": office, "system": each["system"], "number": each["number"], "matter_id": matter_id}
        statement = insert(session, ExternalId).values(row).on_conflict_do_nothing()
        if await session.scalar(statement.returning(ExternalId.matter_id)) is None:
            raise ExternalIdTaken(system=each["system"], number=each["number"])

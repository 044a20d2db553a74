"""Leads: registering and assessing them (R 24-27)."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from services.cases.actions.numbers import Numbered, next_number
from services.cases.actions.stepping import late, legal_day, meet_clocks, own, stand, start_clocks, take
from services.cases.errors import ClearanceTooLow, ExternalIdTaken
from services.cases.events import LeadAssessed, LeadRegistered
from services.cases.rules.lifecycle import step_for
from services.cases.rules.priority import Facts, codes_of, emphasis_of, focuses_of
from services.cases.rules.vocabulary import Act, Group, InformationKind, Origin, Outcome, Track, Truth
from services.cases.tables import ExternalId, Lead
from shared import journal
from shared.database import insert, uuid7
from shared.events import subject_of
from shared.identity import Actor
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
    step = step_for(Track.LEAD, None, Act.REGISTER, on)
    actor.require(*step.by)
    if facts["classification"] > actor.clearance:
        raise ClearanceTooLow(classification=facts["classification"], clearance=actor.clearance)
    lead = Lead(id=uuid7(), office=actor.org, epoch=0, origin=Origin.SELF_HANDLED, **facts)
    lead.place = next(iter(lead.places), None)
    lead.stage, lead.registered_on, lead.last_act_on = step.target, on, on
    met = focuses_of(facts_of(lead), on)
    lead.focuses, lead.emphasis = codes_of(met), emphasis_of(met, frame(session).settings.muted_focuses)
    await journal.lock(session, subject_of(lead.id))
    await name_elsewhere(session, lead.office, lead.id, external_ids)
    lead.number = await next_number(session, actor.org, Numbered.LEAD, on.year)
    session.add(lead)
    await session.flush()
    await stand(session, lead, step.basis, on)
    event = LeadRegistered(
        lead_id=lead.id,
        number=lead.number,
        office=lead.office,
        source=lead.source,
        sector=lead.sector,
        place=lead.place,
        focuses=tuple(lead.focuses),
    )
    details = late(late_reason)
    await journal.record(
        session, subject_of(lead.id), event, basis=step.basis, occurred_on=on, details=details
    )
    await start_clocks(session, lead, step, {"I1": on})
    return lead


async def name_elsewhere(
    session: AsyncSession, office: str, matter_id: UUID, external_ids: Sequence[Mapping[str, str]]
) -> None:
    """The matter carries these numbers of other systems; each names one matter of the office only."""
    for each in external_ids:
        row = {"office": office, "system": each["system"], "number": each["number"], "matter_id": matter_id}
        statement = insert(session, ExternalId).values(row).on_conflict_do_nothing()
        if await session.scalar(statement.returning(ExternalId.matter_id)) is None:
            raise ExternalIdTaken(system=each["system"], number=each["number"])


async def assess_lead(
    session: AsyncSession,
    actor: Actor,
    lead: Lead,
    *,
    truth: Truth,
    checkable: bool,
    outcome: Outcome,
    opinion: str,
    said_on: date | None,
    late_reason: str | None,
) -> Lead:
    """Assess a lead for truth and checkability (R 27); what follows from it the chief decides."""
    own(actor, lead)
    on = legal_day(session, said_on, lead.last_act_on, late_reason)
    step = take(lead, Act.ASSESS, on)
    actor.require(*step.by)
    lead.truth, lead.checkable, lead.outcome, lead.opinion = truth, checkable, outcome, opinion
    lead.assessed_on = on
    event = LeadAssessed(lead_id=lead.id, outcome=outcome)
    details = late(late_reason)
    await journal.record(
        session, subject_of(lead.id), event, basis=step.basis, occurred_on=on, details=details
    )
    await meet_clocks(session, lead, step, on)
    await start_clocks(session, lead, step, {"I2": on})
    return lead

"""Registering leads (R 24-25)."""

from collections.abc import Collection, Mapping, Sequence
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from services.cases import queries
from services.cases.actions.deeds import By, Deed, written
from services.cases.actions.facts import emphasise
from services.cases.actions.linking import looked_back_on, name_elsewhere, tie
from services.cases.actions.numbers import Numbered, next_number
from services.cases.actions.rule_version import check_rule_version
from services.cases.actions.stepping import late, legal_day, stand, start_clocks
from services.cases.actions.wording import enter_lead_words
from services.cases.errors import ClearanceTooLow
from services.cases.events import LeadRegistered
from services.cases.rules.lifecycle import Step, step_for
from services.cases.rules.links import LinkKind
from services.cases.rules.office_settings import Setting
from services.cases.rules.vocabulary import Act, Origin, Stage, Track
from services.cases.tables import Lead
from shared import journal, ledger
from shared.database import uuid7
from shared.events import subject_of
from shared.identity import Actor
from shared.standing import Grant


async def register_lead(
    session: AsyncSession,
    actor: Actor,
    facts: Mapping[str, Any],
    external_ids: Sequence[Mapping[str, str]],
    said_on: date | None,
    late_reason: str | None,
    look_back_of: UUID | None = None,
) -> Lead:
    """Register a lead (线索登记) in the office's own number series, with the focuses it meets.

    A lead that looks back on an ended case is linked with it, and is not older than its end; none is
    registered before it was received.
    """
    lead_id = uuid7()
    await journal.lock(session, *(subject_of(each) for each in (lead_id, look_back_of) if each))
    case = await queries.case_for(session, actor, look_back_of) if look_back_of else None
    ended = await looked_back_on(session, None, case) if case else None
    earliest = [day for day in (ended, facts["received_on"]) if day is not None]
    on = await legal_day(session, said_on, max(earliest, default=None), late_reason)
    check_rule_version(on, facts["as_if_on"])
    rules_of = max(on, facts["as_if_on"] or on)
    step = step_for(Track.LEAD, None, Act.REGISTER, rules_of)
    actor.require(*step.by)
    if facts["classification"] > actor.clearance:
        raise ClearanceTooLow(classification=facts["classification"], clearance=actor.clearance)
    lead = Lead(id=lead_id, office=actor.org, epoch=0, origin=Origin.SELF_HANDLED, **facts)
    lead.place = next(iter(lead.places), None)
    lead.stage, lead.registered_on, lead.last_act_on = Stage.REGISTERED, on, on
    emphasise(session, lead)
    await name_elsewhere(session, lead.office, lead.id, external_ids)
    deed = Deed(session, lead, step, {}, on, By.person(actor), details=late(late_reason))
    asked = await rows_asked(session, lead, on)
    deed.rests_on, deed.because = first_limits(lead, step, asked), asked
    await enter_lead(deed)
    if case is not None:
        await tie(session, actor.sub, lead.id, case.id, LinkKind.LOOK_BACK, on, rules_of=rules_of)
    return lead


# The limits of a registration that run only where the lead says so: the inquiry, the report of a major lead,
# the registration itself, which rests on the day of receipt.
ONLY_IF = {"I9": "inquiry_needed", "I10": "major", "I12": "received_on"}
PLATFORM = (
    "内部规定：{office} 要求平台企业线索一并报上一级院备案"
    " / internal: {office} has leads about platform companies reported for record, too"
)


async def rows_asked(session: AsyncSession, lead: Lead, on: date) -> dict[str, str]:
    """Which of these limits the lead asks for, and why where an office settled it; an inquiry comes first."""
    asked = {row: "" for row, said in ONLY_IF.items() if getattr(lead, said)}
    if lead.stage is not Stage.REGISTERED:
        asked.pop("I9", None)
    if lead.platform and "I10" not in asked:
        settled = await queries.office_setting(session, lead.office, Setting.PLATFORM_FOR_RECORD, on)
        if settled and settled[1]:
            asked["I10"] = PLATFORM.format(office=settled[0])
    return asked


def first_limits(lead: Lead, step: Step, asked: Collection[str] = ()) -> dict[str, date]:
    """The limits that begin with the registration, each with the day on which it rests."""
    rows = [row for row in step.starts if row not in ONLY_IF or row in asked]
    return {row: (lead.received_on if row == "I12" else None) or lead.registered_on for row in rows}


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
    await start_clocks(session, lead, deed.rests_on, lead.id, deed.because)
    for row in step.meets:
        await ledger.meet(session, lead.id, row, on)

"""How leads, cases and their story are shown: the row, and what a person needs beside it."""

from collections.abc import Sequence
from datetime import date
from typing import Any, TypeVar
from uuid import UUID

import orjson
from sqlalchemy import Select
from sqlalchemy.ext.asyncio import AsyncSession

from services.cases import queries
from services.cases.actions.facts import counted_of, facts_of
from services.cases.actions.stepping import rule_day
from services.cases.queries.asking import focus
from services.cases.router.filtering import Sort
from services.cases.rules.documents import document_on
from services.cases.rules.lifecycle import OpenAct
from services.cases.rules.priority import focuses_of
from services.cases.schemas.people import MemberOut
from services.cases.schemas.told import (
    ActOut,
    CaseOut,
    ClockChangeOut,
    ClockOut,
    DocumentOut,
    ExternalIdOut,
    FlagOut,
    FocusOut,
    LeadOut,
    MatterItem,
    OpenActOut,
    SuggestionOut,
    TimelineEntry,
)
from services.cases.tables import Case, Lead, OfficialAct
from shared import clock
from shared.identity import Actor, Role
from shared.ledger import Clock
from shared.paging import Page, PageQuery, page, page_of_ways

PROPOSERS = (Role.PROSECUTOR, Role.DEPARTMENT_HEAD, Role.CHIEF)
REGISTRARS = (*PROPOSERS, Role.CLERK)
OFFICE_STAFF = tuple(role for role in Role if role not in (Role.AGENCY_OFFICER, Role.SERVICE))
OFFICES = tuple(role for role in Role if role not in (Role.AGENCY_OFFICER, Role.SERVICE))


def _open_act(act: OpenAct, rules_of: date) -> OpenActOut:
    step = act.step
    return OpenActOut(
        act=step.act,
        by=list(step.by),
        chain=list(step.chain),
        document=step.document,
        document_name=document_on(step.document, rules_of).zh,
        article=str(step.basis),
        mark=step.basis.mark,
        open=not act.blocked_by,
        blocked_by=list(act.blocked_by),
    )


async def _beside(session: AsyncSession, actor: Actor, matter: Lead | Case) -> dict[str, Any]:
    await session.flush()
    rules_of = rule_day(matter, clock.today())
    documents = await queries.documents_of(session, actor, matter.id)
    elsewhere = await queries.named_elsewhere(session, matter.id)
    team = await queries.team_on(session, matter.id, clock.today())
    return {
        "open_acts": [_open_act(act, rules_of) for act in await queries.open_acts(session, matter)],
        "documents": [DocumentOut.model_validate(each) for each in documents],
        "external_ids": [ExternalIdOut.model_validate(each) for each in elsewhere],
        "team": [MemberOut.model_validate(each) for each in team],
        "etag": matter.etag,
    }


def act_out(act: OfficialAct) -> ActOut:
    """The act as it is shown."""
    return ActOut.model_validate(act)


async def show_lead(session: AsyncSession, actor: Actor, lead: Lead) -> LeadOut:
    """The lead with its open acts, its documents, and why it is emphasised."""
    beside = await _beside(session, actor, lead)
    rules_of = rule_day(lead, lead.registered_on)
    met = focuses_of(facts_of(lead), rules_of)
    beside["priority"] = [FocusOut.model_validate(focus(row)) for row in met]
    up = queries.flags(counted_of(lead), rules_of)["flags"]
    beside["flags"] = [FlagOut.model_validate(each) for each in up]
    return LeadOut.model_validate(lead).model_copy(update=beside)


async def show_case(session: AsyncSession, actor: Actor, case: Case) -> CaseOut:
    """The case with its open acts, its documents and its suggestions."""
    beside = await _beside(session, actor, case)
    suggestions = await queries.suggestions_of(session, case.id)
    due = await queries.replies_due(session, case.id)
    shown = [SuggestionOut.model_validate(each) for each in suggestions]
    beside["suggestions"] = [each.model_copy(update={"reply_due_on": due.get(each.id)}) for each in shown]
    return CaseOut.model_validate(case).model_copy(update=beside)


async def show_timeline(session: AsyncSession, paging: PageQuery, *matter_ids: UUID) -> Page[TimelineEntry]:
    """One page of what happened, from the beginning on."""
    story = queries.timeline_of(*matter_ids)
    found, after = await page(session, story.select(), (story.c.at, story.c.id), paging, descending=False)
    entries = [
        TimelineEntry.model_validate(dict(row._mapping) | {"facts": orjson.loads(row.body)}) for row in found
    ]
    return Page(items=entries, next=after)


async def show_clocks(session: AsyncSession, paging: PageQuery, matter_id: UUID) -> Page[ClockOut]:
    """One page of the time limits of a matter, with what changed each."""
    found, after = await page(session, queries.clocks_of(matter_id), (Clock.id,), paging, descending=False)
    changes = await queries.changes_of(session, found)
    items = [
        ClockOut.model_validate(each).model_copy(
            update={"changes": [ClockChangeOut.model_validate(change) for change in changes[each.id]]}
        )
        for each in found
    ]
    return Page(items=items, next=after)


ItemT = TypeVar("ItemT", bound=MatterItem)


async def show_list(
    session: AsyncSession,
    found: Sequence[Select[Any]],
    thing: type[Lead | Case],
    item: type[ItemT],
    sort: Sort,
    paging: PageQuery,
) -> Page[ItemT]:
    """One page of leads or cases, newest or most emphasised first."""
    order = (thing.at, thing.id) if sort is Sort.NEWEST else (thing.emphasis, thing.at, thing.id)
    rows, after = await page_of_ways(session, found, order, paging)
    return Page(items=[item.model_validate(row_with_etag(row)) for row in rows], next=after)


def row_with_etag(row: Any) -> dict[str, Any]:
    """The columns of a lead or case with its version, as the row itself would say it."""
    said = dict(zip(row._fields, row, strict=True))
    return said | {"etag": f"{said['epoch']}.{said['revision']}"}

"""How leads, cases and their story are shown: the row, and what a person needs beside it."""

from datetime import date
from typing import Any
from uuid import UUID

import orjson
from sqlalchemy.ext.asyncio import AsyncSession

from services.cases import queries
from services.cases.actions.leads import facts_of
from services.cases.actions.stepping import rule_day
from services.cases.queries.asking import focus
from services.cases.rules.documents import document_on
from services.cases.rules.lifecycle import OpenAct
from services.cases.rules.priority import focuses_of
from services.cases.schemas.told import (
    ActOut,
    CaseOut,
    DocumentOut,
    ExternalIdOut,
    FocusOut,
    LeadOut,
    OpenActOut,
    SuggestionOut,
    TimelineEntry,
)
from services.cases.tables import Case, Lead, OfficialAct
from shared import clock
from shared.identity import Actor, Role
from shared.paging import Page, PageQuery, page
from shared.problems import Malformed
from shared.transactions import frame

PROPOSERS = (Role.PROSECUTOR, Role.DEPARTMENT_HEAD, Role.CHIEF)
REGISTRARS = (*PROPOSERS, Role.CLERK)


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
    return {
        "open_acts": [_open_act(act, rules_of) for act in await queries.open_acts(session, matter)],
        "documents": [DocumentOut.model_validate(each) for each in documents],
        "external_ids": [ExternalIdOut.model_validate(each) for each in elsewhere],
        "etag": matter.etag,
    }


def act_out(act: OfficialAct) -> ActOut:
    """The act as it is shown."""
    return ActOut.model_validate(act)


async def show_lead(session: AsyncSession, actor: Actor, lead: Lead) -> LeadOut:
    """The lead with its open acts, its documents, and why it is emphasised."""
    beside = await _beside(session, actor, lead)
    met = focuses_of(facts_of(lead), rule_day(lead, lead.registered_on))
    beside["priority"] = [FocusOut.model_validate(focus(row)) for row in met]
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


def path_of(session: AsyncSession, code: str | None) -> str | None:
    """The path of an office named in a filter; refused when there is no such office."""
    offices = frame(session).offices
    if code is not None and not offices.exists(code):
        raise Malformed(errors=[{"at": "query.below", "problem": "no such office"}])
    return offices.office(code).path if code else None


def named(system: str | None, number: str | None) -> tuple[str, str] | None:
    """The number in another system named in a filter; both halves or none."""
    if (system is None) != (number is None):
        problem = "external_system and external_number go together"
        raise Malformed(errors=[{"at": "query.external_number", "problem": problem}])
    return (system, number) if system is not None and number is not None else None

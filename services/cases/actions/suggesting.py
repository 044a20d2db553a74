"""The suggestion to an agency (R 75), what follows from its service, and how its answer is judged (R 82)."""

from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from services.cases import queries
from services.cases.actions.documents import copy_to, kept_in
from services.cases.actions.filing import agency_facts
from services.cases.actions.numbers import Numbered, next_number
from services.cases.actions.stepping import (
    late,
    legal_day,
    meet_clocks,
    own,
    start_clocks,
    take,
)
from services.cases.errors import AgencyNeeded, WrongAddressee
from services.cases.events import ReplyJudged, SuggestionMade
from services.cases.rules.competence import Question, require_competence
from services.cases.rules.deadlines import REPLY
from services.cases.rules.lifecycle import Situation, open_steps
from services.cases.rules.suggestion import check_parts, check_rectification, form_for
from services.cases.rules.vocabulary import Act, Finding, OrderMode, Pace
from services.cases.tables import Case, Suggestion
from shared import journal, ledger
from shared.database import uuid7
from shared.events import subject_of
from shared.identity import Actor
from shared.transactions import frame

Content = dict[str, Any]


def _parts(content: Content) -> dict[str, str | None]:
    """The eight parts of R 75: two of them are stated as data, not as text."""
    stated = {"agency": content["agency"], "rectification_period": content["rectify_by"]}
    return {**content["parts"], **stated}


async def check_suggestion(session: AsyncSession, case: Case, content: Content, on: date) -> None:
    """Refuse the wrong addressee, a missing part, too short a period, or a document not kept here."""
    if case.agency is None:
        await _competent_for(session, case, content, on)
    elif content["agency"] != case.agency:
        raise WrongAddressee(agency=content["agency"], case_agency=case.agency)
    await agency_facts(session, content["agency"], on)
    check_parts(_parts(content))
    rectify_by = date.fromisoformat(content["rectify_by"])
    check_rectification(Pace(content["pace"]), on, rectify_by, frame(session).calendar)
    await kept_in(session, content["document_sha256"], case.id, case.lead_id)


async def _competent_for(session: AsyncSession, case: Case, content: Content, on: date) -> None:
    """A case opened before its agency was known asks jurisdiction when the agency is named.

    An order that gave the case or its lead to the office still answers; so does what a person confirmed.
    """
    office = frame(session).offices.office(case.office)
    agency = await agency_facts(session, content["agency"], on)
    if agency is None:
        raise AgencyNeeded()
    order = await queries.settling_order(session, case.office, case.id, case.lead_id)
    question = Question(
        case.procedure, office.code, office.level, agency, order=OrderMode(order.mode) if order else None
    )
    require_competence(question, on, case.competence["confirmed_because"])


async def suggest(session: AsyncSession, case: Case, content: Content, on: date) -> UUID:
    """Make the suggestion (提出检察建议) in the office's name; its service is proved later."""
    step = take(case, Act.SUGGEST, on)
    case.agency = content["agency"]
    await copy_to(session, case.lead_id, case.id, content["document_sha256"], on)
    suggestion = Suggestion(
        id=uuid7(),
        case_id=case.id,
        agency=content["agency"],
        pace=Pace(content["pace"]),
        parts=_parts(content),
        document_sha256=content["document_sha256"],
        decided_on=on,
        rectify_by=date.fromisoformat(content["rectify_by"]),
    )
    suggestion.number = await next_number(session, case.office, Numbered.SUGGESTION, on.year)
    session.add(suggestion)
    event = SuggestionMade(
        case_id=case.id,
        suggestion_id=suggestion.id,
        number=suggestion.number,
        office=case.office,
        agency=suggestion.agency,
        pace=suggestion.pace,
        decided_on=on,
        rectify_by=suggestion.rectify_by,
        document_sha256=suggestion.document_sha256,
    )
    await journal.record(session, subject_of(case.id), event, basis=step.basis, occurred_on=on)
    await start_clocks(session, case, step, {"T5": on}, suggestion.id)
    return suggestion.id


def _open(case: Case, act: Act, on: date) -> bool:
    return act in {step.act for step in open_steps(case.track, case.stage, on)}


async def note_service(
    session: AsyncSession, case: Case, suggestion: Suggestion, handoff_id: UUID, served_on: date
) -> None:
    """The suggestion was served that day: the time of the agency, of the record and of the review begin.

    The review for suit rests on the end of the rectification period; that day is in the suggestion.
    """
    suggestion.handoff_id = handoff_id
    if suggestion.served_on is not None or not _open(case, Act.SERVE, served_on):
        return
    suggestion.served_on = served_on
    step = take(case, Act.SERVE, served_on)
    reply = REPLY[suggestion.pace]
    await meet_clocks(session, case, step, served_on)
    basis = {"T6": served_on, reply: served_on, "T9": suggestion.rectify_by}
    due = await start_clocks(session, case, step, basis, suggestion.id)
    suggestion.reply_due_on = due[reply]


async def note_reply(session: AsyncSession, case: Case, suggestion: Suggestion, replied_on: date) -> None:
    """The agency replied that day; a late reply still counts, a further one is on the timeline only."""
    if suggestion.replied_on is None:
        suggestion.replied_on = replied_on
        await ledger.meet(session, case.id, REPLY[suggestion.pace], replied_on, about=suggestion.id)
    if not _open(case, Act.REPLY, replied_on):
        return
    step = take(case, Act.REPLY, replied_on)
    await start_clocks(session, case, step, {"I3": replied_on}, suggestion.id)


async def note_record(session: AsyncSession, case: Case, suggestion_id: UUID, reported_on: date) -> None:
    """The suggestion was reported to the next superior for record (T6)."""
    await ledger.meet(session, case.id, "T6", reported_on, about=suggestion_id)


async def judge_reply(
    session: AsyncSession,
    actor: Actor,
    case: Case,
    suggestion: Suggestion,
    *,
    finding: Finding,
    opinion: str,
    said_on: date | None,
    late_reason: str | None,
) -> Case:
    """Judge the agency's answer, or its silence once its time has run out: performed, or a form of R 82."""
    own(actor, case)
    on = legal_day(session, said_on, case.last_act_on, late_reason)
    form = form_for(finding, suggestion.replied_on is not None)
    step = take(case, form.act, on, Situation(on, suggestion.reply_due_on))
    actor.require(*step.by)
    suggestion.finding, suggestion.judged_on = finding, on
    event = ReplyJudged(
        case_id=case.id, suggestion_id=suggestion.id, handoff_id=suggestion.handoff_id, finding=finding
    )
    details = {"opinion": opinion} | late(late_reason)
    await journal.record(
        session, subject_of(case.id), event, basis=form.basis, occurred_on=on, details=details
    )
    await meet_clocks(session, case, step, on)
    return case

"""The suggestion to an agency (R 75), what follows from its service, its change or withdrawal (SUG 22)."""

from collections.abc import Mapping
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from services.cases import queries
from services.cases.actions.deeds import REFERRALS, Content, Deed, perform
from services.cases.actions.documents import copy_to
from services.cases.actions.filing import agency_facts
from services.cases.actions.numbers import Numbered, next_number
from services.cases.actions.stepping import rule_day, step_now
from services.cases.errors import AgencyNeeded, WrongAddressee
from services.cases.events import SuggestionMade, SuggestionWithdrawn
from services.cases.rules.competence import Question, require_competence
from services.cases.rules.deadlines import REPLY
from services.cases.rules.lifecycle import open_steps
from services.cases.rules.suggestion import check_rectification
from services.cases.rules.vocabulary import Act, OrderMode, Pace
from services.cases.tables import Case, Suggestion
from shared import ledger
from shared.database import uuid7
from shared.transactions import frame

OF_A_SUGGESTION = ("T5", "T6", "T7", "T8", "T9", "I3")


async def check_suggestion(deed: Deed) -> None:
    """Refuse the wrong addressee or too short a period; the eight parts are checked with the document.

    Two of the parts are stated as data: the agency, and the end of the rectification period.
    """
    session, case, content, on = deed.session, deed.matter, deed.content, deed.rules_of
    if case.agency is None:
        await _competent_for(session, case, content, on)
    elif content["agency"] != case.agency:
        raise WrongAddressee(agency=content["agency"], case_agency=case.agency)
    await agency_facts(session, content["agency"], deed.on)
    content["parts"] = _parts(content)
    rectify_by = date.fromisoformat(content["rectify_by"])
    check_rectification(Pace(content["pace"]), deed.on, on, rectify_by, frame(session).calendar)


def _parts(content: Content) -> dict[str, str]:
    stated = {"agency": content["agency"], "rectification_period": content["rectify_by"]}
    return {**content["parts"], **stated}


async def _competent_for(session: AsyncSession, case: Case, content: Content, on: date) -> None:
    """A case opened before its agency was known asks jurisdiction when the agency is named.

    An order that gave the case or its lead to the office still answers; so does what a person confirmed.
    """
    office = frame(session).offices.office(case.office)
    agency = await agency_facts(session, content["agency"], on)
    if agency is None:
        raise AgencyNeeded()
    order = await queries.settling_order(session, case.office, case.id, case.lead_id)
    mode = OrderMode(order.mode) if order else None
    question = Question(case.procedure, office.code, office.level, agency, order=mode)
    require_competence(question, on, case.competence["confirmed_because"])


async def suggest(deed: Deed) -> None:
    """Make the suggestion (提出检察建议) in the office's name; its service is proved later."""
    session, case, content = deed.session, deed.matter, deed.content
    case.agency = content["agency"]
    await copy_to(session, case.lead_id, case, content["document_sha256"], deed.on)
    suggestion = Suggestion(
        id=uuid7(),
        case_id=case.id,
        agency=content["agency"],
        pace=Pace(content["pace"]),
        parts=content["parts"],
        document_sha256=content["document_sha256"],
        decided_on=deed.on,
        rectify_by=date.fromisoformat(content["rectify_by"]),
    )
    suggestion.number = await next_number(session, case.office, Numbered.SUGGESTION, deed.on.year)
    session.add(suggestion)
    deed.about = deed.result_id = suggestion.id
    names = ("number", "agency", "pace", "rectify_by", "document_sha256")
    said: Mapping[str, Any] = {name: getattr(suggestion, name) for name in names}
    deed.event = SuggestionMade(
        case_id=case.id, suggestion_id=suggestion.id, office=case.office, decided_on=deed.on, **said
    )


async def replace(deed: Deed) -> None:
    """Another suggestion takes the place of the last one, whose limits end; its service begins anew."""
    await _end_last(deed, "replaced")
    await suggest(deed)


async def withdraw(deed: Deed) -> None:
    """The last suggestion is withdrawn; the case is where the investigation left it."""
    last = await _end_last(deed, "withdrawn")
    deed.about = last.id
    deed.event = SuggestionWithdrawn(
        case_id=deed.matter.id, suggestion_id=last.id, handoff_id=last.handoff_id, office=deed.matter.office
    )


async def _end_last(deed: Deed, reason: str) -> Suggestion:
    case: Case = deed.matter
    last = (await queries.suggestions_of(deed.session, case.id))[-1]
    last.withdrawn_on = deed.on
    case.finding = None
    await ledger.end(deed.session, case.id, OF_A_SUGGESTION, reason, about=last.id)
    return last


def _open(case: Case, act: Act, on: date) -> bool:
    return act in {step.act for step in open_steps(case.track, case.stage, rule_day(case, on))}


async def _heard(
    session: AsyncSession,
    case: Case,
    suggestion: Suggestion,
    act: Act,
    on: date,
    rests_on: Mapping[str, date],
) -> None:
    step = await step_now(session, case, act, on)
    deed = Deed(session, case, step, {}, on, REFERRALS)
    deed.about = suggestion.id
    deed.rests_on = {row: day for row, day in rests_on.items() if row in step.starts}
    await perform(deed)


async def note_service(
    session: AsyncSession, case: Case, suggestion: Suggestion, handoff_id: UUID, served_on: date
) -> None:
    """The suggestion was served that day: the time of the agency, of the record and of the review begin.

    The review for suit rests on the end of the rectification period; that day is in the suggestion.
    """
    suggestion.handoff_id = handoff_id
    if _gone(suggestion) or suggestion.served_on or not _open(case, Act.SERVE, served_on):
        return
    suggestion.served_on = served_on
    reply = REPLY[suggestion.pace]
    basis = {"T6": served_on, reply: served_on, "T9": suggestion.rectify_by}
    await _heard(session, case, suggestion, Act.SERVE, served_on, basis)


def _gone(suggestion: Suggestion) -> bool:
    return suggestion.withdrawn_on is not None


async def note_reply(session: AsyncSession, case: Case, suggestion: Suggestion, replied_on: date) -> None:
    """The agency replied that day; a late reply still counts, a further one is on the timeline only."""
    if suggestion.replied_on is None:
        suggestion.replied_on = replied_on
        await ledger.meet(session, case.id, REPLY[suggestion.pace], replied_on, about=suggestion.id)
    if not _gone(suggestion) and _open(case, Act.REPLY, replied_on):
        await _heard(session, case, suggestion, Act.REPLY, replied_on, {"I3": replied_on})

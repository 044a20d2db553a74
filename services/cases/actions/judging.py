"""What the office finds: of a lead (R 27), of an answer (R 77, 82), and of an obstacle to it (R 78)."""

from uuid import UUID

from services.cases import queries
from services.cases.actions.deeds import Deed
from services.cases.events import LeadAssessed, ReplyJudged
from services.cases.rules.suggestion import Form, form_for
from services.cases.rules.vocabulary import Finding, Outcome, Truth
from services.cases.tables import Suggestion
from shared import ledger
from shared.ledger import Change


async def assess(deed: Deed) -> None:
    """A lead is assessed for truth and checkability; what follows from it the chief decides."""
    lead, said = deed.matter, deed.content
    lead.truth, lead.checkable = Truth(said["truth"]), said["checkable"]
    lead.outcome, lead.opinion = Outcome(said["outcome"]), said["opinion"]
    lead.assessed_on = deed.on
    deed.event = LeadAssessed(lead_id=lead.id, outcome=lead.outcome)


async def check_judgement(deed: Deed) -> None:
    """Refuse a finding that supposes a reply that was not made, or none where one was."""
    await _judged(deed)


async def _judged(deed: Deed) -> tuple[Suggestion, Form]:
    suggestion = await queries.suggestion_for(deed.session, deed.matter, UUID(deed.content["suggestion_id"]))
    replied = suggestion.replied_on is not None
    return suggestion, form_for(Finding(deed.content["finding"]), replied, deed.rules_of)


async def judge(deed: Deed) -> None:
    """The answer, or the silence once its time has run out, is judged: performed, or a form of R 82."""
    case = deed.matter
    suggestion, form = await _judged(deed)
    suggestion.finding, suggestion.judged_on = form.finding, deed.on
    case.finding = form.finding
    deed.about, deed.basis = suggestion.id, form.basis
    handoff_id = suggestion.handoff_id
    deed.event = ReplyJudged(
        case_id=case.id, suggestion_id=suggestion.id, handoff_id=handoff_id, finding=form.finding
    )


async def suspend(deed: Deed) -> None:
    """The review for suit stops (T14): an objective cause keeps a willing agency from finishing."""
    suspended = (deed.matter.id, Change.SUSPENSION, deed.on, deed.step.basis)
    await ledger.pause(deed.session, *suspended, about=deed.matter.id)


async def resume(deed: Deed) -> None:
    """The cause is gone: the review goes on, counted without the days of the suspension.

    A reply that has come meanwhile is judged now.
    """
    deed.about = (await queries.suggestions_of(deed.session, deed.matter.id))[-1].id
    await ledger.resume(deed.session, deed.matter.id, deed.on, deed.step.basis, about=deed.matter.id)

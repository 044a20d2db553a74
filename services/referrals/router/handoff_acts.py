"""Acts on a handoff over HTTP: what the receiver says, what the sender says, what opens a gate."""

from typing import Any

from services.referrals import actions
from services.referrals.router.admitting import today
from services.referrals.router.handoffs import SENDERS, VIEW, ThisHandoff
from services.referrals.rules.courses import HandoffAct
from services.referrals.rules.days import stated
from services.referrals.schemas.handoffs.sent import (
    AcceptanceIn,
    AcknowledgementIn,
    ConclusionIn,
    DecisionIn,
    FeedbackIn,
    ForwarderIn,
    LengtheningIn,
    PapersAskedIn,
    RedirectionIn,
    ReexaminationIn,
    ReplyIn,
    ReturnIn,
    ServiceIn,
    SupplementIn,
    WordsIn,
)
from services.referrals.schemas.handoffs.told import HandoffOut, shown
from services.referrals.schemas.referrals import ReasonIn
from shared.identity import Role
from shared.schemas import ActBody
from shared.transactions import CurrentActor, Transaction, door_router, roles

router = door_router(prefix="/v1/handoffs", tags=["handoffs"])

ANSWERERS = (*SENDERS, Role.CLERK, Role.AGENCY_OFFICER)
CHIEFS = (Role.CHIEF,)
FORWARDERS = (Role.DEPARTMENT_HEAD, Role.CHIEF, Role.OVERSEER)
A = HandoffAct


async def _say(
    act: HandoffAct, body: ActBody, handoff: ThisHandoff, actor: CurrentActor, session: Transaction
) -> HandoffOut:
    """What was said; what was signed is everything that was sent but the signature."""
    said = body.model_dump(mode="json", exclude={"signature"}, exclude_none=True)
    named = ("on_behalf_of", "manner", "document_sha256", "signature")
    how: dict[str, Any] = {name: getattr(body, name, None) for name in named}
    if act is HandoffAct.SERVE:
        how["manner"] = None  # how service was proved, not how an answer came
    given = actions.Answer(
        act=act, on=stated(body.occurred_on, today()), stated_on=body.occurred_on, said=said, **how
    )
    return shown(await actions.answer(session, actor, handoff, given), actor)


@router.post("/{handoff_id}/acknowledgement", **VIEW, dependencies=[roles(*ANSWERERS)])
async def acknowledge(
    body: AcknowledgementIn, handoff: ThisHandoff, actor: CurrentActor, session: Transaction
) -> HandoffOut:
    """The receiver has it."""
    return await _say(A.ACKNOWLEDGE, body, handoff, actor, session)


@router.post("/{handoff_id}/acceptance", **VIEW, dependencies=[roles(*ANSWERERS)])
async def accept(
    body: AcceptanceIn, handoff: ThisHandoff, actor: CurrentActor, session: Transaction
) -> HandoffOut:
    """The receiver takes the offer; the package opens."""
    return await _say(A.ACCEPT, body, handoff, actor, session)


@router.post("/{handoff_id}/return", **VIEW, dependencies=[roles(*ANSWERERS)])
async def give_back(
    body: ReturnIn, handoff: ThisHandoff, actor: CurrentActor, session: Transaction
) -> HandoffOut:
    """The receiver does not take the offer, and says why."""
    return await _say(A.RETURN, body, handoff, actor, session)


@router.post("/{handoff_id}/redirection", **VIEW, dependencies=[roles(*ANSWERERS)])
async def redirect(
    body: RedirectionIn, handoff: ThisHandoff, actor: CurrentActor, session: Transaction
) -> HandoffOut:
    """The receiver says who is competent instead; whether it goes on there a person confirms (`onward`)."""
    return await _say(A.REDIRECT, body, handoff, actor, session)


@router.post("/{handoff_id}/missing-papers", **VIEW, dependencies=[roles(*ANSWERERS)])
async def ask_papers(
    body: PapersAskedIn, handoff: ThisHandoff, actor: CurrentActor, session: Transaction
) -> HandoffOut:
    """The receiver says which papers are missing."""
    return await _say(A.ASK_PAPERS, body, handoff, actor, session)


@router.post("/{handoff_id}/supplement", **VIEW, dependencies=[roles(*ANSWERERS)])
async def supply(
    body: SupplementIn, handoff: ThisHandoff, actor: CurrentActor, session: Transaction
) -> HandoffOut:
    """The papers that were missing are added to the package."""
    return await _say(A.SUPPLY, body, handoff, actor, session)


@router.post("/{handoff_id}/decision", **VIEW, dependencies=[roles(*ANSWERERS)])
async def decide(
    body: DecisionIn, handoff: ThisHandoff, actor: CurrentActor, session: Transaction
) -> HandoffOut:
    """What the receiver decided about what it took; a refusal gives its reasons."""
    return await _say(A.DECIDE, body, handoff, actor, session)


@router.post("/{handoff_id}/lengthening", **VIEW, dependencies=[roles(*ANSWERERS)])
async def lengthen(
    body: LengtheningIn, handoff: ThisHandoff, actor: CurrentActor, session: Transaction
) -> HandoffOut:
    """The police lengthen their time in a case of economic crime."""
    return await _say(A.LENGTHEN, body, handoff, actor, session)


@router.post("/{handoff_id}/review-request", **VIEW, dependencies=[roles(*ANSWERERS)])
async def ask_review(
    body: WordsIn, handoff: ThisHandoff, actor: CurrentActor, session: Transaction
) -> HandoffOut:
    """The sender asks that a refusal be looked at again."""
    return await _say(A.ASK_REVIEW, body, handoff, actor, session)


@router.post("/{handoff_id}/review", **VIEW, dependencies=[roles(*ANSWERERS)])
async def review(
    body: DecisionIn, handoff: ThisHandoff, actor: CurrentActor, session: Transaction
) -> HandoffOut:
    """What the receiver decided when it looked again."""
    return await _say(A.REVIEW, body, handoff, actor, session)


@router.post("/{handoff_id}/supervision-proposal", **VIEW, dependencies=[roles(*ANSWERERS)])
async def propose_supervision(
    body: WordsIn, handoff: ThisHandoff, actor: CurrentActor, session: Transaction
) -> HandoffOut:
    """The agency suggests that the procuratorate supervise the filing (TR 9)."""
    return await _say(A.PROPOSE_SUPERVISION, body, handoff, actor, session)


@router.post("/{handoff_id}/handing-over", **VIEW, dependencies=[roles(*ANSWERERS)])
async def hand_over(
    body: WordsIn, handoff: ThisHandoff, actor: CurrentActor, session: Transaction
) -> HandoffOut:
    """The agency handed items and papers over after the filing notice (TR 12)."""
    return await _say(A.HAND_OVER, body, handoff, actor, session)


@router.post("/{handoff_id}/filing-notice", **VIEW, dependencies=[roles(*SENDERS)])
async def notify_to_file(
    body: WordsIn, handoff: ThisHandoff, actor: CurrentActor, session: Transaction
) -> HandoffOut:
    """The procuratorate notifies the police to open a case (MPS 182)."""
    return await _say(A.NOTIFY_TO_FILE, body, handoff, actor, session)


@router.post("/{handoff_id}/reports", **VIEW, dependencies=[roles(*ANSWERERS)])
async def report(
    body: FeedbackIn, handoff: ThisHandoff, actor: CurrentActor, session: Transaction
) -> HandoffOut:
    """The receiver reports how it goes on."""
    return await _say(A.REPORT, body, handoff, actor, session)


@router.post("/{handoff_id}/service", **VIEW, dependencies=[roles(*ANSWERERS)])
async def prove_service(
    body: ServiceIn, handoff: ThisHandoff, actor: CurrentActor, session: Transaction
) -> HandoffOut:
    """Service is proved; the periods of the case run from this day."""
    return await _say(A.SERVE, body, handoff, actor, session)


@router.post("/{handoff_id}/reply", **VIEW, dependencies=[roles(*ANSWERERS)])
async def reply(body: ReplyIn, handoff: ThisHandoff, actor: CurrentActor, session: Transaction) -> HandoffOut:
    """The receiver replies; a late reply counts and erases nothing."""
    return await _say(A.REPLY, body, handoff, actor, session)


@router.post("/{handoff_id}/objection", **VIEW, dependencies=[roles(*ANSWERERS)])
async def object_to(
    body: WordsIn, handoff: ThisHandoff, actor: CurrentActor, session: Transaction
) -> HandoffOut:
    """The addressee objects to a suggestion; it is re-examined at once (SUG 23)."""
    return await _say(A.OBJECT, body, handoff, actor, session)


@router.post("/{handoff_id}/re-examination", **VIEW, dependencies=[roles(*CHIEFS)])
async def reexamine(
    body: ReexaminationIn, handoff: ThisHandoff, actor: CurrentActor, session: Transaction
) -> HandoffOut:
    """The chief explains why the suggestion stands; changing or withdrawing it is an act on the case."""
    return await _say(A.REEXAMINE, body, handoff, actor, session)


@router.post("/{handoff_id}/approval", **VIEW, dependencies=[roles(*CHIEFS)])
async def approve(
    body: ConclusionIn, handoff: ThisHandoff, actor: CurrentActor, session: Transaction
) -> HandoffOut:
    """The chief lets a proposed report go."""
    on = stated(body.occurred_on, today())
    return shown(await actions.approve_handoff(session, actor, handoff, on), actor)


@router.post("/{handoff_id}/declining", **VIEW, dependencies=[roles(*CHIEFS)])
async def decline(
    body: ReasonIn, handoff: ThisHandoff, actor: CurrentActor, session: Transaction
) -> HandoffOut:
    """A proposed report does not go, nor a suggestion that another office reviews or decides on (SUG 3)."""
    on = stated(body.occurred_on, today())
    return shown(await actions.decline_handoff(session, actor, handoff, on, body.reason), actor)


@router.post("/{handoff_id}/forwarding", **VIEW, dependencies=[roles(*FORWARDERS)])
async def forward(
    body: ConclusionIn, handoff: ThisHandoff, actor: CurrentActor, session: Transaction
) -> HandoffOut:
    """The office beside the authority, above ours, or above both lets it go (SUG 3, R 45)."""
    on = stated(body.occurred_on, today())
    return shown(await actions.forward_handoff(session, actor, handoff, on), actor)


@router.post("/{handoff_id}/disagreement", **VIEW, dependencies=[roles(*FORWARDERS)])
async def dispute(
    body: ReasonIn, handoff: ThisHandoff, actor: CurrentActor, session: Transaction
) -> HandoffOut:
    """The office elsewhere that was consulted disagrees; the common superior decides (SUG 3)."""
    on = stated(body.occurred_on, today())
    return shown(await actions.dispute_handoff(session, actor, handoff, on, body.reason), actor)


@router.post("/{handoff_id}/forwarder", **VIEW, dependencies=[roles(*CHIEFS)])
async def name_forwarder(
    body: ForwarderIn, handoff: ThisHandoff, actor: CurrentActor, session: Transaction
) -> HandoffOut:
    """Name the office that is to send a suggestion on, where no office has the authority's code."""
    on = stated(body.occurred_on, today())
    return shown(await actions.name_forwarder(session, actor, handoff, on, body.office), actor)


@router.post("/{handoff_id}/conclusion", **VIEW, dependencies=[roles(*SENDERS)])
async def conclude(
    body: ConclusionIn, handoff: ThisHandoff, actor: CurrentActor, session: Transaction
) -> HandoffOut:
    """The office is done with an offer that was decided, a request, or what it watched."""
    on = stated(body.occurred_on, today())
    return shown(await actions.conclude_handoff(session, actor, handoff, on), actor)


@router.post("/{handoff_id}/withdrawal", **VIEW, dependencies=[roles(*SENDERS)])
async def withdraw(
    body: ReasonIn, handoff: ThisHandoff, actor: CurrentActor, session: Transaction
) -> HandoffOut:
    """Take an offer or a request back before it is answered."""
    on = stated(body.occurred_on, today())
    return shown(await actions.withdraw_handoff(session, actor, handoff, on, body.reason), actor)

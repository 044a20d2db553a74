"""Acts on a handoff over HTTP: what the receiver says, the sender says, what opens a gate; a row each."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy.ext.asyncio import AsyncSession

from services.referrals import actions
from services.referrals.router.admitting import today
from services.referrals.router.handoffs import SENDERS, VIEW, ThisHandoff
from services.referrals.rules.courses import HandoffAct
from services.referrals.rules.days import stated
from services.referrals.schemas.handoffs import sent as bodies
from services.referrals.schemas.handoffs.told import HandoffOut, shown
from services.referrals.schemas.referrals import ReasonIn
from services.referrals.tables import Handoff
from shared.identity import Actor, Role
from shared.schemas import ActBody
from shared.transactions import CurrentActor, Transaction, door_router, roles

router = door_router(prefix="/v1/handoffs", tags=["handoffs"])

ANSWERERS = (*SENDERS, Role.CLERK, Role.AGENCY_OFFICER)
CHIEFS = (Role.CHIEF,)
FORWARDERS = (Role.DEPARTMENT_HEAD, Role.CHIEF, Role.OVERSEER)
A = HandoffAct

Does = Callable[[AsyncSession, Actor, Handoff, date, Any], Awaitable[Handoff]]


@dataclass(frozen=True, slots=True)
class Door:
    """One act: its address below the handoff, what is sent there, who may use it at all, what it does."""

    name: str
    noun: str
    body: type[ActBody]
    allowed: tuple[Role, ...]
    does: Does
    says: str


def _saying(act: HandoffAct) -> Does:
    """What was said; what was signed is everything that was sent but the signature."""

    async def say(session: AsyncSession, actor: Actor, handoff: Handoff, on: date, body: Any) -> Handoff:
        said = body.model_dump(mode="json", exclude={"signature"}, exclude_none=True)
        named = ("on_behalf_of", "manner", "document_sha256", "signature")
        how: dict[str, Any] = {name: getattr(body, name, None) for name in named}
        if act is HandoffAct.SERVE:
            how["manner"] = None  # how service was proved, not how an answer came
        given = actions.Answer(act=act, on=on, stated_on=body.occurred_on, said=said, **how)
        return await actions.answer(session, actor, handoff, given)

    return say


def _with(action: Callable[..., Awaitable[Handoff]], *names: str) -> Does:
    """That action, with what the body says under these names."""

    async def do(session: AsyncSession, actor: Actor, handoff: Handoff, on: date, body: Any) -> Handoff:
        return await action(session, actor, handoff, on, *(getattr(body, name) for name in names))

    return do


DOORS = (
    Door("acknowledge", "acknowledgement", bodies.AcknowledgementIn, ANSWERERS, _saying(A.ACKNOWLEDGE),
         "The receiver has it."),
    Door("accept", "acceptance", bodies.AcceptanceIn, ANSWERERS, _saying(A.ACCEPT),
         "The receiver takes the offer; the package opens."),
    Door("give_back", "return", bodies.ReturnIn, ANSWERERS, _saying(A.RETURN),
         "The receiver does not take the offer, and says why."),
    Door("redirect", "redirection", bodies.RedirectionIn, ANSWERERS, _saying(A.REDIRECT),
         "The receiver says who is competent instead; "
         "whether it goes on there a person confirms (`onward`)."),
    Door("ask_papers", "missing-papers", bodies.PapersAskedIn, ANSWERERS, _saying(A.ASK_PAPERS),
         "The receiver says which papers are missing."),
    Door("supply", "supplement", bodies.SupplementIn, ANSWERERS, _saying(A.SUPPLY),
         "The papers that were missing are added to the package."),
    Door("decide", "decision", bodies.DecisionIn, ANSWERERS, _saying(A.DECIDE),
         "What the receiver decided about what it took; a refusal gives its reasons."),
    Door("lengthen", "lengthening", bodies.LengtheningIn, ANSWERERS, _saying(A.LENGTHEN),
         "The police lengthen their time in a case of economic crime."),
    Door("ask_review", "review-request", bodies.WordsIn, ANSWERERS, _saying(A.ASK_REVIEW),
         "The sender asks that a refusal be looked at again."),
    Door("review", "review", bodies.DecisionIn, ANSWERERS, _saying(A.REVIEW),
         "What the receiver decided when it looked again."),
    Door("propose_supervision", "supervision-proposal", bodies.WordsIn, ANSWERERS,
         _saying(A.PROPOSE_SUPERVISION),
         "The agency suggests that the procuratorate supervise the filing (TR 9)."),
    Door("hand_over", "handing-over", bodies.WordsIn, ANSWERERS, _saying(A.HAND_OVER),
         "The agency handed items and papers over after the filing notice (TR 12)."),
    Door("notify_to_file", "filing-notice", bodies.WordsIn, SENDERS, _saying(A.NOTIFY_TO_FILE),
         "The procuratorate notifies the police to open a case (MPS 182)."),
    Door("report", "reports", bodies.FeedbackIn, ANSWERERS, _saying(A.REPORT),
         "The receiver reports how it goes on."),
    Door("prove_service", "service", bodies.ServiceIn, ANSWERERS, _saying(A.SERVE),
         "Service is proved; the periods of the case run from this day."),
    Door("reply", "reply", bodies.ReplyIn, ANSWERERS, _saying(A.REPLY),
         "The receiver replies; a late reply counts and erases nothing."),
    Door("object_to", "objection", bodies.WordsIn, ANSWERERS, _saying(A.OBJECT),
         "The addressee objects to a suggestion; it is re-examined at once (SUG 23)."),
    Door("reexamine", "re-examination", bodies.ReexaminationIn, CHIEFS, _saying(A.REEXAMINE),
         "The chief explains why the suggestion stands; changing or withdrawing it is an act on the case."),
    Door("approve", "approval", bodies.ConclusionIn, CHIEFS, _with(actions.approve_handoff),
         "The chief lets a proposed report go."),
    Door("decline", "declining", ReasonIn, CHIEFS, _with(actions.decline_handoff, "reason"),
         "A proposed report does not go, "
         "nor a suggestion that another office reviews or decides on (SUG 3)."),
    Door("forward", "forwarding", bodies.ConclusionIn, FORWARDERS, _with(actions.forward_handoff),
         "The office beside the authority, above ours, or above both lets it go (SUG 3, R 45)."),
    Door("dispute", "disagreement", ReasonIn, FORWARDERS, _with(actions.dispute_handoff, "reason"),
         "The office elsewhere that was consulted disagrees; the common superior decides (SUG 3)."),
    Door("name_forwarder", "forwarder", bodies.ForwarderIn, CHIEFS, _with(actions.name_forwarder, "office"),
         "Name the office that is to send a suggestion on, where no office has the authority's code."),
    Door("conclude", "conclusion", bodies.ConclusionIn, SENDERS, _with(actions.conclude_handoff),
         "The office is done with an offer that was decided, a request, or what it watched."),
    Door("withdraw", "withdrawal", ReasonIn, SENDERS, _with(actions.withdraw_handoff, "reason"),
         "Take an offer or a request back before it is answered."),
)  # fmt: skip


def _handler(door: Door) -> Callable[..., Awaitable[HandoffOut]]:
    async def handle(
        body: Any, handoff: ThisHandoff, actor: CurrentActor, session: Transaction
    ) -> HandoffOut:
        on = stated(body.occurred_on, today())
        return shown(await door.does(session, actor, handoff, on, body), actor)

    handle.__annotations__["body"] = door.body
    return handle


for each in DOORS:
    router.add_api_route(
        f"/{{handoff_id}}/{each.noun}",
        _handler(each),
        methods=["POST"],
        name=each.name,
        description=each.says,
        dependencies=[roles(*each.allowed)],
        **VIEW,
    )

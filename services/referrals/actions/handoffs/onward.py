"""After a redirect or a return a person confirms whether the same goes on to another, linked to the first."""

from dataclasses import dataclass
from datetime import date

from sqlalchemy.ext.asyncio import AsyncSession

from services.referrals import queries
from services.referrals.actions.acting import parties_to_handoff
from services.referrals.actions.handoffs.inbound import receive
from services.referrals.actions.handoffs.sending import dispatch
from services.referrals.actions.handoffs.stated import Content, Posted
from services.referrals.errors import NothingToGoOnFrom, NotYourStep
from services.referrals.rules.courses import HandoffStage
from services.referrals.rules.days import not_before
from services.referrals.rules.vocabulary import Manner, Party
from services.referrals.tables import Handoff
from shared.identity import Actor

_GOES_ON = (HandoffStage.REDIRECTED, HandoffStage.RETURNED)


@dataclass(frozen=True, slots=True)
class Onward:
    """To whom the same goes on, as the person who confirms it states it."""

    receiver: str
    on: date
    basis_epoch: int | None = None
    routing_reason: str | None = None
    on_behalf_of: str | None = None
    manner: Manner | None = None
    stated_on: date | None = None


async def go_on(session: AsyncSession, actor: Actor, handoff: Handoff, onward: Onward) -> Handoff:
    """The same content leaves anew for another receiver; each handoff goes on once."""
    parties = await parties_to_handoff(session, actor, handoff)
    if not parties & {Party.SENDER, Party.WATCHER}:
        raise NotYourStep(act="onward", belongs_to=[Party.SENDER])
    if handoff.stage not in _GOES_ON or await queries.is_followed(session, handoff.id):
        raise NothingToGoOnFrom(stage=handoff.stage)
    not_before(onward.on, handoff.redirected_on, handoff.returned_on)
    papers = [(paper.sha256, paper.paper) for paper in await queries.papers_of(session, handoff.id)]
    content = Content(handoff.title, handoff.summary, handoff.demand, papers, handoff.external_ids)
    posted = Posted(
        kind=handoff.kind,
        receiver=onward.receiver,
        on=onward.on,
        content=content,
        matter_id=handoff.matter_id,
        basis_epoch=onward.basis_epoch,
        sector=handoff.sector,
        subject=handoff.subject,
        place=handoff.place,
        about=handoff.about,
        routing_reason=onward.routing_reason,
        economic=handoff.economic,
        in_reply_to=handoff.id,
        on_behalf_of=onward.on_behalf_of,
        manner=onward.manner,
        stated_on=onward.stated_on,
        follows=handoff.id,
        came_from=handoff.receiver,
        redirect_to=handoff.redirect_to,
    )
    return await (receive if handoff.inbound else dispatch)(session, actor, posted)

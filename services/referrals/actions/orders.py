"""What offices do about orders and reports that were issued: sign, report, disagree, lift, withdraw."""

from datetime import date

from sqlalchemy.ext.asyncio import AsyncSession

from services.referrals import events, queries
from services.referrals.actions.acting import parties_to
from services.referrals.actions.issuing import start_report_clock
from services.referrals.actions.stages import end_clocks, facts, say, start_clock, take, tell
from services.referrals.errors import NothingToDisagreeWith, NotYetConfirmed, StepNotOpen
from services.referrals.rules.days import not_before
from services.referrals.rules.deadlines import Limit, reply_to_entrustment
from services.referrals.rules.lifecycle import Act, Stage, Step, receipt_act
from services.referrals.rules.modes import Track, mode_for
from services.referrals.rules.vocabulary import Party
from services.referrals.tables import Referral, Statement
from shared import ledger
from shared.citation import rule_day
from shared.identity import Actor
from shared.transactions import frame


async def sign(session: AsyncSession, actor: Actor, referral: Referral, on: date) -> Referral:
    """Sign for a referral: receipt of an order, note of a report, or the papers of what was taken up."""
    act = receipt_act(referral.track, mode_for(referral.mode, referral.rules_of).binds_itself)
    if referral.track is Track.CUSTODY and referral.stage is Stage.ISSUED and act is Act.RECEIVE:
        raise NotYetConfirmed(referral_id=str(referral.id))
    if act is Act.PAPERS and referral.papers_on is not None:
        raise StepNotOpen(act=act, stage=referral.stage, open=[])
    step = take(referral, act, await parties_to(session, actor, referral))
    not_before(on, referral.issued_on)
    if act is Act.PAPERS:
        referral.papers_on = on
        await ledger.meet(session, referral.matter_id, Limit.INTERNAL_PAPERS, on, about=referral.id)
        return referral
    await receive(session, referral, on, step)
    return referral


async def receive(session: AsyncSession, referral: Referral, on: date, step: Step) -> None:
    """The receipt is signed, or binds by itself: announced, and what waited for it goes on."""
    referral.received_on = on
    event = events.ReferralReceived(**facts(referral), received_on=on)
    await tell(session, referral, event, step.basis, on)
    await ledger.meet(session, referral.matter_id, Limit.INTERNAL_RECEIPT, on, about=referral.id)
    row = mode_for(referral.mode, referral.rules_of)
    if limit := reply_to_entrustment(row, rule_day(on, referral.as_if_on)):
        await start_clock(session, referral, limit, on, referral.addressee)
    if referral.track is Track.STANDING and may_enter_force(referral):
        await enter_force(session, referral, None, on)


def may_enter_force(referral: Referral) -> bool:
    """Whether a standing order is received and its leave stands, or it asks for none."""
    return referral.stage is Stage.RECEIVED and (referral.granted or referral.grants_scope is None)


async def enter_force(session: AsyncSession, referral: Referral, epoch: int | None, on: date) -> None:
    """What the referral orders has taken effect."""
    step = take(referral, Act.ENTER_FORCE, {Party.ANNOUNCEMENT})
    referral.epoch = epoch
    await tell(session, referral, events.ReferralInForce(**facts(referral), epoch=epoch), step.basis, on)


async def withdraw(
    session: AsyncSession, actor: Actor, referral: Referral, on: date, reason: str
) -> Referral:
    """Take a referral back before its receipt; of receipt and withdrawal the one that came first stands."""
    step = take(referral, Act.WITHDRAW, await parties_to(session, actor, referral))
    not_before(on, referral.issued_on)
    referral.ended_on, referral.reason = on, reason
    await tell(session, referral, events.ReferralWithdrawn(**facts(referral)), step.basis, on)
    await end_clocks(session, referral, "withdrawn")
    return referral


async def lift(session: AsyncSession, actor: Actor, referral: Referral, on: date, reason: str) -> Referral:
    """Lift a standing order; the leave that came with it ends in `cases`."""
    step = take(referral, Act.LIFT, await parties_to(session, actor, referral))
    not_before(on, referral.issued_on, referral.received_on)
    referral.reason = reason
    await ended(session, referral, mode_for(referral.mode, referral.rules_of).ends_as, step, on)
    return referral


async def ended(session: AsyncSession, referral: Referral, word: str, step: Step, on: date) -> None:
    """The referral binds nobody any more, for the reason of that word; its clocks end with it."""
    referral.ended_on, referral.reason = on, referral.reason or word
    await tell(session, referral, events.ReferralEnded(**facts(referral), reason=word), step.basis, on)
    await end_clocks(session, referral, word)


async def report(
    session: AsyncSession, actor: Actor, referral: Referral, on: date, summary: str, sha256: str | None
) -> Statement:
    """The holder reports under a standing order; the next report becomes due."""
    step = take(referral, Act.REPORT, await parties_to(session, actor, referral))
    given = await queries.statements_of(session, referral.id, Act.REPORT)
    not_before(on, referral.received_on, *(each.said_on for each in given))
    made = await say(session, referral, Act.REPORT, actor.org, on, summary, sha256=sha256)
    event = events.ReferralReported(**facts(referral), report_id=made.id, seq_no=made.seq_no)
    await tell(session, referral, event, step.basis, on)
    await ledger.meet(session, referral.matter_id, Limit.INTERNAL_REPORT, on, about=referral.id)
    row = mode_for(referral.mode, referral.rules_of)
    await start_report_clock(session, referral, row, on, made.seq_no)
    return made


async def disagree(
    session: AsyncSession, actor: Actor, referral: Referral, on: date, words: str
) -> Statement:
    """An office below reports its disagreement while it carries the order out; nothing stops for that."""
    step = take(referral, Act.DISAGREE, await parties_to(session, actor, referral))
    if not frame(session).offices.is_below(actor.org, referral.issuer):
        raise NothingToDisagreeWith(issuer=referral.issuer)
    not_before(on, referral.issued_on)
    made = await say(session, referral, Act.DISAGREE, actor.org, on, words)
    event = events.ReferralDisagreed(**facts(referral), office=actor.org, seq_no=made.seq_no)
    await tell(session, referral, event, step.basis, on)
    return made

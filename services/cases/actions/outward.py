"""What agencies and courts do with what was handed to them, done as acts of the case where it has one."""

from datetime import date
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from services.cases import queries
from services.cases.actions import appraising
from services.cases.actions.deeds import REFERRALS, Content, Deed, perform
from services.cases.actions.doings import doing_of
from services.cases.actions.leads import enter_lead, first_limits
from services.cases.actions.stepping import rule_day, step_now
from services.cases.rules.lifecycle import open_steps, step_for
from services.cases.rules.outward import heard_act, is_followed
from services.cases.rules.vocabulary import Act, CourtOutcome, Origin, Sector, Source, Stage, Track
from services.cases.tables import Case, Lead
from shared import journal
from shared.events import subject_of


async def note_outward(
    session: AsyncSession,
    kind: str,
    happened: str,
    matter_id: UUID,
    handoff_id: UUID,
    on: date,
    result: CourtOutcome | None,
) -> None:
    """The act that follows, if the case's procedure has it open; else it stays on the timeline alone.

    A judgment's act says what became of the claims, as the court reported it.
    """
    if not is_followed(kind, happened):
        return
    await journal.lock(session, subject_of(matter_id))
    case = await queries.matter_of(session, matter_id)
    if not isinstance(case, Case):
        return
    on_rules = rule_day(case, on)
    act = heard_act(kind, happened, on_rules)
    if act is None or act not in {step.act for step in open_steps(case.track, case.stage, on_rules)}:
        return
    content = await _content(session, case, act, handoff_id, result)
    if content is None:
        return
    step = await step_now(session, case, act, on)
    deed = Deed(session, case, step, content, on, REFERRALS)
    deed.about = handoff_id
    await perform(deed, doing_of(act).do)


async def _content(
    session: AsyncSession, case: Case, act: Act, handoff_id: UUID, result: CourtOutcome | None
) -> Content | None:
    """What the act says; what became of an appraisal is that of what this very handoff entrusted."""
    if act not in appraising.COMES_BEFORE:
        return {"outcome": result} if result else {}
    entrusted = await queries.acts_about(session, case.id, Act.ENTRUST_APPRAISAL, handoff_id)
    if not entrusted or not await appraising.awaited(session, case.id, act, entrusted[0].id):
        return None
    return {"entrusted": str(entrusted[0].id)}


async def register_passed_on(
    session: AsyncSession,
    lead_id: UUID,
    office: str,
    number: str,
    sector: str | None,
    place: str | None,
    on: date,
) -> None:
    """What an agency passed on is registered as a lead of the office that received it (R 24-25).

    What it says stays in the package of the handoff, which the office opens by accepting it.
    """
    await journal.lock(session, subject_of(lead_id))
    step = step_for(Track.LEAD, None, Act.REGISTER, on)
    where = f"见移送函件 {number} / see handoff {number}"
    known = sector in {each.value for each in Sector}
    lead = Lead(
        id=lead_id,
        office=office,
        epoch=0,
        origin=Origin.SELF_HANDLED,
        source=Source.PASSED_ON,
        title=f"机关移送线索 {number}",
        summary=where,
        harm=where,
        sector=Sector(sector) if sector is not None and known else None,
        place=place,
        places=[place] if place else [],
        classification=1,
        focuses=[],
        emphasis=0,
        **_NOTHING_KNOWN,
    )
    lead.stage, lead.registered_on, lead.last_act_on = Stage.REGISTERED, on, on
    deed = Deed(session, lead, step, {}, on, REFERRALS)
    deed.rests_on = first_limits(lead, step)
    await enter_lead(deed)


_NOTHING_KNOWN = {
    "processors": [],
    "violations": [],
    "kinds": [],
    "groups": [],
    "minors_under_18": False,
    "minors_under_14": False,
    "linked": False,
    "platform": False,
}

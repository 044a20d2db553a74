"""Breaking the glass (紧急查阅): somebody reads a matter they may not know of, for a day, and loudly."""

from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from services.cases import queries
from services.cases.actions.stepping import own, stand
from services.cases.errors import GlassReviewedAlready, KnownAlready
from services.cases.events import GlassBroken, GlassReviewed
from services.cases.rules.custody import BREAK_GLASS
from services.cases.tables import GlassBreaking
from shared import clock, journal
from shared.citation import OURS
from shared.database import uuid7
from shared.events import subject_of
from shared.identity import Actor
from shared.problems import NotFound
from shared.standing import Grant, standing_of

BASIS = OURS["breaking the glass"]


async def break_glass(session: AsyncSession, actor: Actor, matter_id: UUID, reason: str) -> GlassBreaking:
    """Until the end of the day the person may read the matter, and no more than read it.

    Recusal and clearance beat it: whoever they keep out is told the same as of a matter that is not there.
    """
    matter, standing = await queries.matter_of(session, matter_id), await standing_of(session, matter_id)
    if matter is None or standing is None or actor.sub in standing.recused:
        raise NotFound(matter_id=matter_id)
    if standing.classification > actor.clearance:
        raise NotFound(matter_id=matter_id)
    if await queries.knows_of(session, actor, matter_id):
        raise KnownAlready(matter_id=matter_id)
    today = clock.today()
    use = GlassBreaking(
        id=uuid7(),
        matter_id=matter_id,
        office=matter.office,
        person=actor.sub,
        person_name=actor.name,
        org=actor.org,
        reason=reason,
        broken_on=today,
    )
    session.add(use)
    leave = Grant(
        id=use.id,
        org=use.org,
        sub=use.person,
        scope=BREAK_GLASS,
        ceiling=standing.classification,
        begins_on=today,
        ends_on=today,
    )
    running = (each for each in standing.grants if each.scope != BREAK_GLASS or each.ends_on == today)
    await stand(session, matter, BASIS, today, grants=(*running, leave))
    event = GlassBroken(matter_id=matter_id, use_id=use.id, office=use.office, org=use.org)
    details = {"person": use.person, "person_name": use.person_name, "reason": reason}
    await journal.record(session, subject_of(matter_id), event, basis=BASIS, details=details)
    return use


async def review_use(
    session: AsyncSession, actor: Actor, use: GlassBreaking, *, justified: bool, opinion: str
) -> GlassBreaking:
    """The chief of the office that handles the matter says whether it was justified; once."""
    matter = await queries.matter_for(session, actor, use.matter_id)
    own(actor, matter)
    if use.reviewed_on is not None:
        raise GlassReviewedAlready(reviewed_on=use.reviewed_on)
    use.reviewed_on, use.reviewer_name = clock.today(), actor.name
    use.justified, use.opinion = justified, opinion
    event = GlassReviewed(
        matter_id=use.matter_id, use_id=use.id, office=matter.office, org=use.org, justified=justified
    )
    subject = subject_of(use.matter_id)
    await journal.record(session, subject, event, basis=BASIS, details={"opinion": opinion})
    return use

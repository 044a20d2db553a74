"""By which day's rules a matter goes where those of its own days do not fit: the chief says why."""

from datetime import date

from sqlalchemy.ext.asyncio import AsyncSession

from services.cases.actions.facts import emphasise
from services.cases.actions.stepping import Matter, late, legal_day, own
from services.cases.actions.wording import renew_words
from services.cases.events import RuleVersionSet
from services.cases.tables import Lead
from shared import clock, journal
from shared.citation import OURS
from shared.events import subject_of
from shared.identity import Actor
from shared.problems import DateOutOfOrder

BASIS = OURS["a matter goes by the rules of a later day, with a reason"]


def check_rule_version(begun_on: date, as_if_on: date | None) -> None:
    """Refuse the rules of a day before the matter began, or still to come."""
    if as_if_on is not None and not begun_on <= as_if_on <= clock.today():
        raise DateOutOfOrder(as_if_on=as_if_on, earliest=begun_on, latest=clock.today())


async def go_by(
    session: AsyncSession,
    actor: Actor,
    matter: Matter,
    *,
    as_if_on: date | None,
    reason: str,
    said_on: date | None,
    late_reason: str | None,
) -> Matter:
    """From now on acts ask the rules of that later day, and say so; None: those of their own days again.

    Focuses and flags of a lead are those of the rules that it goes by.
    """
    own(actor, matter)
    on = await legal_day(session, said_on, matter.begun_on, late_reason)
    check_rule_version(matter.begun_on, as_if_on)
    before = matter.as_if_on
    matter.as_if_on, matter.as_if_reason = as_if_on, reason if as_if_on else None
    if isinstance(matter, Lead):
        emphasise(session, matter)
        await renew_words(session, matter, matter)
    event = RuleVersionSet(matter_id=matter.id, office=matter.office, as_if_on=as_if_on)
    details = {"reason": reason, "before": before.isoformat() if before else None} | late(late_reason)
    subject = subject_of(matter.id)
    await journal.record(session, subject, event, basis=BASIS, occurred_on=on, details=details)
    return matter

"""The chief lends a person the authority to decide some acts, for a time, on record (R 5)."""

from datetime import date

from sqlalchemy.ext.asyncio import AsyncSession

from services.cases import queries
from services.cases.actions.limiting import from_today_on, office_subject
from services.cases.errors import AnotherPersonNeeded, DelegationOver, NotYourMatter
from services.cases.events import ActsDelegated, DelegationRevoked
from services.cases.rules.delegation import authorisation_on, require_delegable
from services.cases.rules.vocabulary import Act
from services.cases.tables import Delegation, Proposal
from shared import clock, journal
from shared.citation import written
from shared.database import uuid7
from shared.identity import Actor, Role
from shared.problems import DateOutOfOrder


async def delegate(
    session: AsyncSession,
    actor: Actor,
    *,
    person: str,
    person_name: str,
    acts: tuple[Act, ...],
    since: date | None,
    until: date | None,
    reason: str,
) -> Delegation:
    """From that day on the person may decide these acts in the chief's place, except what they proposed."""
    begins = from_today_on(since)
    rule = authorisation_on(begins)
    actor.require(rule.by)
    require_delegable(acts)
    if until is not None and until < begins:
        raise DateOutOfOrder(until=until, earliest=begins)
    if person == actor.sub:
        raise AnotherPersonNeeded(article=str(rule.basis), mark=rule.basis.mark)
    await journal.lock(session, office_subject(actor.org))
    given = Delegation(
        id=uuid7(),
        office=actor.org,
        person=person,
        person_name=person_name,
        acts=sorted(set(acts)),
        since=begins,
        until=until,
        basis=str(rule.basis),
        given_by=actor.sub,
        given_by_name=actor.name,
    )
    session.add(given)
    facts = {"delegation_id": given.id, "office": given.office, "acts": given.acts}
    event = ActsDelegated.model_validate(facts | {"since": begins, "until": until})
    details = {"person": person, "person_name": person_name, "reason": reason}
    subject = office_subject(actor.org)
    await journal.record(session, subject, event, basis=rule.basis, details=details)
    return given


async def revoke(session: AsyncSession, actor: Actor, given: Delegation, reason: str) -> Delegation:
    """A chief of the office ends the delegation: from today on nothing is decided by it."""
    today = clock.today()
    if actor.org != given.office:
        raise NotYourMatter(handling_office=given.office)
    if given.revoked_on is not None or (given.until is not None and given.until < today):
        raise DelegationOver(until=given.until, revoked_on=given.revoked_on)
    given.revoked_on = today
    event = DelegationRevoked(delegation_id=given.id, office=given.office, revoked_on=today)
    subject, basis = office_subject(given.office), written(given.basis)
    await journal.record(session, subject, event, basis=basis, details={"reason": reason})
    return given


async def authority(
    session: AsyncSession, actor: Actor, proposal: Proposal, on: date, deciders: tuple[Role, ...]
) -> Delegation | None:
    """By what the actor decides: their own role (None), or a delegation for that act in force that day."""
    if actor.roles & set(deciders):
        return None
    found = await queries.delegation_in_force(session, proposal.office, actor.sub, proposal.act, on)
    if found is None or actor.org != found.office:
        actor.require(*deciders)
    return found

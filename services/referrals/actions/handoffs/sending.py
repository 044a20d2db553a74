"""Handoffs leave: posted by the handling office, one or several at once, or following from an act."""

from collections.abc import Sequence
from datetime import date
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from services.referrals import events, queries
from services.referrals.actions.acting import hold_matter
from services.referrals.actions.handoffs.moving import handoff_facts, office_of, tell_handoff
from services.referrals.actions.handoffs.stated import FromAct, Papers, Posted
from services.referrals.actions.numbers import next_number
from services.referrals.actions.stages import check_documents, start_clock
from services.referrals.errors import MatterClosed, MatterMissing, NotTheHandlingOffice, UnknownAgency
from services.referrals.rules.courses import HandoffStage
from services.referrals.rules.deadlines import Agreement, reply_limit
from services.referrals.rules.kinds import KindRow, check_receiver, check_sender, kind_for, postable
from services.referrals.rules.ladder import check_rung, rung_for
from services.referrals.rules.recipients import Facts, candidates, check_choice, division_prefix
from services.referrals.rules.vocabulary import Gate, Kind, OrganisationKind
from services.referrals.rules.ways import Relation, way_by, way_to
from services.referrals.tables import Handoff, PackagePaper
from shared.citation import later_rules, rule_day
from shared.clocks import deadline
from shared.database import uuid7
from shared.identity import Actor
from shared.problems import Refusal
from shared.standing import Standing, standing_of
from shared.transactions import frame


async def dispatch(session: AsyncSession, actor: Actor, posted: Posted) -> Handoff:
    """Send a lead, request or letter in the handling office's name; how it was routed is kept."""
    handoff = await _prepared(session, actor, posted)
    return await _entered(session, actor, handoff, posted.content.papers)


async def dispatch_several(
    session: AsyncSession, actor: Actor, several: Sequence[Posted]
) -> list[Handoff | Refusal]:
    """Send each of these that may be sent, in order; the others answer why not, and leave no trace."""
    results: list[Handoff | Refusal] = []
    for posted in several:
        try:
            handoff = await _prepared(session, actor, posted)  # writes nothing
        except Refusal as refused:
            results.append(refused)
            continue
        results.append(await _entered(session, actor, handoff, posted.content.papers))
    return results


async def _prepared(session: AsyncSession, actor: Actor, posted: Posted) -> Handoff:
    """The handoff as it would leave, after every check; nothing is written yet."""
    matter = await _matter_at_hand(session, actor, posted)
    row = postable(kind_for(posted.kind, rule_day(posted.on, matter.as_if_on)))
    check_sender(row, OrganisationKind.PROCURATORATE)
    receiver_kind = await receiver_kind_of(session, posted.receiver, posted.on)
    check_receiver(row, receiver_kind)
    papers = [sha256 for sha256, _ in posted.content.papers]
    await check_documents(session, matter.matter_id, papers, actor.clearance)
    parties = actor.org, posted.receiver
    handoff = bare(session, row, matter.matter_id, parties, posted.on, matter.as_if_on)
    describe(handoff, posted, receiver_kind, matter)
    await _route(session, handoff, row, posted)
    if row.proposed:
        await _propose(session, actor, handoff, posted)
    return handoff


async def _matter_at_hand(session: AsyncSession, actor: Actor, posted: Posted) -> Standing:
    if posted.matter_id is None or posted.basis_epoch is None:
        raise MatterMissing(kind=posted.kind)
    matter = await hold_matter(session, actor, posted.matter_id, posted.basis_epoch)
    if matter.holder != actor.org:
        raise NotTheHandlingOffice(holder=matter.holder)
    if matter.closed:
        raise MatterClosed(matter_id=str(matter.matter_id))
    return matter


async def receiver_kind_of(session: AsyncSession, code: str, on: date) -> OrganisationKind:
    """What kind of organisation that code names on the day: an agency, or another procuratorate."""
    if frame(session).offices.exists(code, on):
        return OrganisationKind.PROCURATORATE
    found = await queries.organisation_kind(session, code, on)
    if found is None:
        raise UnknownAgency(agency=code, on=on.isoformat())
    return OrganisationKind(found)


def bare(
    session: AsyncSession,
    row: KindRow,
    matter_id: UUID,
    parties: tuple[str, str],
    on: date,
    as_if_on: date | None,
) -> Handoff:
    """A handoff of that kind from the first to the second, as far as nothing is said in it yet."""
    offices = frame(session).offices
    sender, receiver = parties
    return Handoff(
        id=uuid7(),
        matter_id=matter_id,
        kind=row.kind,
        form=row.form,
        course=row.course,
        stage=HandoffStage.DISPATCHED,
        number="",
        sender=sender,
        sender_path=offices.office(sender).path if offices.exists(sender) else "",
        receiver=receiver,
        receiver_path=offices.office(receiver).path if offices.exists(receiver) else None,
        basis=str(row.basis),
        external_ids=[],
        dispatched_on=on,
        as_if_on=as_if_on if later_rules(on, as_if_on) else None,
        paper_count=0,
        economic=False,
        revision=1,
    )


def describe(
    handoff: Handoff, posted: Posted, receiver_kind: OrganisationKind, matter: Standing | None
) -> None:
    """The handoff says what was stated; sector and place are those of its matter unless stated otherwise."""
    content = posted.content
    handoff.receiver_kind = receiver_kind
    handoff.about, handoff.follows = posted.about, posted.follows
    handoff.sector = posted.sector or (matter.sector if matter else None) or ""
    handoff.subject = posted.subject
    handoff.place = posted.place or (matter.place if matter else None) or ""
    handoff.number = posted.number or ""
    handoff.title, handoff.summary, handoff.demand = content.title, content.summary, content.demand
    handoff.external_ids = list(content.external_ids)
    handoff.economic = posted.economic


async def _route(session: AsyncSession, handoff: Handoff, row: KindRow, posted: Posted) -> None:
    """The proposal is kept with what the person chose: confirmed, or overridden with a reason.

    What goes on after a redirect is proposed to whom the first receiver named, else by the register.
    """
    facts = Facts(row, handoff.sector, handoff.subject, handoff.place, posted.on)
    found = candidates(facts, await queries.register(session, handoff.place, posted.on))
    named = [each.agency for each in found if each.agency != posted.came_from]
    handoff.proposed = posted.redirect_to or next(iter(named), None)
    confirmed = check_choice(handoff.proposed, handoff.receiver, posted.routing_reason)
    handoff.routing = "confirmed" if confirmed else "overridden" if handoff.proposed else "unproposed"
    handoff.routing_reason = posted.routing_reason


async def _propose(session: AsyncSession, actor: Actor, handoff: Handoff, posted: Posted) -> None:
    """A report up the ladder: the rung is checked, and it waits for the chief."""
    said, receiver = posted.reported, await queries.agency_row(session, posted.receiver)
    row = rung_for(said.ground, said.rung, handoff.rules_of)
    about = await queries.agency_row(session, said.concerning) if said.concerning else None
    check_rung(row, actor.org, receiver._mapping, about._mapping if about is not None else None)
    handoff.stage, handoff.proposed_by = HandoffStage.PROPOSED, actor.sub
    handoff.ground, handoff.rung, handoff.concerning = row.ground, row.rung, said.concerning
    handoff.basis = str(row.basis)
    superior = frame(session).offices.superior_of(actor.org)
    if row.by_superior and superior is not None:
        let_forward(session, handoff, superior.code)


async def _entered(session: AsyncSession, actor: Actor, handoff: Handoff, papers: Papers) -> Handoff:
    await enter(session, handoff, papers)
    if handoff.stage is HandoffStage.PROPOSED:
        await gated(session, handoff, Gate.AWAITS_APPROVAL, actor.org, handoff.dispatched_on)
    else:
        await leave(session, handoff, handoff.dispatched_on)
    return handoff


async def enter(session: AsyncSession, handoff: Handoff, papers: Papers) -> None:
    """The row and its papers are kept."""
    handoff.paper_count = len(papers)
    session.add(handoff)
    await session.flush()
    session.add_all(
        PackagePaper(handoff_id=handoff.id, sha256=sha256, paper=paper, place=place)
        for place, (sha256, paper) in enumerate(papers)
    )


async def gated(
    session: AsyncSession, handoff: Handoff, gate: Gate, org: str, on: date, reason: str | None = None
) -> None:
    """Announced to our own side alone: what waits before it leaves, or never left."""
    event = events.HandoffGated(**handoff_facts(handoff), gate=gate, org=org)
    details = {"reason": reason} if reason else None
    await tell_handoff(session, handoff, event, handoff.basis, on, details=details)


async def leave(session: AsyncSession, handoff: Handoff, on: date) -> None:
    """It goes out: numbered, announced, its reply clock begins."""
    office = await office_of(session, handoff)
    handoff.dispatched_on = on
    handoff.number = handoff.number or await next_number(session, office, on.year)
    row = kind_for(handoff.kind, handoff.rules_of)
    limit = reply_limit(row, await _agreements(session, handoff, office), on, handoff.rules_of)
    if limit:
        handoff.respond_by = deadline(limit, on, frame(session).calendar).due_on
        handoff.respond_row = limit.row
    event = events.HandoffDispatched(
        **handoff_facts(handoff),
        form=handoff.form,
        number=handoff.number,
        respond_by=handoff.respond_by,
        dispatched_on=on,
        sector=handoff.sector or None,
        place=handoff.place or None,
        follows=handoff.follows,
    )
    handoff.dispatch_event = await tell_handoff(session, handoff, event, handoff.basis, on)
    if limit:
        await start_clock(session, handoff, limit, on, office)


async def _agreements(session: AsyncSession, handoff: Handoff, office: str) -> tuple[Agreement, ...]:
    """What the office, or one above it, agreed with the agency on the other side."""
    line = [office, *(each.code for each in frame(session).offices.line_of(office))]
    agency = handoff.sender if handoff.inbound else handoff.receiver
    rows = await queries.agreements_between(session, line, agency)
    return tuple(
        Agreement(str(row.id), row.kind, row.length, row.unit, row.title, row.valid_from, row.valid_to)
        for row in rows
    )


async def hand_over_act(session: AsyncSession, act: FromAct) -> Handoff:
    """The document of an official act goes to its addressee, as the law of service wants it.

    A suggestion to an authority that does not stand beside the office goes by the way of SUG 3; where no
    office has the authority's code, it waits until its sender names the one that is to send it on.
    """
    as_if_on = await queries.as_if_of(session, act.matter_id)
    row = kind_for(act.kind, rule_day(act.on, as_if_on))
    handoff = bare(session, row, act.matter_id, (act.office, act.receiver), act.on, as_if_on)
    known = await queries.organisation_kind(session, act.receiver, act.on)
    handoff.receiver_kind = known or OrganisationKind.OTHER_AUTHORITY
    handoff.number, handoff.about, handoff.source_event = act.number, act.about, act.event_id
    handoff.routing = "by_act"
    if act.kind is Kind.SUGGESTION and known is not None:
        await _find_way(session, handoff)
    await enter(session, handoff, act.papers)
    if handoff.stage is HandoffStage.HELD and handoff.forward_by is None:
        await gated(session, handoff, Gate.AWAITS_NAME, act.office, act.on)
    elif handoff.forward_by is not None:
        await gated(session, handoff, Gate.AWAITS_FORWARDING, handoff.forward_by, act.on)
    else:
        await leave(session, handoff, act.on)
    return handoff


async def _find_way(session: AsyncSession, handoff: Handoff) -> None:
    """By which way it goes, and which office speaks before it leaves, if any does."""
    agency = await queries.agency_row(session, handoff.receiver)
    way = way_to(handoff.sender, agency.division, agency.kind)
    if way.forwarded and await queries.opened_against(session, handoff.matter_id, handoff.receiver):
        way = way_by(Relation.OWN_CASE)
    elif way.forwarded and await _settled(session, handoff):
        way = way_by(Relation.BY_ORDER)
    handoff.way = way.relation
    if not way.forwarded:
        return
    handoff.stage = HandoffStage.HELD
    forwarder = _forwarder(session, handoff.sender, way.relation, agency.division)
    if forwarder is not None:
        let_forward(session, handoff, forwarder)


def let_forward(session: AsyncSession, handoff: Handoff, forwarder: str) -> None:
    """That office speaks before the handoff leaves; it and those above it may read it."""
    office = frame(session).offices.office(forwarder)
    handoff.forward_by, handoff.forward_path = office.code, office.path


async def _settled(session: AsyncSession, handoff: Handoff) -> bool:
    matter = await standing_of(session, handoff.matter_id)
    came = matter is not None and matter.origin not in ("", "self_handled")
    return came or await queries.settled_by_order(session, handoff.matter_id, handoff.sender)


def _forwarder(session: AsyncSession, office: str, relation: Relation, division: str) -> str | None:
    offices, there = frame(session).offices, division[:6]
    if relation is Relation.ABOVE:
        line = offices.line_of(office)
        return next(
            (each.code for each in line if division_prefix(each.code[:6]) == division_prefix(there)), None
        )
    return there if offices.exists(there) else None

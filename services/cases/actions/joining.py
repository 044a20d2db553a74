"""One harm, several matters; several leads, one matter (R 69): joining leads, and splitting one into many."""

from typing import Any
from uuid import UUID

from services.cases import queries
from services.cases.actions.deeds import Deed
from services.cases.actions.leads import enter_lead
from services.cases.actions.linking import tie
from services.cases.actions.recusing import keep_out
from services.cases.actions.stepping import asking
from services.cases.actions.teaming import carry_over
from services.cases.errors import LeadsDoNotJoin, PartDoesNotGo
from services.cases.events import LeadClosed, LeadJoined, LeadSplit, SplitPart
from services.cases.rules.custody import effect_of
from services.cases.rules.lifecycle import step_for
from services.cases.rules.lifecycle.before_suit import INVESTIGATING, OPEN_LEAD
from services.cases.rules.links import LinkKind
from services.cases.rules.vocabulary import Act, Origin, Track
from services.cases.tables import Case, Lead
from shared import journal
from shared.database import uuid7
from shared.events import subject_of
from shared.problems import NotFound
from shared.standing import standing_of
from shared.transactions import frame

# What runs for a part; a major lead is reported as a whole.
ASSESSMENT = ("I1",)
OF_THE_WHOLE = (
    "office",
    "source",
    "summary",
    "harm",
    "processors",
    "violations",
    "kinds",
    "groups",
    "sector",
    "persons",
    "records",
    "records_by_kind",
    "unlawful_gain",
    "insider",
    "major",
    "minors_under_18",
    "minors_under_14",
    "linked",
    "platform",
    "classification",
    "focuses",
    "emphasis",
    "as_if_on",
    "as_if_reason",
)


async def check_merger(deed: Deed) -> None:
    """Refuse to join what is not open, not this office's, or whose suggestion has gone out already."""
    into = await _target(deed)
    stages = INVESTIGATING if isinstance(into, Case) else OPEN_LEAD
    if into.id == deed.matter.id or into.office != deed.matter.office or into.stage not in stages:
        raise LeadsDoNotJoin(into=into.id, stage=into.stage, article=str(deed.step.basis))


async def _target(deed: Deed) -> Lead | Case:
    """What the lead is to be joined with, as whoever asks may see it; what they may not is not there."""
    into = UUID(deed.content["into"])
    try:
        return await queries.matter_for(deed.session, asking(deed.session), into)
    except NotFound:
        raise LeadsDoNotJoin(into=into, article=str(deed.step.basis)) from None


async def merge(deed: Deed) -> None:
    """The lead goes on as part of another lead or case of this office; both say so.

    Whoever is recused from the lead is from what it is joined with; leave to know of the lead stays with it.
    """
    session, lead = deed.session, deed.matter
    into = await _target(deed)
    deed.about = deed.result_id = into.id
    lead.case_id = into.id if isinstance(into, Case) else None
    deed.event = LeadClosed(lead_id=lead.id, outcome=lead.stage, case_id=lead.case_id)
    before = await standing_of(session, lead.id)
    for person in before.recused if before else ():
        await keep_out(session, into.id, person, deed.step.basis, deed.on)
    joined = LeadJoined(matter_id=into.id, lead_id=lead.id, office=into.office)
    await journal.record(session, subject_of(into.id), joined, basis=deed.step.basis, occurred_on=deed.on)
    kind, rules_of = LinkKind.MERGED, deed.rules_of
    await tie(session, deed.by.sub, lead.id, into.id, kind, deed.on, rules_of=rules_of)


async def check_split(deed: Deed) -> None:
    """Refuse a part meant for an office that is not there, or by an order that moves nothing."""
    for part in deed.content["parts_of_lead"]:
        office, mode = part["addressee"], part["mode"]
        if office is None and mode is None:
            continue
        effect = effect_of(mode, None, deed.rules_of) if mode else None
        there = office is not None and frame(deed.session).offices.exists(office)
        if not there or office == deed.matter.office or effect is None or effect.origin is None:
            said = {"part": part["title"], "addressee": office, "mode": mode}
            raise PartDoesNotGo(**said, article=str(deed.step.basis))


async def split(deed: Deed) -> None:
    """Each part becomes a lead with a chain of its own; what was granted and who is recused holds.

    A part that is meant for another office is announced with its order; `referrals` issues it.
    """
    parts = [_part(deed, said) for said in deed.content["parts_of_lead"]]
    await journal.lock(deed.session, *(subject_of(part.id) for part in parts))
    before = await standing_of(deed.session, deed.matter.id)
    grants, recused = (before.grants, before.recused) if before else ((), ())
    for part in parts:
        step = step_for(Track.LEAD, None, Act.REGISTER, deed.rules_of)
        entered = Deed(deed.session, part, step, {"split_from": str(deed.matter.id)}, deed.on, deed.by)
        entered.rests_on = dict.fromkeys(ASSESSMENT, deed.on)
        await enter_lead(entered, grants, recused)
        kind, rules_of = LinkKind.SPLIT, deed.rules_of
        await tie(deed.session, deed.by.sub, deed.matter.id, part.id, kind, deed.on, rules_of=rules_of)
        await carry_over(deed.session, deed.matter, part, deed.on)
    meant = zip(parts, deed.content["parts_of_lead"], strict=True)
    said = [SplitPart(lead_id=p.id, addressee=s["addressee"], mode=s["mode"]) for p, s in meant]
    deed.event = LeadSplit(lead_id=deed.matter.id, office=deed.matter.office, parts=tuple(said))


def _part(deed: Deed, said: dict[str, Any]) -> Lead:
    whole: Lead = deed.matter
    facts = {name: getattr(whole, name) for name in OF_THE_WHOLE}
    facts |= {name: said[name] for name in ("title", "places", "summary", "sector") if said[name]}
    part = Lead(id=uuid7(), epoch=0, origin=Origin(whole.origin), split_from=whole.id, **facts)
    part.places = said["places"] or whole.places
    part.place = next(iter(part.places), None)
    part.inquiry_needed = False
    part.stage, part.registered_on, part.last_act_on = OPEN_LEAD[0], deed.on, deed.on
    return part

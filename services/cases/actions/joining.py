"""One harm, several matters; several leads, one matter (R 69): joining leads, and splitting one into many."""

from typing import Any
from uuid import UUID

from services.cases import queries
from services.cases.actions.deeds import Deed
from services.cases.actions.leads import enter_lead
from services.cases.errors import LeadsDoNotJoin
from services.cases.events import LeadClosed, LeadJoined, LeadSplit, SplitPart
from services.cases.rules.lifecycle import step_for
from services.cases.rules.lifecycle.before_suit import INVESTIGATING, OPEN_LEAD
from services.cases.rules.vocabulary import Act, Origin, Track
from services.cases.tables import Case, Lead
from shared import journal
from shared.database import uuid7
from shared.events import subject_of
from shared.standing import standing_of

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
    into = await queries.matter_of(deed.session, UUID(deed.content["into"]))
    if into is None:
        raise LeadsDoNotJoin(into=deed.content["into"], article=str(deed.step.basis))
    return into


async def merge(deed: Deed) -> None:
    """The lead goes on as part of another lead or case of this office; both say so."""
    into = await _target(deed)
    deed.about = deed.result_id = into.id
    deed.event = LeadClosed(
        lead_id=deed.matter.id, outcome=deed.matter.stage, case_id=into.id if isinstance(into, Case) else None
    )
    joined = LeadJoined(matter_id=into.id, lead_id=deed.matter.id, office=into.office)
    subject = subject_of(into.id)
    await journal.record(deed.session, subject, joined, basis=deed.step.basis, occurred_on=deed.on)


async def check_split(deed: Deed) -> None:
    """Refuse parts of which one is meant for an office but says not by which order."""
    for part in deed.content["parts_of_lead"]:
        if (part["addressee"] is None) is not (part["mode"] is None):
            raise LeadsDoNotJoin(part=part["title"], article=str(deed.step.basis))


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
        await enter_lead(entered, grants, recused)
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
    part.stage, part.registered_on, part.last_act_on = OPEN_LEAD[0], deed.on, deed.on
    return part

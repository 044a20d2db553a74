"""Correcting the facts of a lead, or of the case opened on it; what stood before is kept, erasably."""

from typing import Any

from sqlalchemy.orm.attributes import flag_modified

from services.cases.actions.deeds import Deed
from services.cases.actions.facts import emphasise
from services.cases.actions.leads import rows_asked
from services.cases.actions.stepping import asking, stand
from services.cases.actions.wording import renew_words
from services.cases.errors import ClearanceTooLow
from services.cases.rules.vocabulary import Sector
from services.cases.tables import Case, Lead
from shared import ledger
from shared.problems import Malformed

Changes = dict[str, tuple[Any, Any]]

# What a case repeats of its lead, and of which facts its standing tells.
REPEATED = ("classification", "sector", "place", "focuses", "emphasis")
TOLD = {"classification", "sector", "places"}


async def check_correction(deed: Deed) -> None:
    """Refuse what corrects nothing, what the office member may not read, and more items than records."""
    lead = await _lead(deed)
    changes = _changes(deed, lead)
    if not changes:
        raise Malformed(errors=[{"at": "body", "problem": "nothing of it differs from what stands there"}])
    clearance, said = asking(deed.session).clearance, deed.content.get("classification", 0)
    if said > clearance:
        raise ClearanceTooLow(classification=said, clearance=clearance)
    records, items = (_then(changes, lead, name) for name in ("records", "records_by_kind"))
    if records is not None and sum(each["count"] for each in items) > records:
        raise Malformed(errors=[{"at": "body.records", "problem": "more items by kind than records in all"}])


async def correct(deed: Deed) -> None:
    """The facts are as said; focuses, words, standing and the limits of some leads follow from them."""
    session, matter, lead = deed.session, deed.matter, await _lead(deed)
    changes, asked = _changes(deed, lead), await rows_asked(session, lead, deed.on)
    for name, (_, value) in changes.items():
        setattr(matter if name == "title" else lead, name, value)
    lead.place = next(iter(lead.places), None)
    emphasise(session, lead)
    if isinstance(matter, Case):
        _repeat(lead, matter)
        await renew_words(session, lead, lead)
    await renew_words(session, matter, lead)
    await session.flush()
    for each in {lead.id: lead, matter.id: matter}.values() if TOLD & changes.keys() else ():
        await stand(session, each, deed.step.basis, deed.on)
    await _follow(deed, lead, asked)
    deed.details |= {"before": {name: was for name, (was, _) in changes.items()}}
    deed.details |= {"after": {name: value for name, (_, value) in changes.items()}}
    deed.content = {"corrected": sorted(changes), "reason": deed.content["reason"]}


async def _lead(deed: Deed) -> Lead:
    """Whose facts they are: the lead itself, or the one on which the case was opened."""
    lead = await deed.session.get(Lead, getattr(deed.matter, "lead_id", deed.matter.id))
    assert lead is not None
    return lead


def _changes(deed: Deed, lead: Lead) -> Changes:
    said = {name: value for name, value in deed.content.items() if name != "reason"}
    if said.get("sector") is not None:
        said["sector"] = Sector(said["sector"])
    stands = {name: getattr(deed.matter if name == "title" else lead, name) for name in said}
    return {name: (stands[name], value) for name, value in said.items() if stands[name] != value}


def _then(changes: Changes, lead: Lead, name: str) -> Any:
    return changes[name][1] if name in changes else getattr(lead, name)


def _repeat(lead: Lead, case: Case) -> None:
    """The case says the same as its lead, in a version of its own even where it repeats nothing new."""
    for name in REPEATED:
        setattr(case, name, getattr(lead, name))
    flag_modified(case, "focuses")


async def _follow(deed: Deed, lead: Lead, before: dict[str, str]) -> None:
    """A limit of some leads starts where the lead asks for it now, and ends where it does no longer."""
    if deed.matter is not lead:
        return
    now = await rows_asked(deed.session, lead, deed.on)
    await ledger.end(deed.session, lead.id, sorted(before.keys() - now), "facts_corrected")
    deed.about, deed.because = lead.id, now
    deed.rests_on = dict.fromkeys(sorted(now.keys() - before), deed.on)

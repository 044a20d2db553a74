"""Typical cases (典型案例): what an ended case teaches, told to every office, naming nobody (ours)."""

from services.cases import queries
from services.cases.actions.deeds import Deed
from services.cases.actions.wording import enter_typical_words
from services.cases.errors import NotTypical, TooSecretToShare, TypicalAlready
from services.cases.rules.anonymity import require_anonymity
from services.cases.tables import Case, Lead, TypicalCase
from shared import agencies

INTERNAL = 1


async def check_anonymity(deed: Deed) -> None:
    """Refuse a text that identifies somebody, a case too secret to tell, and a second text of one case."""
    case: Case = deed.matter
    if case.classification > INTERNAL:
        raise TooSecretToShare(classification=case.classification, most=INTERNAL)
    if there := await queries.typical_of(deed.session, case.id):
        raise TypicalAlready(typical_id=there.id)
    texts = [deed.content["title"], *(part for part in deed.content["parts"].values() if part)]
    require_anonymity("\n".join(texts), await _names(deed, case), deed.rules_of)


async def _names(deed: Deed, case: Case) -> list[str]:
    """By what the case could be recognised: processors, the agency, the numbers of case and lead."""
    lead = await deed.session.get_one(Lead, case.lead_id)
    named = [said for each in lead.processors for said in (each["name"], each.get("credit_code")) if said]
    agency = await agencies.agency(deed.session, case.agency) if case.agency else None
    return [*named, *([agency.name] if agency else []), case.number, lead.number]


async def make_typical(deed: Deed) -> None:
    """The summary is there for every office from now on."""
    case: Case = deed.matter
    parts = deed.content["parts"]
    typical = TypicalCase(
        id=deed.id,
        case_id=case.id,
        office=case.office,
        procedure=case.procedure,
        sector=case.sector,
        focuses=case.focuses,
        title=deed.content["title"],
        facts=parts["facts"],
        handling=parts["handling"],
        significance=parts["significance"],
        approved_on=deed.on,
    )
    deed.session.add(typical)
    deed.result_id = typical.id
    await enter_typical_words(deed.session, typical)


async def check_withdrawal(deed: Deed) -> None:
    """Refuse where there is nothing to withdraw."""
    if await queries.typical_of(deed.session, deed.matter.id) is None:
        raise NotTypical(case_id=deed.matter.id)


async def withdraw_typical(deed: Deed) -> None:
    """No office finds the summary any more; the act and its reason stay in the file."""
    typical = await queries.typical_of(deed.session, deed.matter.id)
    assert typical is not None
    typical.withdrawn_on, typical.withdrawn_because = deed.on, deed.content["reason"]
    deed.about = typical.id

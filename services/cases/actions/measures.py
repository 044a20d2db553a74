"""Measures of the investigation: each an official act, lawful in kind and made by enough people (R 35-43)."""

from datetime import date

from sqlalchemy.ext.asyncio import AsyncSession

from services.cases.actions.deeds import Content, Deed
from services.cases.actions.stepping import Matter
from services.cases.errors import StaffNotOfCase
from services.cases.rules.custody import JOINS
from services.cases.rules.investigation import check_measure as check_law
from services.cases.rules.investigation import measure_for
from shared.standing import standing_of


async def check_measure(deed: Deed) -> None:
    """Refuse what is forbidden, incomplete or made by too few or by others; the row names the document."""
    measure = measure_for(deed.content["kind"], deed.rules_of)
    deed.document, deed.basis = measure.document, measure.basis
    staff = deed.content["staff"]
    check_law(measure, staff, deed.content.get("place"))
    await _check_staff(deed.session, deed.matter, staff, deed.on)


async def _check_staff(session: AsyncSession, matter: Matter, staff: list[Content], on: date) -> None:
    """Everybody is of the office, or of one with leave to work on it that day, and nobody is recused."""
    standing = await standing_of(session, matter.id)
    held = standing.grants if standing else ()
    leave = {
        (grant.org, grant.sub)
        for grant in held
        if grant.scope in JOINS and grant.begins_on <= on and (grant.ends_on is None or on <= grant.ends_on)
    }
    recused = standing.recused if standing else ()
    for each in staff:
        office = each.get("office") or matter.office
        may = office == matter.office or {(office, None), (office, each["sub"])} & leave
        if not may or each["sub"] in recused:
            raise StaffNotOfCase(staff=each["sub"], office=office)

"""The suit: where it may be brought, and what may be claimed (R 16, 46, 81, 83, 96-98)."""

from services.cases.actions.deeds import Deed
from services.cases.errors import CourtUnknown, LiabilityReduced
from services.cases.rules.plaintiffs import check_claims, check_office
from services.cases.rules.vocabulary import Track
from shared import agencies
from shared.transactions import frame

COURT = "court"


async def check_suit(deed: Deed) -> None:
    """Refuse a claim that is not open here, a code of no court, and a court at which another office may sue.

    A criminal-incidental suit goes to the court of the criminal case; no other office is asked for (R 97).
    """
    case, said = deed.matter, deed.content
    check_claims(said["claims"], case.track, deed.rules_of)
    await _check_registered(deed, said["court_code"])
    if case.track is Track.CRIMINAL_INCIDENTAL:
        return
    court = frame(deed.session).courts.court(said["court"], deed.on)
    check_office(case.office, court.office if court else None, said["court"], said["court_reason"])


async def _check_registered(deed: Deed, code: str | None) -> None:
    if code is None:
        return
    row = await agencies.agency(deed.session, code, deed.on)
    if row is None or row.kind != COURT:
        raise CourtUnknown(court_code=code, on=deed.on)


async def check_claims_changed(deed: Deed) -> None:
    """Refuse a claim that is not open to this kind of case."""
    check_claims(deed.content["claims"], deed.matter.track, deed.rules_of)


async def check_mediation(deed: Deed) -> None:
    """Refuse terms that reduce liability (R 99)."""
    if deed.content["liability_reduced"]:
        raise LiabilityReduced(article=str(deed.step.basis))


async def sue(deed: Deed) -> None:
    """The office decides to sue at that court, to which the indictment goes if it is registered.

    The lodging is an act of its own: the court's receipt, by this system or on paper.
    """
    deed.matter.court = deed.content["court"]
    deed.addressee = deed.content["court_code"]

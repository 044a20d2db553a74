"""The announcement of a civil case (R 91) and what proper subjects and the criminal case do meanwhile."""

from services.cases.actions.deeds import Deed
from services.cases.actions.stepping import last_day
from services.cases.errors import MediumNotNational
from services.cases.rules.deadlines import REVIEWED_ANEW


async def check_publication(deed: Deed) -> None:
    """Refuse a medium that is not one of national influence (R 91)."""
    if not deed.content["national"]:
        raise MediumNotNational(medium=deed.content["medium"], article=str(deed.step.basis))


async def publish(deed: Deed) -> None:
    """The notice period runs from publication; the review for suit from the end of the notice period.

    Whether a proper subject sues is asked anew: one whose suit was supported in vain does not count (R 103).
    """
    deed.matter.subject_sued_on = None
    if "T11" in deed.rests_on:
        deed.rests_on["T11"] = await last_day(deed.session, deed.matter, "T10", deed.on)


async def withdraw_support(deed: Deed) -> None:
    """The office may file its own case now (R 103): where the notice is over, the review begins anew."""
    deed.because = {"T11": f"{REVIEWED_ANEW} ({REVIEWED_ANEW.mark})"}


async def note_subject_sued(deed: Deed) -> None:
    """Another proper subject has sued: the office will not, unless it supports that suit (R 90)."""
    deed.matter.subject_sued_on = deed.on


async def note_indictment(deed: Deed) -> None:
    """The linked criminal case has been indicted: the incidental suit may follow (R 97)."""
    deed.matter.indicted_on = deed.on

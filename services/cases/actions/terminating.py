"""Terminating a case (R 74, 79, 90)."""

from services.cases.actions.deeds import Deed
from services.cases.events import CaseTerminated
from services.cases.rules.suggestion import ending_for
from services.cases.rules.vocabulary import Ground, Procedure


async def check_termination(deed: Deed) -> None:
    """Refuse a ground that is not open to this case at this stage."""
    ending_for(Ground(deed.content["ground"]), deed.matter.track, deed.matter.stage, deed.rules_of)


async def terminate(deed: Deed) -> None:
    """Terminate the case (终结案件) on its ground; an administrative one is told to the agency (R 74)."""
    case = deed.matter
    ending = ending_for(Ground(deed.content["ground"]), case.track, deed.source, deed.rules_of)
    case.ground, case.terminated_on = ending.ground, deed.on
    deed.basis = ending.basis
    addressed = case.procedure is Procedure.ADMINISTRATIVE and case.agency is not None
    if not addressed:
        deed.rests_on.pop("I7", None)
    deed.event = CaseTerminated(
        case_id=case.id,
        number=case.number,
        office=case.office,
        ground=ending.ground,
        addressee=case.agency if addressed else None,
        document_sha256=deed.content.get("document_sha256"),
    )

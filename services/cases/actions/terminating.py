"""Terminating a case (R 74, 79, 90)."""

from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from services.cases.actions.documents import kept_in
from services.cases.actions.stepping import meet_clocks, stand, take
from services.cases.events import CaseTerminated
from services.cases.rules.suggestion import ending_for
from services.cases.rules.vocabulary import Act, Ground
from services.cases.tables import Case
from shared import journal, ledger
from shared.events import subject_of

# What nobody waits for once the case has ended; the duties to serve and to report remain.
DONE_WITH = ("T7", "T8", "T9", "I3")


async def check_termination(session: AsyncSession, case: Case, content: dict[str, Any], on: date) -> None:
    """Refuse a ground that is not open to this case at this stage, or a document not kept here."""
    ending_for(Ground(content["ground"]), case.track, case.stage)
    await kept_in(session, content["document_sha256"], case.id, case.lead_id)


async def terminate(session: AsyncSession, case: Case, content: dict[str, Any], on: date) -> UUID:
    """Terminate the case (终结案件) on its ground and announce it."""
    ending = ending_for(Ground(content["ground"]), case.track, case.stage)
    step = take(case, Act.TERMINATE, on)
    case.ground, case.terminated_on = ending.ground, on
    await stand(session, case, step.basis, on)
    event = CaseTerminated(case_id=case.id, number=case.number, office=case.office, ground=ending.ground)
    await journal.record(session, subject_of(case.id), event, basis=ending.basis, occurred_on=on)
    await meet_clocks(session, case, step, on)
    await ledger.end(session, case.id, DONE_WITH, "case_terminated")
    return case.id

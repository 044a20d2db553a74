"""What the system believes the law to be, for reading and for asking."""

from datetime import date
from typing import Annotated, Any

from fastapi import Query

from services.cases import queries
from services.cases.rules.flags import Counted
from services.cases.rules.priority import Facts
from services.cases.schemas.sent import CompetenceIn, DeadlineIn, FlagsIn, PriorityIn
from services.cases.schemas.told import CompetenceOut, DeadlineOut, FlagsOut, PriorityOut, RuleOut
from shared.transactions import CurrentActor, Reading, anyone, door_router, frame

router = door_router(prefix="/v1/rules", tags=["rules"])


@router.get("", response_model=list[RuleOut], dependencies=[anyone()])
async def read_rules(
    table: Annotated[str | None, Query(max_length=40)] = None,
    on: Annotated[date | None, Query(description="only rows in force on that day")] = None,
) -> list[dict[str, Any]]:
    """Every row of every table, with its article, how sure it is, and its days in force."""
    return list(queries.rows(table, on))


@router.post("/priority", response_model=PriorityOut, dependencies=[anyone()])
async def ask_priority(body: PriorityIn, session: Reading) -> dict[str, Any]:
    """Which points of emphasis these facts meet, and why; nothing is written."""
    facts = Facts(
        kinds=frozenset(body.kinds),
        groups=frozenset(body.groups),
        sector=body.sector,
        persons=body.persons,
        minors_under_14=body.minors_under_14,
        linked=body.linked,
    )
    return queries.priority(facts, body.on, frame(session).settings.muted_focuses)


@router.post("/flags", response_model=FlagsOut, dependencies=[anyone()])
async def ask_flags(body: FlagsIn) -> dict[str, Any]:
    """Whether these facts may be a crime or a breach of duty, and why: a hint, never a finding."""
    counted = Counted(
        items={each.kind: each.count for each in body.records_by_kind},
        unlawful_gain=body.unlawful_gain,
        insider=body.insider,
        state_organ=body.state_organ,
    )
    return queries.flags(counted, body.on)


@router.post("/competence", response_model=CompetenceOut, dependencies=[anyone()])
async def ask_competence(body: CompetenceIn, actor: CurrentActor, session: Reading) -> dict[str, Any]:
    """Whether an office may file, on which article, and the lawful way out; nothing is written."""
    return queries.competence(frame(session).offices, body.model_dump(), actor.org)


@router.post("/deadline", response_model=DeadlineOut, dependencies=[anyone()])
async def ask_deadline(body: DeadlineIn, session: Reading) -> dict[str, Any]:
    """When a time limit ends, with every step of the counting; nothing is written.

    Asked for an office, an internal limit is the one that binds it: its own, or that of an office above.
    """
    asked = (body.row, body.basis_on, body.procedure, body.office, body.focuses)
    period, told = await queries.period_asked(session, *asked)
    return queries.last_day(frame(session).calendar, body.model_dump(), period, told)

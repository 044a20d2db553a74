"""Many matters at once, made by SQL as the acts would have left them (PostgreSQL)."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy.ext.asyncio import AsyncSession

from shared import clock
from shared.organisations import OfficeTree

BASE_MS = 1_700_000_000_000
ITS_OWN = 100  # matters of the office that is asked as, whatever the size of the table; and grants


@dataclass(frozen=True, slots=True)
class Crowd:
    """So many leads with a case each, spread over the tree; one office has 100 of them, one 100 grants."""

    many: int
    holder: str
    guest: str
    guests: int = ITS_OWN


_ID = "(lpad(to_hex(:base + n), 12, '0') || '{kind}' || '8' || lpad(to_hex(n), 15, '0'))::uuid"
LEAD_ID, CASE_ID = _ID.format(kind="7000"), _ID.format(kind="7001")
_AT = "to_timestamp((:base + n) / 1000.0)"
_ORIGIN = "(CASE WHEN n % 3 = 0 THEN 'assigned' ELSE 'self_handled' END)"
_STAGE = "(ARRAY['opened','investigated','suggestion_served','reviewed','terminated'])[1 + n % 5]"
_PROCEDURE = "(ARRAY['administrative','administrative','civil'])[1 + n % 3]"
_SECTOR = "(ARRAY['medical','education','finance','other'])[1 + n % 4]"
_BEGUN = ":today - (n % 700)::int"
_FROM = """
FROM generate_series(1, :many) n
JOIN unnest(:codes, :paths) WITH ORDINALITY AS o(holder, path, place)
ON o.place = CASE WHEN n % :step = 0 THEN 1 ELSE 2 + n % :offices END
"""

STATEMENTS = (
    f"""INSERT INTO leads (id, number, title, office, epoch, stage, origin, classification, sector, focuses,
    emphasis, last_act_on, at, revision, source, registered_on, summary, harm, processors, violations, kinds,
    groups, places, minors_under_18, minors_under_14, linked, platform, case_id)
    SELECT {LEAD_ID}, 'L-' || n, '医院泄露病历', o.holder, 0, CASE WHEN n % 50 = 0 THEN 'registered'
    ELSE 'filed' END, {_ORIGIN}, 1, {_SECTOR}, '["sensitive"]', n % 4, {_BEGUN}, {_AT}, 1, 'media', {_BEGUN},
    repeat('巡查发现医院泄露病历', 20), '患者信息被收集', '[]', '[]', '[]', '[]', '[]', false, false, false,
    false, {CASE_ID} {_FROM}""",
    f"""INSERT INTO cases (id, number, title, office, epoch, stage, origin, classification, sector, focuses,
    emphasis, last_act_on, at, revision, lead_id, procedure, agency, opened_on, competence)
    SELECT {CASE_ID}, 'C-' || n, '医院泄露病历', o.holder, 0, {_STAGE}, {_ORIGIN}, 1, {_SECTOR},
    '["sensitive"]', n % 4, {_BEGUN}, {_AT}, 1, {LEAD_ID}, {_PROCEDURE}, 'agency-' || n % 500, {_BEGUN},
    '{{}}' {_FROM}""",
    f"""INSERT INTO matters (id, kind, holder, holder_path, epoch, closed, classification, sector, origin)
    SELECT {LEAD_ID}, 'lead', o.holder, o.path, 0, n % 50 <> 0, 1, {_SECTOR}, {_ORIGIN} {_FROM}""",
    f"""INSERT INTO matters (id, kind, holder, holder_path, epoch, closed, classification, sector, origin)
    SELECT {CASE_ID}, 'case', o.holder, o.path, 0, n % 5 = 4, 1, {_SECTOR}, {_ORIGIN} {_FROM}""",
    f"""INSERT INTO grants (matter_id, id, org, scope, ceiling, begins_on)
    SELECT {CASE_ID}, {CASE_ID}, :guest, 'share', 4, :today {_FROM} WHERE n % :guest_step = 1""",
    f"""INSERT INTO clocks (id, matter_id, row, office, basis, statutory, basis_on, due_on, state, breached,
    reminded, calendar_version, trace, warnings)
    SELECT {CASE_ID}, {CASE_ID}, 'T9', o.holder, 'R 47', true, {_BEGUN}, :today + (n % 120)::int - 10,
    CASE WHEN n % 5 = 4 THEN 'met' WHEN n % 120 < 10 THEN 'breached' ELSE 'running' END, n % 120 < 10,
    CASE n % 120 WHEN 10 THEN 0 WHEN 11 THEN 1 WHEN 12 THEN 3 WHEN 13 THEN 3 ELSE 7 END, 'bench', '', ''
    {_FROM}""",
    f"""INSERT INTO acts (id, matter_id, act, stage, office, document, document_name, content, basis, mark,
    occurred_on, done_by, done_by_name, at)
    SELECT {CASE_ID}, {CASE_ID}, (ARRAY['plan','suggest','sue','terminate'])[1 + n % 4], 'opened', o.holder,
    'suggestion', '检察建议书', '{{}}', 'R 75', 'verified', {_BEGUN}, 'prosecutor-' || o.holder, '某某', {_AT}
    {_FROM}""",
    f"""INSERT INTO words (word, thing_id) SELECT w, {CASE_ID} {_FROM} CROSS JOIN LATERAL
    unnest(ARRAY['医院', '院泄', '泄露', '露病', '病历', 'c', 'w' || n / 20, 'focus:sensitive']) w""",
)


async def enter(session: AsyncSession, offices: OfficeTree, crowd: Crowd) -> None:
    """All of them, a statement for each table."""
    others = [each for each in offices if each.code not in (crowd.holder, crowd.guest)]
    placed = [offices.office(crowd.holder), *others]
    values: dict[str, Any] = {
        ":guest_step": crowd.many // crowd.guests,
        ":codes": _array([each.code for each in placed]),
        ":paths": _array([each.path for each in placed]),
        ":base": BASE_MS,
        ":many": crowd.many,
        ":step": crowd.many // ITS_OWN,
        ":offices": len(others),
        ":today": f"DATE '{clock.today()}'",
        ":guest": f"'{crowd.guest}'",
    }
    connection = await (await session.connection()).get_raw_connection()
    driver: Any = connection.driver_connection
    await driver.execute("SET statement_timeout = 0")
    for statement in STATEMENTS:
        for name, value in values.items():
            statement = statement.replace(name, str(value))
        await driver.execute(statement, timeout=600)


def _array(values: Sequence[str]) -> str:
    return "ARRAY[" + ", ".join(f"'{value}'" for value in values) + "]::text[]"

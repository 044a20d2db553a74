"""`verify` names what was tampered with; `reconcile` says what has not arrived."""

from collections.abc import Sequence

import pytest
from sqlalchemy import select, text

from shared import proof
from shared.database import Database
from shared.identity import new_key
from shared.journal import heads
from shared.proof import Verdict
from tests.shared.chains import note, some_matter

KEY = new_key("service-key")


async def tampered(database: Database, *statements: str) -> None:
    """Somebody with the database in hand, past the triggers, changes what must not change."""
    if database.engine.dialect.name == "sqlite":
        before = [f"DROP TRIGGER journal_no_{verb}" for verb in ("update", "delete")]
    else:
        before = ["ALTER TABLE journal DISABLE TRIGGER ALL"]
    async with database.writing() as session:
        for statement in (*before, *statements):
            await session.execute(text(statement))


async def verified(database: Database, seen: dict[str, int] | None = None) -> Verdict:
    """What verify finds."""
    return await proof.verify(database, "left", KEY, seen)


async def checkpointed(database: Database) -> str | None:
    """A checkpoint over what none protects yet."""
    async with database.writing() as session:
        return await proof.checkpoint(session, "left", KEY)


@pytest.fixture
async def chains(database: Database) -> Sequence[str]:
    """Two chains of three rows, in order of their subjects."""
    subjects = sorted(some_matter()[1] for _ in range(2))
    for subject in subjects:
        await note(database, subject, 3, details={"why": "because"})
    return subjects


async def test_an_untouched_journal_is_intact(database: Database, chains: Sequence[str]) -> None:
    verdict = await verified(database, dict.fromkeys(chains, 3))
    assert not verdict.wrong
    assert (verdict.rows, verdict.subjects, verdict.unprotected_rows) == (6, 2, 6)
    assert str(verdict).startswith("left: intact")


@pytest.mark.parametrize("column", ["event", "basis", "actor", "org", "type", "occurred_on", "request_id"])
async def test_a_changed_row_is_named(database: Database, chains: Sequence[str], column: str) -> None:
    value = "2020-01-01" if column == "occurred_on" else "forged"
    await tampered(
        database, f"UPDATE journal SET {column} = '{value}' WHERE subject = '{chains[1]}' AND seq = 2"
    )
    (wrong,) = (await verified(database)).wrong
    assert wrong.startswith(f"{chains[1]} row 2 ")
    assert "changed" in wrong


async def test_changed_details_are_named(database: Database, chains: Sequence[str]) -> None:
    await tampered(
        database, f"UPDATE journal_details SET body = '{{}}' WHERE subject = '{chains[0]}' AND seq = 3"
    )
    (wrong,) = (await verified(database)).wrong
    assert wrong.startswith(f"{chains[0]} row 3 ")
    assert "details" in wrong


async def test_erased_details_are_no_tampering(database: Database, chains: Sequence[str]) -> None:
    await tampered(database, f"DELETE FROM journal_details WHERE subject = '{chains[0]}'")
    assert not (await verified(database)).wrong


async def test_a_missing_row_is_named(database: Database, chains: Sequence[str]) -> None:
    await tampered(database, f"DELETE FROM journal WHERE subject = '{chains[0]}' AND seq = 2")
    assert any(chains[0] in wrong and "2" in wrong for wrong in (await verified(database)).wrong)


async def test_a_missing_tail_is_named_by_its_head(database: Database, chains: Sequence[str]) -> None:
    await tampered(database, f"DELETE FROM journal WHERE subject = '{chains[0]}' AND seq = 3")
    (wrong,) = (await verified(database)).wrong
    assert wrong.startswith(f"{chains[0]}: the head says 3")


async def _cut(database: Database, subject: str) -> None:
    """The last row gone, and the head set back as if it had never been."""
    async with database.reading() as session:
        from tests.shared.chains import rows_of

        second = (await rows_of(database, subject))[1]
        assert await session.scalar(select(heads.c.seq).where(heads.c.subject == subject)) == 3
    await tampered(
        database,
        f"DELETE FROM journal_details WHERE subject = '{subject}' AND seq = 3",
        f"DELETE FROM journal WHERE subject = '{subject}' AND seq = 3",
        f"UPDATE heads SET seq = 2, hash = '{second.hash}' WHERE subject = '{subject}'",
    )


async def test_a_tail_cut_with_its_head_is_named_by_a_peer(database: Database, chains: Sequence[str]) -> None:
    await _cut(database, chains[0])
    assert not (await verified(database)).wrong
    (wrong,) = (await verified(database, {chains[0]: 3})).wrong
    assert wrong.startswith(f"{chains[0]}: a peer has seen row 3")


async def test_a_tail_cut_with_its_head_is_named_by_a_checkpoint(
    database: Database, chains: Sequence[str]
) -> None:
    assert await checkpointed(database)
    await _cut(database, chains[0])
    assert any(chains[0] in wrong and "checkpoint 1" in wrong for wrong in (await verified(database)).wrong)


async def test_a_missing_subject_is_named(database: Database, chains: Sequence[str]) -> None:
    await checkpointed(database)
    await tampered(
        database,
        *(
            f"DELETE FROM {table} WHERE subject = '{chains[0]}'"
            for table in ("journal", "journal_details", "heads")
        ),
    )
    assert any(wrong.startswith(chains[0]) for wrong in (await verified(database)).wrong)


async def test_a_whole_chain_written_anew_is_named_by_a_checkpoint(
    database: Database, chains: Sequence[str]
) -> None:
    await checkpointed(database)
    await tampered(
        database,
        *(
            f"DELETE FROM {table} WHERE subject = '{chains[0]}'"
            for table in ("journal", "journal_details", "heads")
        ),
    )
    await note(database, chains[0], 3)
    assert any(
        wrong.startswith(chains[0]) and "checkpoint 1" in wrong for wrong in (await verified(database)).wrong
    )


async def test_checkpoints_follow_each_other_and_cover_what_changed(
    database: Database, chains: Sequence[str]
) -> None:
    assert await checkpointed(database)
    assert await checkpointed(database) is None
    await note(database, chains[0])
    assert (await verified(database)).unprotected_rows == 1
    assert await checkpointed(database)
    verdict = await verified(database)
    assert (verdict.checkpoints, verdict.unprotected_rows, verdict.wrong) == (2, 0, [])


async def test_a_checkpoint_left_out_or_forged_is_named(database: Database, chains: Sequence[str]) -> None:
    for _ in range(3):
        await checkpointed(database)
        await note(database, chains[0])
    await tampered(database, "DELETE FROM checkpoints WHERE number = 2")
    assert any("checkpoint" in wrong for wrong in (await verified(database)).wrong)
    stranger = await proof.verify(database, "left", new_key("service-key"))
    assert any("signature" in wrong for wrong in stranger.wrong)

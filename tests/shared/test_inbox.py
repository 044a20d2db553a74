"""The inbox: once in effect and in order per subject, whatever arrives, how often and in which order."""

from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select, update

from shared import clock
from shared.bus.memory import MemoryBus
from shared.events import Envelope
from shared.inbox import NotWaiting, Why, parked
from shared.inbox.applying import TRIES
from shared.inbox.waiting import PATIENCE
from tests import given
from tests.running import Alone, envelope, waits
from tests.shared.chains import some_matter
from tests.shared.sample.service import HeardNote

OPERATOR = given.admin()


async def effects(app: Alone) -> list[tuple[str, int, str]]:
    """What took effect, in that order: source, number, words."""
    async with app.reading() as session:
        rows = await session.scalars(select(HeardNote).order_by(HeardNote.number))
        return [(row.source, row.seq, row.words) for row in rows]


def said(subject: str, seq: int, words: str = "", source: str = "right") -> Envelope:
    """The note of that number in a chain of `right`."""
    return envelope(source, subject, seq, f"{source}.noted", {"words": words or f"note {seq}", "more": 1})


async def take(app: Alone, *batch: Envelope) -> None:
    """A batch arrives."""
    await app.frame.inbox.take(batch)


def notes(*numbers: int) -> list[tuple[str, int, str]]:
    """The effects of those notes of `right`."""
    return [("right", number, f"note {number}") for number in numbers]


async def test_a_redelivery_changes_nothing(sample_app: Alone) -> None:
    _, subject = some_matter()
    one, two = said(subject, 1), said(subject, 2)
    await take(sample_app, one, two)
    await take(sample_app, two)
    await take(sample_app, one, two)
    assert await effects(sample_app) == notes(1, 2)


async def test_one_event_twice_in_one_batch_takes_effect_once(sample_app: Alone) -> None:
    _, subject = some_matter()
    one, two = said(subject, 1), said(subject, 2)
    await take(sample_app, one, one, two, one, two)
    assert await effects(sample_app) == notes(1, 2)


async def test_what_comes_too_early_waits_for_what_is_missing(sample_app: Alone) -> None:
    _, subject = some_matter()
    await take(sample_app, said(subject, 3))
    await take(sample_app, said(subject, 2), said(subject, 3))
    assert await effects(sample_app) == []
    await take(sample_app, said(subject, 1))
    assert await effects(sample_app) == notes(1, 2, 3)
    assert await waits(sample_app.frame, said(subject, 3)) is None


async def test_a_gap_stops_only_its_own_subject_and_source(sample_app: Alone) -> None:
    (_, first), (_, second) = some_matter(), some_matter()
    await take(sample_app, said(first, 2), said(second, 1), said(first, 1, "from afar", source="far"))
    assert set(await effects(sample_app)) == {("right", 1, "note 1"), ("far", 1, "from afar")}


async def test_a_batch_in_reverse_order_takes_effect_in_order(sample_app: Alone) -> None:
    _, subject = some_matter()
    await take(sample_app, *(said(subject, seq) for seq in range(20, 0, -1)))
    assert await effects(sample_app) == notes(*range(1, 21))


async def test_what_is_missing_too_long_is_fetched_from_its_source(
    sample_app: Alone, monkeypatch: pytest.MonkeyPatch
) -> None:
    _, subject = some_matter()
    asked: list[tuple[str, int]] = []

    async def journal_of(_: MemoryBus, source: str, about: str, after: int, limit: int) -> Sequence[Envelope]:
        asked.append((about, after))
        return [said(subject, seq) for seq in range(after + 1, 5)]

    monkeypatch.setattr(MemoryBus, "journal_of", journal_of)
    await take(sample_app, said(subject, 1), said(subject, 4))
    await sample_app.frame.inbox.tend()
    assert asked == []  # not yet: it may still be on its way
    await _long_ago(sample_app)
    await sample_app.frame.inbox.tend()
    assert asked == [(subject, 1)]
    assert await effects(sample_app) == notes(1, 2, 3, 4)


async def _long_ago(app: Alone) -> None:
    """What waits has waited beyond patience."""
    async with app.writing() as session:
        since = clock.now() - PATIENCE - timedelta(seconds=1)
        await session.execute(update(parked).values(since=since))


async def test_the_sweep_finds_a_lost_last_event(sample_app: Alone, monkeypatch: pytest.MonkeyPatch) -> None:
    _, subject = some_matter()
    pages: dict[str, list[tuple[str, int]]] = {"": [(subject, 2)]}

    async def heads_of(_: MemoryBus, source: str, after: str, limit: int) -> Sequence[tuple[str, int]]:
        return pages.get(after, []) if source == "right" else []

    async def journal_of(_: MemoryBus, source: str, about: str, after: int, limit: int) -> Sequence[Envelope]:
        return [said(subject, seq) for seq in range(after + 1, 3)]

    monkeypatch.setattr(MemoryBus, "heads_of", heads_of)
    monkeypatch.setattr(MemoryBus, "journal_of", journal_of)
    await take(sample_app, said(subject, 1))
    assert await sample_app.frame.inbox.sweep() == 1
    assert await effects(sample_app) == notes(1, 2)
    assert await sample_app.frame.inbox.sweep() == 0


# --- A prerequisite from another source --------------------------------------------------------------


async def test_what_is_not_yet_waits_and_is_applied_when_its_cause_has_come(sample_app: Alone) -> None:
    _, subject = some_matter()
    early = said(subject, 1, "after the cause")
    await take(sample_app, early, said(subject, 2))
    assert await waits(sample_app.frame, early) is Why.NOT_YET
    assert await effects(sample_app) == []
    await take(sample_app, said(subject, 1, "the cause", source="far"))
    assert await effects(sample_app) == [
        ("far", 1, "the cause"),
        ("right", 1, "after the cause"),
        ("right", 2, "note 2"),
    ]


async def test_waiting_is_never_counted_as_poison(sample_app: Alone) -> None:
    _, subject = some_matter()
    early = said(subject, 1, "after the cause")
    for _ in range(TRIES + 2):
        await take(sample_app, early)
        await sample_app.frame.inbox.tend()
    assert await waits(sample_app.frame, early) is Why.NOT_YET


async def test_two_that_wait_for_each_others_sources_are_both_applied(sample_app: Alone) -> None:
    _, subject = some_matter()
    await take(sample_app, said(subject, 1, "after b"), said(subject, 1, "after c", source="far"))
    await take(sample_app, said(subject, 2, "c"))
    assert await effects(sample_app) == []
    (_, elsewhere) = some_matter()
    await take(sample_app, said(elsewhere, 1, "b", source="far"))
    await sample_app.frame.inbox.tend()
    assert {words for _, _, words in await effects(sample_app)} == {"b", "after b", "c", "after c"}


# --- Poison ------------------------------------------------------------------------------------------


async def test_what_cannot_be_applied_stops_only_its_own_chain(sample_app: Alone) -> None:
    (_, bad), (_, good) = some_matter(), some_matter()
    poison = said(bad, 2, "poison")
    await take(sample_app, said(bad, 1), poison, said(bad, 3), said(good, 1), said(good, 2))
    assert await waits(sample_app.frame, poison) is Why.QUARANTINED
    assert sorted(await effects(sample_app)) == sorted([*notes(1), *notes(1, 2)])
    assert (await sample_app.frame.inbox.measure())["quarantined"] == 1


async def test_a_quarantined_event_is_not_tried_again_by_itself(sample_app: Alone) -> None:
    _, subject = some_matter()
    poison = said(subject, 1, "poison")
    for _ in range(3):
        await take(sample_app, poison)
        await sample_app.frame.inbox.tend()
    assert await waits(sample_app.frame, poison) is Why.QUARANTINED
    assert await effects(sample_app) == []


async def test_an_operator_can_have_it_tried_again(sample_app: Alone) -> None:
    _, subject = some_matter()
    poison = said(subject, 1, "poison")
    await take(sample_app, poison, said(subject, 2))
    assert not await sample_app.frame.inbox.retry("right", subject, 1)
    assert await waits(sample_app.frame, poison) is Why.QUARANTINED
    await _mended(sample_app, poison)
    assert await sample_app.frame.inbox.retry("right", subject, 1)
    assert await effects(sample_app) == [("right", 1, "mended"), *notes(2)]


async def _mended(app: Alone, poison: Envelope) -> None:
    """What made it poison is gone (here: the words themselves; in life a faulty reaction)."""
    cured = said(poison.subject, poison.seq, "mended").encode().decode()
    async with app.writing() as session:
        await session.execute(update(parked).where(parked.c.seq == poison.seq).values(envelope=cured))


async def test_an_operator_can_pass_over_it_with_a_reason_that_is_recorded(sample_app: Alone) -> None:
    _, subject = some_matter()
    poison = said(subject, 1, "poison")
    await take(sample_app, poison, said(subject, 2))
    operator = await sample_app.frame.identity.actor(OPERATOR.token())
    with pytest.raises(NotWaiting, match="turn"):
        await sample_app.frame.inbox.skip("right", subject, 2, "why not", operator)
    await sample_app.frame.inbox.skip("right", subject, 1, "sent by mistake", operator)
    assert await effects(sample_app) == notes(2)
    (skipped,) = await sample_app.recorded("event_skipped")
    assert (skipped.subject, skipped.body["skipped_seq"], skipped.org) == (subject, 1, OPERATOR.org)
    assert "mistake" not in str(skipped.body)


async def test_what_does_not_wait_is_neither_tried_again_nor_passed_over(sample_app: Alone) -> None:
    _, subject = some_matter()
    await take(sample_app, said(subject, 1))
    operator = await sample_app.frame.identity.actor(OPERATOR.token())
    for seq in (1, 2, 7):
        with pytest.raises(NotWaiting):
            await sample_app.frame.inbox.retry("right", subject, seq)
        with pytest.raises(NotWaiting):
            await sample_app.frame.inbox.skip("right", subject, seq, "a slip of the hand", operator)
    await take(sample_app, said(subject, 2))
    assert await effects(sample_app) == notes(1, 2), "what comes later is not taken for passed over"
    assert not await sample_app.recorded("event_skipped")


async def test_what_its_source_has_lost_is_passed_over_when_later_ones_wait_for_it(
    sample_app: Alone,
) -> None:
    _, subject = some_matter()
    await take(sample_app, said(subject, 1), said(subject, 3))
    operator = await sample_app.frame.identity.actor(OPERATOR.token())
    await sample_app.frame.inbox.skip("right", subject, 2, "the source was restored", operator)
    assert await effects(sample_app) == notes(1, 3)


async def test_a_poisoned_batch_leaves_no_half_effects(sample_app: Alone) -> None:
    subjects = [some_matter()[1] for _ in range(5)]
    batch: list[Any] = [said(subject, 1) for subject in subjects]
    batch.insert(3, said(some_matter()[1], 1, "poison"))
    await take(sample_app, *batch)
    await take(sample_app, *batch)
    assert await effects(sample_app) == notes(1) * 5


async def test_a_chain_that_stands_still_costs_the_others_nothing(
    sample_app: Alone, statements: Callable[[], AbstractContextManager[list[str]]]
) -> None:
    seen = []
    for _ in range(2):
        await sample_app.frame.inbox.tend()
        with statements() as counted:
            await take(sample_app, said(some_matter()[1], 1))
        seen.append(len(counted))
        _, bad = some_matter()
        await take(sample_app, said(bad, 1, "poison"), said(bad, 2))
    assert (await sample_app.frame.inbox.measure()) == {"quarantined": 2, "gap": 2}
    assert seen[0] == seen[1]

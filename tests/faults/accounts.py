"""The one check after every fault: nothing lost, nothing doubled, order kept, nothing stuck, all agreed."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from services.notifications import reconciliation
from shared import proof
from shared.database import Database
from shared.identity import read_key
from shared.organisations import OfficeTree
from tests.asking import eventually
from tests.faults.fleet import Fleet
from tests.journeys.world import HEARS
from tests.running import SERVICES

SETTLE_SECONDS = 120.0
Chain = tuple[str, str]


@dataclass(slots=True)
class Account:
    """What was found; the three lists name the first of each kind, and must be empty."""

    events: int = 0
    effects: int = 0
    deliveries: int = 0
    repeated: int = 0
    kills: int = 0
    losses: list[str] = field(default_factory=list)
    doubles: list[str] = field(default_factory=list)
    order_errors: list[str] = field(default_factory=list)

    def __str__(self) -> str:
        wrong = (
            f"losses {len(self.losses)}, doubles {len(self.doubles)}, order errors {len(self.order_errors)}"
        )
        done = f"events {self.events}, effects {self.effects}, kills {self.kills}"
        return f"{done}, {wrong}; deliveries {self.deliveries}, repeated on the wire {self.repeated}"

    @property
    def sound(self) -> bool:
        """Whether nothing was lost, doubled or disordered."""
        return not (self.losses or self.doubles or self.order_errors)


async def account(fleet: Fleet, parked: Sequence[tuple[str, str]] = ()) -> Account:
    """Wait until everything has come to rest, then count; asserts that all is as it should be.

    `parked` names readers and subjects that are known to wait, because a test wants them to.
    """
    found = Account(kills=fleet.kills)
    async with fleet.open_databases() as databases:
        await at_rest(fleet, databases, {subject for _, subject in parked})
        await _effects(fleet, found, set(parked))
        await _deliveries(fleet, found)
        await _custody(fleet)
        await _proven(databases, fleet.keys["signing_key_file"], complete=not parked)
    await _answers(fleet, found)
    assert found.sound, (str(found), found.losses[:3], found.doubles[:3], found.order_errors[:3])
    return found


# --- At rest -----------------------------------------------------------------------------------------


async def at_rest(fleet: Fleet, databases: Mapping[str, Database], parked: set[str]) -> None:
    """Nothing is on its way any more, but for what is known to be parked."""
    before: list[str] = []

    async def resting() -> bool:
        nonlocal before
        accounts = await proof.reconcile(databases, HEARS)
        behind = [str(each) for each in accounts if _behind(each, parked)]
        assert not behind, behind
        await _nothing_stuck(fleet, parked)
        last, before = before, [str(each) for each in accounts]
        return last == before

    await eventually(resting, within=SETTLE_SECONDS)


def _behind(account: proof.Account, parked: set[str]) -> bool:
    return bool(account.unsent) or any(line.split(" ")[0] not in parked for line in account.behind)


STUCK = {
    "notifications": (
        "SELECT id::text, state FROM deliveries WHERE state <> 'delivered'",
        "SELECT id::text, 'leased' FROM lanes WHERE lease_until > now()",
    ),
    "referrals": (
        "SELECT id::text, stage FROM referrals WHERE moves_custody AND stage IN ('issued', 'received')",
    ),
}


async def _nothing_stuck(fleet: Fleet, parked: set[str]) -> None:
    for name in SERVICES:
        waiting = await fleet.look(name, "SELECT source, subject, seq, state, error FROM parked")
        assert not [row for row in waiting if row["subject"] not in parked], (name, waiting[:3])
        for query in STUCK.get(name, ()):
            stuck = await fleet.look(name, query)
            assert not stuck, (name, len(stuck), stuck[:3])


# --- Events and effects ------------------------------------------------------------------------------


async def _effects(fleet: Fleet, found: Account, parked: set[tuple[str, str]]) -> None:
    """Every recorded event took effect in every reader once, in the order of its chain."""
    ends: dict[Chain, int] = {}
    for source in SERVICES:
        for row in await fleet.look(source, "SELECT subject, max(seq) AS seq FROM journal GROUP BY subject"):
            ends[source, row["subject"]] = row["seq"]
    found.events = sum(ends.values())
    for reader, sources in HEARS.items():
        seen: dict[Chain, list[int]] = defaultdict(list)
        for row in await fleet.look(reader, "SELECT source, subject, seq FROM effects ORDER BY number"):
            seen[row["source"], row["subject"]].append(row["seq"])
            found.effects += 1
        for chain, end in ends.items():
            if chain[0] in sources and (reader, chain[1]) not in parked:
                _compare(found, f"{reader} of {chain}", seen.pop(chain, []), end)


def _compare(found: Account, where: str, seen: Sequence[int], end: int) -> None:
    wanted = list(range(1, end + 1))
    found.losses += [f"{where}: {seq}" for seq in wanted if seq not in set(seen)]
    found.doubles += [f"{where}: {seq}" for seq in set(seen) if seen.count(seq) > 1]
    found.order_errors += [f"{where}: {b} after {a}" for a, b in _descents(seen)]


def _descents(numbers: Iterable[int]) -> list[tuple[int, int]]:
    return [(a, b) for a, b in pairwise(numbers) if b < a]


# --- Deliveries --------------------------------------------------------------------------------------

LANES = """
    SELECT e.url, d.matter_id::text AS matter, d.number, d.event_id::text AS event, l.last_number
    FROM deliveries d JOIN lanes l ON l.id = d.lane_id JOIN endpoints e ON e.id = d.endpoint_id
    WHERE d.trigger = 'event' ORDER BY d.lane_id, d.number
"""


async def _deliveries(fleet: Fleet, found: Account) -> None:
    """Every lane counts without a gap, follows its sources, and arrived in its order."""
    numbers = {}
    for source in ("cases", "referrals"):
        for row in await fleet.look(source, "SELECT id::text AS id, seq FROM journal"):
            numbers[row["id"]] = (source, row["seq"])
    lanes: dict[Chain, list[Any]] = defaultdict(list)
    for row in await fleet.look("notifications", LANES):
        lanes[urlsplit(row["url"]).path, row["matter"]].append(row)
        found.deliveries += 1
    arrived = _arrived(fleet, found)
    for lane, rows in lanes.items():
        _compare(found, f"lane {lane}", [row["number"] for row in rows], rows[0]["last_number"])
        for source in ("cases", "referrals"):
            seqs = [numbers[row["event"]][1] for row in rows if numbers[row["event"]][0] == source]
            found.order_errors += [f"lane {lane}: {source} {b} after {a}" for a, b in _descents(seqs)]
        wire = arrived.pop(lane, {})
        sent = {row["event"]: row["number"] for row in rows}
        found.losses += [f"wire {lane}: {number}" for event, number in sent.items() if event not in wire]
        found.doubles += [f"wire {lane}: {number}" for event, number in wire.items() if event not in sent]
        found.order_errors += [f"wire {lane}: {b} after {a}" for a, b in _descents(wire.values())]
    assert not arrived, list(arrived)[:3]


def _arrived(fleet: Fleet, found: Account) -> dict[Chain, dict[str, int]]:
    """What each lane brought, by event, in the order in which each was first seen."""
    arrived: dict[Chain, dict[str, int]] = defaultdict(dict)
    for each in list(fleet.outside.arrivals):
        lane = arrived[each.path, each.matter]
        found.repeated += each.id in lane
        assert lane.setdefault(each.id, each.sequence) == each.sequence, "a repetition is the same message"
    return arrived


# --- Custody -----------------------------------------------------------------------------------------

STANDS = "SELECT id::text AS id, holder, epoch, closed, moving::text AS moving FROM matters ORDER BY id"
HELD = """
    SELECT id::text AS id, office, epoch, moving::text AS moving FROM leads
    UNION ALL SELECT id::text, office, epoch, moving::text FROM cases ORDER BY id
"""
GRANTS = "SELECT matter_id::text, id::text, org, scope FROM grants ORDER BY 1, 2, 3"
MOVES = "SELECT subject, count(*) AS moves FROM journal WHERE type = 'cases.custody_moved' GROUP BY subject"
ORDERS = "SELECT id::text AS id, matter_id::text AS matter, stage, epoch FROM referrals WHERE moves_custody"


async def _custody(fleet: Fleet) -> None:
    """One holder of each matter, everywhere the same; locked only by what is armed; moved as said."""
    stands = {name: await fleet.look(name, STANDS) for name in SERVICES}
    assert stands["cases"] == stands["referrals"] == stands["notifications"]
    grants = [await fleet.look(name, GRANTS) for name in SERVICES]
    assert grants[0] == grants[1] == grants[2]
    held = [tuple(row) for row in await fleet.look("cases", HELD)]
    assert held == [(r["id"], r["holder"], r["epoch"], r["moving"]) for r in stands["cases"]]
    orders = {row["id"]: row for row in await fleet.look("referrals", ORDERS)}
    armed = {row["matter"]: row["id"] for row in orders.values() if row["stage"] == "armed"}
    locked = {row["id"]: row["moving"] for row in stands["cases"] if row["moving"]}
    assert locked == armed, "at rest a matter is locked by the order that is armed, and by no other"
    assert not [row["id"] for row in stands["cases"] if row["closed"] and row["moving"]]
    moves = {row["subject"].removeprefix("matter/"): row["moves"] for row in await fleet.look("cases", MOVES)}
    assert moves == {row["id"]: row["epoch"] for row in stands["cases"] if row["epoch"]}
    epochs = [(row["matter"], row["epoch"]) for row in orders.values() if row["stage"] == "in_force"]
    assert len(epochs) == len(set(epochs)) == sum(moves.values()), "each move is in force by one order"


# --- Proof -------------------------------------------------------------------------------------------


async def _proven(databases: Mapping[str, Database], key_file: Path, *, complete: bool) -> None:
    """`verify` finds every chain intact, `reconcile` every event and delivery."""
    key = read_key(key_file)
    for name in SERVICES:
        verdict = await proof.verify(databases[name], name, key, await proof.seen_of(databases, name))
        assert not verdict.wrong, str(verdict)
    if complete:
        accounts = await proof.reconcile(databases, HEARS)
        assert all(each.complete for each in accounts), [str(each) for each in accounts]
        sources = {name: databases[name] for name in HEARS["notifications"]}
        deliveries = await reconciliation.account(databases["notifications"], sources, OfficeTree.load())
        assert deliveries.complete, str(deliveries)


async def _answers(fleet: Fleet, found: Account) -> None:
    """What was answered is there, and nothing is there twice because an answer was lost."""
    there = {row["id"] for row in await fleet.look("cases", "SELECT id::text AS id FROM leads")}
    found.losses += [f"answered lead {lead}" for lead in fleet.answered - there]
    found.doubles += [f"lead {lead} that nobody was told of" for lead in there - fleet.answered]

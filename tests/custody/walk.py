"""Whatever offices do and the bus and the processes suffer: one holder, moved only by orders received.

Random walks over the real code: offices issue, sign, withdraw, lift, ask, approve, decline and release;
a lead ends declined, opened as a case or split, and its case and parts go on; events are delayed, reordered,
doubled and lost; services die before or after any commit. The invariants are those of the custody protocol:
some after each step, the others at rest.
"""

import asyncio
from collections import Counter
from collections.abc import Callable, Coroutine
from dataclasses import dataclass, field
from datetime import timedelta
from itertools import pairwise, product
from typing import Any, ClassVar, TypeVar
from uuid import UUID

from hypothesis import note
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    rule,
)

from services.referrals.rules.authority import Order
from services.referrals.rules.lifecycle import OVER, Stage
from services.referrals.rules.modes import Track, mode_for
from services.referrals.rules.vocabulary import MatterKind, Mode
from services.referrals.tables import Referral
from shared import clock
from shared.identity import Role
from shared.standing import Standing
from tests import given
from tests.custody.resting import STAFF, check_leave, check_over, leave_of
from tests.custody.wire import CASES, REFERRALS, When, Wire
from tests.given import CITY, DISTRICT, NEIGHBOUR, PROVINCE
from tests.running import SERVICES

T = TypeVar("T")
OFFICES = (PROVINCE, CITY, DISTRICT, NEIGHBOUR)
MATTERS_A_WORLD = 100
LIKELY = {"truth": "likely", "checkable": True, "outcome": "to_file", "opinion": "属实"}
UNTRUE = {"truth": "untrue", "checkable": True, "outcome": "to_decline", "opinion": "不实"}
PART = {"title": "另一部分", "addressee": NEIGHBOUR, "mode": Mode.ASSIGN}
SPLITTING = {"reason": "分案", "parts_of_lead": [{"title": "一部分"}, PART]}
# What a lead comes to: how it is assessed, and the act that is then proposed.
ENDINGS: dict[str, tuple[dict[str, Any], str, dict[str, Any]]] = {
    "decline": (UNTRUE, "declining", {"reason": "不属实"}),
    "open": (LIKELY, "filing", {"procedure": "civil"}),
    "split": (LIKELY, "splitting", SPLITTING),
}
MODES = (
    *(Mode.ASSIGN, Mode.TAKE_UP, Mode.DESIGNATE, Mode.TRANSFER_LEAD, Mode.TRANSFER_CASE) * 2,
    *(Mode.SUPERVISE, Mode.TAKE_LEAD, Mode.CALL_UP, Mode.ENTRUST_INVESTIGATION, Mode.REPORT_FOR_RECORD),
    *(Mode.REQUEST_TAKE_UP, Mode.REQUEST_DESIGNATION),
)
ANY = st.integers(0, 7)
BETWEEN = (CASES, REFERRALS)  # the third only listens: it hears all at rest
PICK = st.sampled_from((0, 0, 0, 1, 2))  # mostly the newest
ODD = st.sampled_from((False,) * 5 + (True,))
DOOM = st.sampled_from((*product(BETWEEN, When), None, None, None, None))
DEEDS = (
    *(("issue",) * 6 + ("sign",) * 6 + ("through",) * 4 + ("decide",) * 2 + ("withdraw",) * 3),
    *("lift", "release", *ENDINGS),
)
MISHAPS = (
    ("all",) * 4 + ("flow",) * 4 + ("publish", "deliver", "deliver", "again", "lose", "tend", "die", "die")
)
MOVING = frozenset({(Track.CUSTODY, Stage.ISSUED), (Track.CUSTODY, Stage.ARMED)})
ASKED = frozenset({(Track.REQUEST, Stage.ISSUED), (Track.REQUEST, Stage.OPINED)})
SIGNED = frozenset({(Track.CUSTODY, Stage.ARMED)}) | {
    (track, stage)
    for track in (Track.CUSTODY, Track.STANDING, Track.ENTRUSTMENT, Track.RECORD)
    for stage in (Stage.ISSUED, Stage.SENT)
}


@dataclass
class Ground:
    """Where walks happen: one loop, one world for many of them, and what they did."""

    runner: asyncio.Runner
    make: Callable[[], Wire]
    wire: Wire | None = None
    left: int = 0
    steps: Counter[str] = field(default_factory=Counter)

    async def world(self) -> Wire:
        """The world for one more walk; a fresh one when the last is used up, or a walk ended badly there."""
        if self.wire is None or self.left == 0:
            await self.end()
            self.wire = self.make()
            await self.wire.start()
            self.left = MATTERS_A_WORLD
        self.left -= 1
        return self.wire

    async def end(self) -> None:
        """The world is gone."""
        if self.wire is not None:
            self.steps["a service died"] += self.wire.deaths
            await self.wire.stop()
        self.wire = None


class Custody(RuleBasedStateMachine):
    """One lead and what becomes of it, four offices in one line, three services."""

    ground: ClassVar[Ground]

    def __init__(self) -> None:
        super().__init__()
        self.world = self.run(self.ground.world())
        self.matters: list[UUID] = []
        self.seen: Counter[UUID] = Counter()
        self.fine = False

    def run(self, step: Coroutine[Any, Any, T]) -> T:
        """One step, to its end."""
        return self.ground.runner.run(step)

    # --- The beginning and the end -------------------------------------------------------------------

    @initialize(holder=st.sampled_from((CITY, PROVINCE, DISTRICT)))
    def begin(self, holder: str) -> None:
        """A lead is registered in a world where all is at rest."""
        self.run(self._begin(holder))
        self.fine = True

    async def _begin(self, holder: str) -> None:
        said = {
            "title": "人脸识别",
            "source": "media",
            "summary": "刷脸",
            "harm": "过度收集",
            "places": [holder],
        }
        lead = await self.world.client.create("/cases/v1/leads", said, by=given.prosecutor(holder))
        self.matters.append(UUID(lead["id"]))
        await self.world.all_arrives()

    def teardown(self) -> None:
        """Everything comes to rest, and then all of it must agree."""
        if not self.fine:
            return
        try:
            self.run(self._rest())
        except BaseException:
            self.ground.left = 0
            raise

    # --- What offices do -----------------------------------------------------------------------------

    @rule(what=st.sampled_from(DEEDS), mode=st.sampled_from(MODES), pick=PICK, odd=ODD, doom=DOOM)
    def an_office(self, what: str, mode: Mode, pick: int, odd: bool, doom: tuple[str, When] | None) -> None:
        """An office does something, and perhaps a service dies of it.

        `odd` is a stale look, a request passed on, another way of ending, or an early signature.
        """
        matter = self.matters[-1 - pick % len(self.matters)]
        if what in ENDINGS:
            self.run(self._end(what, matter, odd, doom))
        else:
            self._doom(doom)
            self.run(getattr(self, f"_{what}")(matter, mode, pick, odd))
        self.run(self._offspring())

    def _doom(self, doom: tuple[str, When] | None) -> None:
        if doom is not None:
            self.world.dying[doom[0]] = doom[1]

    async def _offspring(self) -> None:
        """What the leads became, however the answer went: it is a matter from then on."""
        found = await self.world.offspring(self.matters)
        self.matters += [each for each in found if each not in self.matters]

    async def _issue(self, matter: UUID, mode: Mode, pick: int, stale: bool) -> None:
        seen = await self.world.standing(REFERRALS, matter)
        if seen is None:
            return
        lawful = self._lawful(mode, seen)
        if not lawful:
            return
        issuer, addressee = lawful[pick % len(lawful)]
        body = _body(mode, matter, issuer, addressee, seen.holder)
        body["basis_epoch"] = max(seen.epoch - stale, 0)
        person = given.chief(issuer).also(Role.PROSECUTOR)
        self._note(f"issue {mode}", await self.world.asked("/referrals/v1/referrals", body, person))

    async def _through(self, matter: UUID, mode: Mode, pick: int, _: bool) -> None:
        """An order that is issued, received and carried out, whatever else is under way."""
        await self._issue(matter, mode, pick, stale=False)
        await self._sign(matter, mode, 0, odd=False)
        await self.world.all_arrives()

    def _lawful(self, mode: Mode, seen: Standing) -> list[tuple[str, str]]:
        """Which of these offices may issue that to which."""
        row, tree = mode_for(mode, clock.today()), self.world.frame(REFERRALS).offices
        pairs = ((issuer, addressee) for issuer in OFFICES for addressee in OFFICES)
        return [
            (issuer, addressee)
            for issuer, addressee in pairs
            if row.authority.holds(Order(tree, issuer, addressee, seen.holder, MatterKind(seen.kind)))
        ]

    async def _sign(self, matter: UUID, _: Mode, pick: int, odd: bool) -> None:
        if not odd:  # whoever signs has usually been told before
            await self.world.all_arrives()
        await self._acted(matter, pick, "receipt", lambda one: given.clerk(one.addressee), {}, SIGNED)

    async def _withdraw(self, matter: UUID, _: Mode, pick: int, odd: bool) -> None:
        among = frozenset() if odd else MOVING
        await self._acted(
            matter, pick, "withdrawal", lambda one: given.chief(one.issuer), {"reason": "改派"}, among
        )

    async def _lift(self, matter: UUID, _: Mode, pick: int, odd: bool) -> None:
        act = "closing" if odd else "lifting"
        await self._acted(matter, pick, act, lambda one: given.chief(one.issuer), {"reason": "完成"})

    async def _decide(self, matter: UUID, _: Mode, pick: int, odd: bool) -> None:
        approval = {"decision": {"number": "1", "decided_on": clock.today().isoformat()}}
        body: dict[str, Any] = {"agrees": True, "opinion": "同意"} if odd else approval
        act, who = "opinion" if odd else "approval", lambda one: given.chief(one.addressee)
        await self._acted(matter, pick, act, who, body, ASKED)

    async def _acted(
        self,
        matter: UUID,
        pick: int,
        act: str,
        who: Callable[[Referral], given.Person],
        body: Any,
        among: frozenset[tuple[Track, Stage]] = frozenset(),
    ) -> None:
        found = [
            each
            for each in await self.world.referrals(matter)
            if each.stage not in OVER and (each.track, each.stage) in (among or {(each.track, each.stage)})
        ]
        if not found:
            return
        one = found[-1 - pick % len(found)]
        path = f"/referrals/v1/referrals/{one.id}/{act}"
        status = await self.world.asked(path, body, who(one), f'"{one.revision}"')
        self._note(f"{act} {one.mode}", status)

    async def _end(self, how: str, matter: UUID, odd: bool, doom: tuple[str, When] | None) -> None:
        """The office that holds the lead declines it, opens a case on it or splits it, as far as it gets."""
        stands = await self.world.standing(CASES, matter)
        assert stands is not None
        if stands.kind != MatterKind.LEAD or (how == "decline" and not odd):
            return
        assessment, act, body = ENDINGS[how]
        path, holder = f"/cases/v1/leads/{matter}", stands.holder
        prosecutor = given.prosecutor(holder)
        await self._as_it_stands(path, "assessment", assessment, prosecutor)
        await self._as_it_stands(path, act, body, prosecutor)
        found = await self.world.client.read("/cases/v1/proposals", prosecutor, matter_id=str(matter))
        for proposal in found["items"]:
            where, review = f"/cases/v1/proposals/{proposal['id']}", {"agrees": True, "opinion": "同意"}
            await self._as_it_stands(where, "review", review, given.department_head(holder))
            self._doom(doom)
            await self._as_it_stands(where, "decision", {"approved": True}, given.chief(holder))

    async def _as_it_stands(self, path: str, act: str, body: Any, by: given.Person) -> None:
        etag = (await self.world.client.get(path, by)).headers.get("etag")
        self._note(act, await self.world.asked(f"{path}/{act}", body, by, etag))

    async def _release(self, matter: UUID, *_: Any) -> None:
        """An operator takes a stuck lock off."""
        stands = await self.world.standing(CASES, matter)
        assert stands is not None
        path, operator = f"/cases/v1/{stands.kind}s/{matter}", given.admin(PROVINCE)
        etag = (await self.world.client.get(path, given.prosecutor(PROVINCE))).headers.get("etag")
        where = f"/cases/v1/matters/{matter}/lock-release"
        self._note("release", await self.world.asked(where, {"reason": "卡住"}, operator, etag))

    # --- What the bus and the processes do -----------------------------------------------------------

    @rule(what=st.sampled_from(MISHAPS), name=st.sampled_from(BETWEEN), pick=ANY)
    def the_bus(self, what: str, name: str, pick: int) -> None:
        """Things are sent and arrive: some, all, out of order, once more, never; a service dies."""
        wire = self.world
        steps: dict[str, Callable[[], Coroutine[Any, Any, None]]] = {
            "flow": lambda: self._flow(name, pick + 1),
            "all": wire.all_arrives,
            "publish": lambda: wire.publish(name),
            "deliver": lambda: wire.deliver(name, pick),
            "again": lambda: wire.deliver_again(name, pick),
            "tend": lambda: wire.tend(name),
        }
        if what == "lose":
            wire.lose(name, pick)
        elif what == "die":
            wire.dying[name] = list(When)[pick % len(When)]
        else:
            self.run(steps[what]())

    async def _flow(self, name: str, count: int) -> None:
        await self.world.publish(name)
        for reader in BETWEEN:
            await self.world.deliver(reader, 0, count)

    # --- What must hold after each step --------------------------------------------------------------

    @invariant()
    def one_holder_moved_only_by_orders_received(self) -> None:
        """The chain of moves has no gap and no fork, and every move has its order's receipt before it."""
        for matter in self.matters if self.fine else ():
            self.run(self._moves(matter, self.seen[matter]))

    async def _moves(self, matter: UUID, seen: int) -> None:
        told = await self.world.told(CASES, matter, seen)
        if not told:
            return
        self.seen[matter] = told[-1].seq
        stands = await self.world.standing(CASES, matter)
        assert stands is not None
        received = {
            event.body["referral_id"]: event.body["addressee"]
            for event in await self.world.told(REFERRALS, matter)
            if event.type == "referrals.referral_received"
        }
        told = await self.world.told(CASES, matter)
        moves = [event.body for event in told if event.type == "cases.custody_moved"]
        assert [each["epoch"] for each in moves] == list(range(1, len(moves) + 1))
        for before, after in pairwise(moves):
            assert before["to_office"] == after["from_office"]
        for each in moves:
            assert received.get(each["order_id"]) == each["to_office"], "moved without an order received"
        assert stands.epoch == len(moves)
        assert not moves or stands.holder == moves[-1]["to_office"]
        assert not (stands.closed and stands.moving), "an ended matter is moving"

    # --- What must hold at rest ----------------------------------------------------------------------

    async def _rest(self) -> None:
        await self.world.come_to_rest()
        assert await self.world.waiting() == []
        await self._offspring()
        orders = [one for matter in self.matters for one in await self.world.referrals(matter)]
        for matter in self.matters:
            await self._moves(matter, 0)
            await self._agrees(matter, leave_of(orders))
        self.ground.steps["a walk came to rest"] += 1
        for each in self.matters[1:]:
            stands = await self.world.standing(CASES, each)
            self.ground.steps[f"another {stands.kind if stands else None}"] += 1

    async def _agrees(self, matter: UUID, allowed: set[UUID]) -> None:
        views = [await self.world.standing(name, matter) for name in SERVICES]
        stands = views[0]
        assert stands is not None
        assert views == [stands] * len(SERVICES), "the projections differ"
        found = await self.world.referrals(matter)
        moving = {one.id: one.stage for one in found if one.moves_custody}
        assert not set(moving.values()) & {Stage.ISSUED, Stage.RECEIVED}, (
            "an order is neither confirmed nor over"
        )
        armed = [key for key, stage in moving.items() if stage is Stage.ARMED]
        assert armed == ([stands.moving] if stands.moving else [])
        check_leave(found, {grant.id for grant in stands.grants}, allowed)
        check_over(found, stands.closed, stands.epoch)
        self.ground.steps["custody moved"] += stands.epoch

    def _note(self, what: str, status: int) -> None:
        note(f"{what}: {status or 'died'}")
        assert status < 500, f"{what} failed"
        kind = f"{what}: {'died' if not status else 'done' if status < 300 else 'refused'}"
        self.ground.steps[kind] += 1


def _body(mode: Mode, matter: UUID, issuer: str, addressee: str, holder: str) -> dict[str, Any]:
    day = clock.today()
    body: dict[str, Any] = {
        "matter_id": str(matter),
        "mode": mode,
        "addressee": addressee,
        "decision": {"number": "1", "decided_on": day.isoformat()},
    }
    if mode is Mode.CALL_UP:
        return body | {"staff": list(STAFF), "ends_on": (day + timedelta(days=30)).isoformat()}
    if mode is Mode.ENTRUST_INVESTIGATION:
        return body | dict.fromkeys(("subjects", "items", "demands"), "x")
    if mode is Mode.REQUEST_DESIGNATION:
        return body | {"occasion": "other_ground", "proposed": NEIGHBOUR}
    if mode is Mode.TAKE_LEAD and issuer == PROVINCE and holder != NEIGHBOUR:
        return body | {"co_handlers": [NEIGHBOUR]}
    return body

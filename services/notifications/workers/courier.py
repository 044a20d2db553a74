"""Which lanes are served when, and their way from the lease to the settlement.

No transaction is open while posting. The database's clock is read once per tick; what happens later in the
tick is that instant plus the time measured since. Rounds that end while others are being settled are settled
together after them: the more there is to do, the less each costs.
"""

import asyncio
import time
from collections.abc import Coroutine, Sequence
from contextlib import AbstractAsyncContextManager, suppress
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import structlog
from sqlalchemy.ext.asyncio import AsyncSession

from services.notifications.actions import asking, claiming, settling
from services.notifications.actions.claiming import Challenge, Room, Round
from services.notifications.actions.settling import Served, Try
from services.notifications.channels.sender import Limits
from services.notifications.rules.schedule import Verdict
from services.notifications.rules.vocabulary import OrderMode
from services.notifications.workers.posting import Post
from shared.journal import Origin
from shared.service import Frame

log = structlog.get_logger(__name__)

POLL_SECONDS = 1.0
SLOW_SECONDS = 1.0
SLOW_TIMES = 4
SETTLED_AT_ONCE = 64


class Courier:
    """One process's deliveries: so many lanes at once, so many of one endpoint."""

    def __init__(self, frame: Frame, limits: Limits | None = None) -> None:
        self._frame = frame
        self._limits = limits or Limits()
        self._post = Post(frame, self._limits)
        self._unfinished: dict[UUID, Round] = {}
        self._began: dict[UUID, float] = {}
        self._over: list[Served] = []
        self._settling: asyncio.Task[None] | None = None
        self._tasks: set[asyncio.Task[None]] = set()
        self._wake = asyncio.Event()
        self._told = False
        self._more = False
        self._asked = True

    async def run(self) -> None:
        """Deliver until cancelled; woken after a commit that made something due, or once a second."""
        self._frame.database.committed.append(self._committed)
        if self._post.policy.allowed:
            hosts = sorted(f"{each.host}:{each.port}" for each in self._post.policy.allowed)
            log.warning("EGRESS CHECKS ARE OFF for these hosts", hosts=hosts)
        try:
            while True:
                self._wake.clear()
                await self.tick()
                if not self._told:
                    await self._rest()
        finally:
            self._frame.database.committed.remove(self._committed)
            await self.close()

    def _committed(self, session: AsyncSession) -> None:
        if session.info.get("due"):
            self._told = True
            self._asked = self._asked or bool(session.info.get("asked"))
            self._wake.set()

    async def _rest(self) -> None:
        with suppress(TimeoutError):
            async with asyncio.timeout(POLL_SECONDS):
                await self._wake.wait()

    async def tick(self, now: datetime | None = None) -> int:
        """Start everything that is due (as of `now`, if given) and there is room for; how much that was."""
        settings = self._frame.settings
        room = Room(settings.parallel_deliveries - self._busy(), settings.parallel_per_endpoint)
        told, self._told = self._told, False
        if room.free <= 0:
            self._more = True
            return 0
        if not told and not await self._anything_due(now):
            return 0
        async with self._writing("claim") as session:
            at = now or await self._frame.database.dialect.now(session)
            claimed = await claiming.claim(session, at, room)
            asked, self._asked = self._asked, False
            challenges = await claiming.claim_challenges(session, at) if asked or not told else []
        self._more = claimed.more
        for each in claimed.rounds:
            self._unfinished[each.lane_id] = each
            self._began[each.lane_id] = time.monotonic()
            self._start(self._serve(each))
        for challenge in challenges:
            self._start(self._ask(challenge))
        return len(claimed.rounds) + len(challenges)

    def _busy(self) -> int:
        """How many lanes take up room: those that merely wait for a slow receiver do not, up to a limit.

        Otherwise a few dozen receivers that never answer would keep everybody else waiting.
        """
        since = time.monotonic() - SLOW_SECONDS
        slow = sum(self._began.get(lane, since) < since for lane in self._unfinished)
        most: int = SLOW_TIMES * self._frame.settings.parallel_deliveries
        return len(self._unfinished) - min(slow, most)

    async def _anything_due(self, now: datetime | None) -> bool:
        """Only looked up, so that an idle worker writes nothing."""
        async with self._frame.database.reading(frame=self._frame) as session:
            at = now or await self._frame.database.dialect.now(session)
            return await claiming.anything_due(session, at)

    def _start(self, work: Coroutine[Any, Any, None]) -> "asyncio.Task[None]":
        task = asyncio.create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._done)
        return task

    def _done(self, task: "asyncio.Task[None]") -> None:
        self._tasks.discard(task)
        if not task.cancelled() and (error := task.exception()):
            log.warning("a lane waits for its lease to end", error=type(error).__name__, exc_info=error)

    def _writing(self, what: str) -> AbstractAsyncContextManager[AsyncSession]:
        origin: Origin = self._frame.system(f"courier:{what}")
        return self._frame.database.writing(frame=self._frame, origin=origin)

    async def idle(self) -> None:
        """Returns when everything that was started is done."""
        while self._tasks:
            await asyncio.gather(*self._tasks, return_exceptions=True)

    async def close(self) -> None:
        """What is under way is broken off and its lanes are free for the next process."""
        try:
            for task in list(self._tasks):
                task.cancel()
            await self.idle()
            await self._settle()
            if self._unfinished:
                async with self._writing("close") as session:
                    await settling.release(session, list(self._unfinished.values()))
        finally:
            await self._post.close()

    # -- a lane --------------------------------------------------------------------------------------------

    async def _serve(self, round_: Round) -> None:
        began = time.monotonic()
        try:
            tries = await self._send_all(round_, began)
        except BaseException:
            # Unless everything ends here, the lease does.
            if not self._ending():
                self._forget(round_.lane_id)
            raise
        now = round_.at + timedelta(seconds=time.monotonic() - began)
        self._over.append(Served(round_, tries, now))
        if self._settling is None or self._settling.done():
            self._settling = self._start(self._settle())

    def _forget(self, lane_id: UUID) -> None:
        self._unfinished.pop(lane_id, None)
        self._began.pop(lane_id, None)

    @staticmethod
    def _ending() -> bool:
        task = asyncio.current_task()
        return task is not None and task.cancelling() > 0

    async def _send_all(self, round_: Round, began: float) -> list[Try]:
        """The lane's messages one after the other, for as long as the lease surely covers one more."""
        tries: list[Try] = []
        secrets = self._post.secrets(round_.endpoint)
        patience = claiming.LEASE.total_seconds() - self._limits.total_seconds - 5
        for parcel in round_.parcels:
            if time.monotonic() - began > patience:
                break
            tried = await self._post.send(round_.endpoint, parcel, secrets)
            tries.append(tried)
            if not tried.succeeded and round_.endpoint.order_mode is OrderMode.MATTER:
                break
            if tried.answer.verdict is Verdict.GONE:
                break
        return tries

    async def _settle(self) -> None:
        """All rounds that are over, those that end meanwhile too."""
        while self._over:
            served = self._over[:SETTLED_AT_ONCE]
            try:
                await self._write_down(served)
            except Exception as error:
                log.info("rounds are settled one by one", error=type(error).__name__, rounds=len(served))
                for each in served:
                    await self._write_down_alone(each)
            del self._over[: len(served)]

    async def _write_down_alone(self, served: Served) -> None:
        try:
            await self._write_down([served])
        except Exception as error:
            log.warning("a lane waits for its lease to end", error=type(error).__name__, exc_info=error)
            self._forget(served.round.lane_id)

    async def _write_down(self, served: Sequence[Served]) -> None:
        async with self._writing("lanes") as session:
            settled = await settling.settle(session, served)
        for each in served:
            if each.round.lane_id not in settled.lanes:
                log.warning("the lease was lost; nothing written", lane=str(each.round.lane_id))
            self._forget(each.round.lane_id)
        if self._more or (settled.due is not None and settled.due <= max(each.now for each in served)):
            self._told = True
            self._wake.set()
        for endpoint_id in {
            each.round.endpoint.id
            for each in served
            if any(tried.answer.verdict is Verdict.GONE for tried in each.tries)
        }:
            async with self._writing(f"gone:{endpoint_id}") as session:
                await asking.gone(session, endpoint_id)

    # -- a message of our own ------------------------------------------------------------------------------

    async def _ask(self, challenge: Challenge) -> None:
        began = time.monotonic()
        answer = await self._post.ask(challenge)
        now = challenge.at + timedelta(seconds=time.monotonic() - began)
        async with self._writing(f"challenge:{challenge.endpoint.id}") as session:
            await asking.settle_challenge(session, challenge, answer, now)

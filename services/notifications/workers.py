"""The courier: takes due lanes, posts their messages in order, and writes down what became of them.

No transaction is open while posting. The database's clock is read once per tick; what happens later in the
tick is that instant plus the time measured since.
"""

import asyncio
import random
import time
from collections import Counter
from collections.abc import Coroutine
from contextlib import AbstractAsyncContextManager, suppress
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID, uuid4
from weakref import WeakKeyDictionary

import structlog
from prometheus_client import CollectorRegistry, Histogram
from sqlalchemy.ext.asyncio import AsyncSession

from services.notifications.actions import claiming, settling
from services.notifications.actions.claiming import Challenge, Parcel, Room, Round
from services.notifications.actions.settling import Try
from services.notifications.channels.message import MEDIA_TYPE, challenge_body
from services.notifications.channels.outfit import policy_of, signer_of, vault_of
from services.notifications.channels.sender import Answer, Limits, Sender
from services.notifications.errors import AddressRefused
from services.notifications.rules.egress import target_of
from services.notifications.rules.schedule import Outcome, Verdict
from services.notifications.rules.vocabulary import OrderMode
from shared import clock
from shared.journal import Origin
from shared.service import Frame

log = structlog.get_logger(__name__)

POLL_SECONDS = 1.0

_measures: WeakKeyDictionary[CollectorRegistry, Histogram] = WeakKeyDictionary()


def _measure(registry: CollectorRegistry) -> Histogram:
    """The one histogram of posts in a service's registry, also after the worker was started again."""
    if registry not in _measures:
        says = "time from posting a message to its answer, by what the answer means"
        _measures[registry] = Histogram("casebridge_post_seconds", says, ("verdict",), registry=registry)
    return _measures[registry]


class Courier:
    """One process's deliveries: so many lanes at once, so many of one endpoint."""

    def __init__(self, frame: Frame, limits: Limits | None = None) -> None:
        self._frame = frame
        self._limits = limits or Limits()
        self._policy = policy_of(frame.settings)
        self._signer = signer_of(frame)
        self._vault = vault_of(frame.settings)
        self._sender = Sender(self._policy, self._limits)
        self._busy: Counter[UUID] = Counter()
        self._unfinished: dict[UUID, Round] = {}
        self._tasks: set[asyncio.Task[None]] = set()
        self._wake = asyncio.Event()
        self._seconds = _measure(frame.metrics.registry)

    async def run(self) -> None:
        """Deliver until cancelled; woken after a commit that made something due, or once a second."""
        self._frame.database.committed.append(self._committed)
        if self._policy.allowed:
            hosts = sorted(f"{each.host}:{each.port}" for each in self._policy.allowed)
            log.warning("EGRESS CHECKS ARE OFF for these hosts", hosts=hosts)
        try:
            while True:
                self._wake.clear()
                if not await self.tick():
                    await self._rest()
        finally:
            self._frame.database.committed.remove(self._committed)
            await self.close()

    def _committed(self, session: AsyncSession) -> None:
        if session.info.get("due"):
            self._wake.set()

    async def _rest(self) -> None:
        with suppress(TimeoutError):
            async with asyncio.timeout(POLL_SECONDS):
                await self._wake.wait()

    async def tick(self, now: datetime | None = None) -> int:
        """Start everything that is due (as of `now`, if given) and there is room for; how much that was."""
        settings = self._frame.settings
        free = settings.parallel_deliveries - len(self._tasks)
        if free <= 0:
            return 0
        room = Room(free, settings.parallel_per_endpoint, self._busy)
        async with self._frame.database.reading(frame=self._frame) as session:
            at = now or await self._frame.database.dialect.now(session)
            if not await claiming.anything_due(session, at, room):
                return 0
        async with self._writing("claim") as session:
            rounds = await claiming.claim(session, at, room)
            challenges = await claiming.claim_challenges(session, at)
        for each in rounds:
            self._busy[each.endpoint.id] += 1
            self._unfinished[each.lane_id] = each
            self._start(self._serve(each))
        for challenge in challenges:
            self._start(self._ask(challenge))
        return len(rounds) + len(challenges)

    def _start(self, work: Coroutine[Any, Any, None]) -> None:
        task = asyncio.create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._done)

    def _done(self, task: "asyncio.Task[None]") -> None:
        self._tasks.discard(task)
        self._wake.set()
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
        for task in list(self._tasks):
            task.cancel()
        await self.idle()
        if self._unfinished:
            async with self._writing("close") as session:
                await settling.release(session, list(self._unfinished.values()))
        await self._sender.close()

    # -- a lane --------------------------------------------------------------------------------------------

    async def _serve(self, round_: Round) -> None:
        began = time.monotonic()
        try:
            tries = await self._send_all(round_, began)
            now = round_.at + timedelta(seconds=time.monotonic() - began)
            async with self._writing(f"lane:{round_.lane_id}") as session:
                written = await settling.settle(session, round_, tries, now)
            if not written:
                log.warning("the lease was lost; nothing written", lane=str(round_.lane_id))
            del self._unfinished[round_.lane_id]
            if any(each.answer.verdict is Verdict.GONE for each in tries):
                async with self._writing(f"gone:{round_.endpoint.id}") as session:
                    await settling.gone(session, round_.endpoint.id)
        finally:
            self._busy[round_.endpoint.id] -= 1
            self._busy += Counter()

    async def _send_all(self, round_: Round, began: float) -> list[Try]:
        """The lane's messages one after the other, for as long as the lease surely covers one more."""
        tries: list[Try] = []
        patience = claiming.LEASE.total_seconds() - self._limits.total_seconds - 5
        for parcel in round_.parcels:
            if time.monotonic() - began > patience:
                break
            tried = await self._send(round_, parcel)
            tries.append(tried)
            if not tried.succeeded and round_.endpoint.order_mode is OrderMode.MATTER:
                break
            if tried.answer.verdict is Verdict.GONE:
                break
        return tries

    async def _send(self, round_: Round, parcel: Parcel) -> Try:
        endpoint, at = round_.endpoint, clock.now()
        secrets = []
        if self._vault is not None:
            secrets = [self._vault.open(kid, sealed, endpoint.id) for kid, sealed in endpoint.secrets]
        signed = self._signer.headers(str(parcel.event_id), at, parcel.body, secrets)
        answer = await self._post(endpoint.url, endpoint.owner, signed, parcel.body)
        self._seconds.labels(answer.verdict).observe(answer.latency_ms / 1000)
        return Try(parcel, answer, at, signed["webhook-signature"], random.random())

    async def _post(self, url: str, owner: str, signed: dict[str, str], body: bytes) -> Answer:
        try:
            target = target_of(url, owner, self._policy)
        except AddressRefused as refused:
            return Answer(Outcome.REFUSED, 0, error=f"egress refused ({refused.data['fault']})")
        return await self._sender.post(target, {**signed, "Content-Type": MEDIA_TYPE}, body)

    # -- a challenge ---------------------------------------------------------------------------------------

    async def _ask(self, challenge: Challenge) -> None:
        began, at, message = time.monotonic(), clock.now(), str(uuid4())
        body = challenge_body(message, challenge.endpoint_id, challenge.word, at)
        signed = self._signer.headers(message, at, body)
        answer = await self._post(challenge.url, challenge.owner, signed, body)
        now = challenge.at + timedelta(seconds=time.monotonic() - began)
        async with self._writing(f"challenge:{challenge.endpoint_id}") as session:
            await settling.settle_challenge(session, challenge, answer, now)


async def deliver(frame: Frame) -> None:
    """The delivery worker of a running service."""
    await Courier(frame).run()

"""The guarded way out: posts to receivers, follows nothing, reads little, and goes nowhere it may not.

Every target has its own connections, and the guard that opens their sockets knows the target: it looks at the
address of the very socket, after all name resolution, so neither a literal nor a rebound name gets past it.
"""

import asyncio
import socket
import ssl
import time
from collections import OrderedDict
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass

import aiohttp
from aiohttp.abc import AbstractResolver, ResolveResult
from yarl import URL

from services.notifications.channels.papers import Credentials
from services.notifications.errors import AddressRefused
from services.notifications.rules.egress import Fault, Policy, Target, fault_of, first_fault
from services.notifications.rules.networks import address_of
from services.notifications.rules.schedule import Outcome, Verdict, verdict_of

Peer = tuple[Target, Credentials | None]
AddressInfo = tuple[int, int, int, str, tuple[str, int] | tuple[str, int, int, int] | tuple[int, bytes]]


@dataclass(frozen=True, slots=True)
class Limits:
    """How long and how much we listen, and how many targets keep their connections."""

    connect_seconds: float = 5
    total_seconds: float = 15
    answer_bytes: int = 16_384
    targets: int = 500
    connections_each: int = 8


@dataclass(frozen=True, slots=True)
class Answer:
    """How one post ended: the status and the first bytes if there was an answer."""

    outcome: Outcome
    latency_ms: int
    status: int | None = None
    body: bytes = b""
    retry_after: str | None = None
    error: str = ""

    @property
    def verdict(self) -> Verdict:
        """What it means for the delivery."""
        return verdict_of(self.outcome, self.status)


class Refused(OSError):
    """The guard did not open this connection."""

    def __init__(self, host: str, fault: Fault) -> None:
        super().__init__(f"{host}: egress refused ({fault})")
        self.fault = fault


class Guard:
    """Opens sockets for one target, and only to addresses that it may be at."""

    def __init__(self, target: Target, policy: Policy) -> None:
        self._target = target
        self._policy = policy

    def open_socket(self, info: AddressInfo) -> socket.socket:
        """A socket for this address, or Refused: the last gate, at connect time."""
        family, type_, proto, _, place = info
        address = address_of(str(place[0]))
        fault = Fault.NEVER if address is None else fault_of(address, self._target, self._policy)
        if fault:
            raise Refused(str(place[0]), fault)
        return socket.socket(family, type_, proto)


class GuardedResolver(AbstractResolver):
    """Resolves the target's name, and refuses it when any of its addresses is one we do not call."""

    def __init__(self, target: Target, policy: Policy, plain: AbstractResolver) -> None:
        self._target = target
        self._policy = policy
        self._plain = plain

    async def resolve(
        self, host: str, port: int = 0, family: socket.AddressFamily = socket.AF_UNSPEC
    ) -> list[ResolveResult]:
        """All addresses of the name, every one of them permitted."""
        found = await self._plain.resolve(host, port, family)
        if fault := first_fault((each["host"] for each in found), self._target, self._policy):
            raise Refused(host, fault)
        return found

    async def close(self) -> None:
        """Nothing of its own to close."""


class Sender:
    """Posts messages; one set of connections per target, the least used ones closed first."""

    def __init__(
        self, policy: Policy, limits: Limits | None = None, resolver: AbstractResolver | None = None
    ) -> None:
        self._policy = policy
        self._limits = limits or Limits()
        self._resolver = resolver
        self._sessions: OrderedDict[Peer, aiohttp.ClientSession] = OrderedDict()
        self._closing: set[asyncio.Future[None]] = set()

    async def check(self, target: Target) -> None:
        """Refuse the target when its name has no address, or any that we do not call (gate 2)."""
        if target.listed:
            return
        if address := address_of(target.host):
            faults = fault_of(address, target, self._policy)
        else:
            faults = first_fault(await self._addresses(target), target, self._policy)
        if faults:
            raise AddressRefused(fault=faults)

    async def _addresses(self, target: Target) -> list[str]:
        with suppress(OSError, TimeoutError):
            async with asyncio.timeout(self._limits.connect_seconds):
                found = await self._plain().resolve(target.host, target.port, socket.AF_UNSPEC)
                return [each["host"] for each in found]
        return []

    async def post(
        self, target: Target, headers: Mapping[str, str], body: bytes, shown: Credentials | None = None
    ) -> Answer:
        """Post once and tell how it ended; no exception but cancellation leaves here."""
        began = time.monotonic()
        try:
            answer = await self._exchange((target, shown), headers, body)
        except (TimeoutError, aiohttp.ServerTimeoutError):
            answer = Answer(Outcome.TIMEOUT, 0)
        except (aiohttp.ClientError, OSError, ValueError) as error:
            answer = Answer(_outcome(error), 0, error=str(error)[:200])
        latency = round((time.monotonic() - began) * 1000)
        return Answer(answer.outcome, latency, answer.status, answer.body, answer.retry_after, answer.error)

    async def _exchange(self, peer: Peer, headers: Mapping[str, str], body: bytes) -> Answer:
        session = self._session(peer)
        url = URL(peer[0].url, encoded=True)
        async with session.post(url, data=body, headers=headers, allow_redirects=False) as response:
            read = await _first_bytes(response, self._limits.answer_bytes)
            again = response.headers.get("Retry-After")
            return Answer(Outcome.ANSWERED, 0, response.status, read, again)

    def _plain(self) -> AbstractResolver:
        if self._resolver is None:
            self._resolver = aiohttp.ThreadedResolver()
        return self._resolver

    def _session(self, peer: Peer) -> aiohttp.ClientSession:
        if session := self._sessions.get(peer):
            self._sessions.move_to_end(peer)
            return session
        while len(self._sessions) >= self._limits.targets:
            _, old = self._sessions.popitem(last=False)
            self._closing.add(task := asyncio.ensure_future(old.close()))
            task.add_done_callback(self._closing.discard)
        self._sessions[peer] = session = self._open(*peer)
        return session

    def _open(self, target: Target, shown: Credentials | None) -> aiohttp.ClientSession:
        connector = aiohttp.TCPConnector(
            resolver=GuardedResolver(target, self._policy, self._plain()),
            socket_factory=Guard(target, self._policy).open_socket,
            limit=self._limits.connections_each,
            ssl=shown.context() if shown else True,
        )
        limits = aiohttp.ClientTimeout(
            total=self._limits.total_seconds, sock_connect=self._limits.connect_seconds
        )
        return aiohttp.ClientSession(
            connector=connector,
            timeout=limits,
            cookie_jar=aiohttp.DummyCookieJar(),
            trust_env=False,
            auto_decompress=False,
            headers={"User-Agent": "Casebridge", "Accept-Encoding": "identity"},
        )

    async def close(self) -> None:
        """All connections closed, also those that were about to be."""
        while self._sessions:
            _, session = self._sessions.popitem()
            await session.close()
        await asyncio.gather(*self._closing)
        if self._resolver is not None:
            await self._resolver.close()


async def _first_bytes(response: aiohttp.ClientResponse, most: int) -> bytes:
    """At most that many bytes of the answer; a longer one costs the receiver its connection."""
    read = b""
    while len(read) < most:
        chunk = await response.content.read(most - len(read))
        if not chunk:
            return read
        read += chunk
    response.close()
    return read


def _outcome(error: BaseException) -> Outcome:
    cause = getattr(error, "os_error", error)
    if isinstance(cause, Refused) or "egress refused" in str(error):
        return Outcome.REFUSED
    if isinstance(error, aiohttp.ClientSSLError) or isinstance(cause, ssl.SSLError):
        return Outcome.UNTRUSTED
    if isinstance(error, aiohttp.ClientConnectionError | OSError):
        return Outcome.UNREACHABLE
    return Outcome.BROKEN

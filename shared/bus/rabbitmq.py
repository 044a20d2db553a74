"""RabbitMQ: transport only. Every wait longer than seconds lives in the database, never in the broker.

A topic exchange per source, a quorum queue per reader with a single active consumer, every argument explicit
so that 3.10 and 4.x behave alike. One event is a message as it is; several go as a packet, a JSON array of
them, which costs the broker and both ends little more than one. The publisher declares its readers' queues
too: nothing is ever published before those who must have it can get it. Plain connections under our own
supervision: any close rebuilds all.
"""

import asyncio
import ssl
from collections.abc import Sequence
from typing import Any
from urllib.parse import parse_qs, urlsplit, urlunsplit

import aio_pika
import httpx
import orjson
import structlog
from aio_pika.abc import (
    AbstractChannel,
    AbstractConnection,
    AbstractExchange,
    AbstractIncomingMessage,
    AbstractQueue,
)
from aiormq.exceptions import AMQPError

from shared.bus import BusAway, Member
from shared.events import Envelope

log = structlog.get_logger(__name__)

CONNECT_SECONDS = 5.0
PUBLISH_SECONDS = 10.0
PREFETCH = 200
BATCH = 200
PACKET = 32
RETRY_SECONDS = (0.2, 0.5, 1.0, 2.0, 5.0)
HEARTBEAT_SECONDS = 15

QUEUE_ARGUMENTS: dict[str, Any] = {
    "x-queue-type": "quorum",
    "x-single-active-consumer": True,
    "x-delivery-limit": 10,  # the last net only; our own quarantine comes long before
    "x-overflow": "reject-publish",
    "x-dead-letter-strategy": "at-least-once",
    "x-quorum-initial-group-size": 3,
}
DEAD_ARGUMENTS: dict[str, Any] = {"x-queue-type": "quorum", "x-overflow": "reject-publish"}

BROKEN = (AMQPError, ConnectionError, OSError, TimeoutError, asyncio.InvalidStateError, RuntimeError)


class PeerJournals:
    """The sources' own records, over their internal HTTP routes."""

    def __init__(self, peer_url: str, service_key: str, transport: httpx.AsyncBaseTransport | None) -> None:
        self._peer_url = peer_url
        headers = {"X-Service-Key": service_key}
        self._http = httpx.AsyncClient(timeout=10, trust_env=False, headers=headers, transport=transport)

    async def get(self, source: str, what: str, **parameters: str | int) -> Any:
        """The JSON of an internal route; raises BusAway when the peer does not answer."""
        url = f"{self._peer_url.format(service=source)}/{source}/internal/{what}"
        try:
            return (await self._http.get(url, params=parameters)).raise_for_status().json()
        except httpx.HTTPError as exc:
            raise BusAway(f"{source} does not answer: {type(exc).__name__}") from exc

    async def close(self) -> None:
        """No more connections."""
        await self._http.aclose()


class RabbitBus:
    """One service on RabbitMQ: a connection to publish and one to consume."""

    def __init__(self, url: str, peers: PeerJournals) -> None:
        parts = urlsplit(url)
        query = parse_qs(parts.query)
        self._prefix = query.pop("prefix", [""])[0]
        kept = "&".join(f"{name}={values[0]}" for name, values in query.items())
        self._url = urlunsplit(parts._replace(query=kept))
        self._peers = peers
        self._me: Member | None = None
        self._publishing: AbstractConnection | None = None
        self._exchange: AbstractExchange | None = None
        self._connecting = asyncio.Lock()
        self._consuming = False

    async def join(self, member: Member) -> None:
        """Be known as this member; hearing begins with `run`."""
        self._me = member

    def _member(self) -> Member:
        assert self._me is not None
        return self._me

    async def _connect(self, what: str) -> AbstractConnection:
        properties: dict[str, Any] = {"connection_name": f"{self._member().name}:{what}"}
        context = ssl.create_default_context() if self._url.startswith("amqps") else None
        return await aio_pika.connect(
            self._url,
            timeout=CONNECT_SECONDS,
            heartbeat=HEARTBEAT_SECONDS,
            client_properties=properties,
            ssl_context=context,
        )

    # -- topology ---------------------------------------------------------------------------------------

    async def _source(self, channel: AbstractChannel, source: str) -> AbstractExchange:
        return await channel.declare_exchange(
            f"{self._prefix}{source}.events",
            aio_pika.ExchangeType.TOPIC,
            durable=True,
            timeout=CONNECT_SECONDS,
        )

    async def _queue(self, channel: AbstractChannel, reader: str) -> AbstractQueue:
        dead = await channel.declare_exchange(
            f"{self._prefix}dead", aio_pika.ExchangeType.DIRECT, durable=True, timeout=CONNECT_SECONDS
        )
        letters = await channel.declare_queue(
            f"{self._prefix}{reader}.dead", durable=True, arguments=DEAD_ARGUMENTS, timeout=CONNECT_SECONDS
        )
        await letters.bind(dead, routing_key=reader, timeout=CONNECT_SECONDS)
        arguments = QUEUE_ARGUMENTS | {
            "x-dead-letter-exchange": dead.name,
            "x-dead-letter-routing-key": reader,
        }
        return await channel.declare_queue(
            f"{self._prefix}{reader}.inbox", durable=True, arguments=arguments, timeout=CONNECT_SECONDS
        )

    # -- publishing -------------------------------------------------------------------------------------

    async def publish(self, batch: Sequence[Envelope]) -> Sequence[bool]:
        """All in flight at once; True where the broker has it for good in the readers' queues that there are.

        A queue that somebody deleted misses it: its reader finds the gap, or its sweep does.
        """
        exchange = await self._publisher()
        packets = [batch[begin : begin + PACKET] for begin in range(0, len(batch), PACKET)]
        sent = await asyncio.gather(*(self._send(exchange, each) for each in packets), return_exceptions=True)
        failures = [result for result in sent if isinstance(result, BaseException)]
        if failures:
            log.warning("packets not confirmed", count=len(failures), error=type(failures[0]).__name__)
            # Also when the broker merely returned them: the next publisher declares the readers' queues anew.
            await self._drop_publisher()
        return [
            not isinstance(result, BaseException)
            for packet, result in zip(packets, sent, strict=True)
            for _ in packet
        ]

    async def _send(self, exchange: AbstractExchange, packet: Sequence[Envelope]) -> None:
        first, *more = packet
        name = f"{exchange.name}.packet" if more else first.type
        message = aio_pika.Message(
            encode(packet),
            content_type="application/json",
            delivery_mode=aio_pika.DeliveryMode.PERSISTENT,
            message_id=str(first.id),
            type=name,
        )
        await exchange.publish(message, name, mandatory=True, timeout=PUBLISH_SECONDS)

    async def _publisher(self) -> AbstractExchange:
        async with self._connecting:
            if self._exchange is not None and self._publishing is not None and not self._publishing.is_closed:
                return self._exchange
            try:
                async with asyncio.timeout(CONNECT_SECONDS * 3):
                    await self._drop_publisher()
                    self._publishing = await self._connect("publisher")
                    self._exchange = await self._open_publisher(self._publishing)
            except BROKEN as exc:
                raise BusAway(f"no connection to publish on: {type(exc).__name__}") from exc
            return self._exchange

    async def _open_publisher(self, connection: AbstractConnection) -> AbstractExchange:
        # Without on_return_raises an unroutable event would be returned, and yet seem confirmed.
        channel = await connection.channel(publisher_confirms=True, on_return_raises=True)
        channel.close_callbacks.add(self._publisher_closed)
        exchange = await self._source(channel, self._member().name)
        for reader in self._member().tells:
            queue = await self._queue(channel, reader)
            await queue.bind(exchange, routing_key="#", timeout=CONNECT_SECONDS)
        return exchange

    def _publisher_closed(self, *_: Any) -> None:
        self._exchange = None

    async def _drop_publisher(self) -> None:
        self._exchange, connection, self._publishing = None, self._publishing, None
        await _close(connection)

    # -- consuming --------------------------------------------------------------------------------------

    async def run(self) -> None:
        """Consume for ever; after any failure connect anew, with growing pauses."""
        failures = 0
        while True:
            try:
                await self._consume()
                failures = 0
            except BROKEN as exc:
                task = asyncio.current_task()
                if task is not None and task.cancelling():  # the library made an error of being told to end
                    raise asyncio.CancelledError from exc
                log.warning("consumer lost the bus", reader=self._member().name, error=type(exc).__name__)
                failures = failures + 1 if not self._consuming else 1
            finally:
                self._consuming = False
            await asyncio.sleep(RETRY_SECONDS[min(failures, len(RETRY_SECONDS) - 1)])

    async def _consume(self) -> None:
        connection: AbstractConnection | None = None
        try:
            async with asyncio.timeout(CONNECT_SECONDS * 3):
                connection = await self._connect("consumer")
                channel = await connection.channel(publisher_confirms=False)
                await channel.set_qos(prefetch_count=PREFETCH, timeout=CONNECT_SECONDS)
                queue = await self._queue(channel, self._member().name)
                for source in self._member().hears:
                    exchange = await self._source(channel, source)
                    await queue.bind(exchange, routing_key="#", timeout=CONNECT_SECONDS)
                arrived: asyncio.Queue[AbstractIncomingMessage | None] = asyncio.Queue()
                channel.close_callbacks.add(lambda *_: arrived.put_nowait(None))
                # The broker ends a consumer, and nothing else, when its queue is deleted or loses its leader.
                underlay = await channel.get_underlay_channel()
                underlay.on_consumer_cancel_callbacks.add(lambda _: arrived.put_nowait(None))
                await queue.consume(arrived.put, timeout=CONNECT_SECONDS)
            self._consuming = True
            await self._apply(arrived)
        finally:
            await _close(connection)

    async def _apply(self, arrived: "asyncio.Queue[AbstractIncomingMessage | None]") -> None:
        """What is there, up to about a batch, in one transaction; then one acknowledgement for all of it."""
        while True:
            message = await arrived.get()
            events: list[Envelope] = []
            last: AbstractIncomingMessage | None = None
            while True:
                if message is None:
                    raise ConnectionError("the channel or its consumer was closed")
                if read := await _read(message):
                    events += read
                    last = message
                if len(events) >= BATCH or arrived.empty():
                    break
                message = arrived.get_nowait()
            if last is not None:
                await self._member().take(events)
                await last.ack(multiple=True)

    # -- what the bus lost ------------------------------------------------------------------------------

    async def journal_of(self, source: str, subject: str, after: int, limit: int) -> Sequence[Envelope]:
        """Over the source's internal route."""
        found = await self._peers.get(source, "journal", subject=subject, after=after, limit=limit)
        return [Envelope.decode(raw) for raw in found]

    async def heads_of(self, source: str, after: str, limit: int) -> Sequence[tuple[str, int]]:
        """Over the source's internal route."""
        return [
            (subject, seq)
            for subject, seq in await self._peers.get(source, "heads", after=after, limit=limit)
        ]

    def healthy(self) -> bool:
        """Whether this service is connected as a reader."""
        return self._consuming

    async def close(self) -> None:
        """Leave the bus; what was not acknowledged comes again."""
        await self._drop_publisher()
        await self._peers.close()


def encode(packet: Sequence[Envelope]) -> bytes:
    """One event as it is, several as an array."""
    encoded = [each.encode() for each in packet]
    return encoded[0] if len(encoded) == 1 else b"[" + b",".join(encoded) + b"]"


def decode(raw: bytes) -> list[Envelope]:
    """The events in a message; ValueError when any of it is none."""
    read = orjson.loads(raw)
    if read == []:
        raise ValueError("nothing is in it")
    return [Envelope.of(each) for each in (read if isinstance(read, list) else [read])]


async def _read(message: AbstractIncomingMessage) -> list[Envelope]:
    """The events in a message; what holds none goes to the dead letters, for a person to look at.

    A packet goes there whole: what is missed by that is fetched from its source.
    """
    try:
        return decode(message.body)
    except ValueError:
        log.error("a message cannot be read; it goes to the dead letters", message_id=message.message_id)
        await message.reject(requeue=False)
        return []


async def _close(connection: AbstractConnection | None) -> None:
    if connection is None or connection.is_closed:
        return
    try:
        async with asyncio.timeout(CONNECT_SECONDS):
            await connection.close()
    except BROKEN:
        log.info("a connection could not be closed properly")

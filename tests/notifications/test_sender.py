"""The guarded way out, against a real server on a real port."""

import asyncio
import datetime as dt
import socket
import ssl
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest
from aiohttp.abc import AbstractResolver, ResolveResult
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from services.notifications.channels.sender import Answer, Guard, Limits, Refused, Sender
from services.notifications.errors import AddressRefused
from services.notifications.rules.egress import Fault, HostPort, Policy, Target, target_of
from services.notifications.rules.schedule import Outcome, Verdict
from tests.notifications.receiver import Receiver, receiving


class Names(AbstractResolver):
    """A name service with these entries; each question takes the next answer, the last one stays."""

    def __init__(self, **answers: list[list[str]]) -> None:
        self._answers = {name.replace("_", "."): list(rows) for name, rows in answers.items()}

    async def resolve(
        self, host: str, port: int = 0, family: socket.AddressFamily = socket.AF_UNSPEC
    ) -> list[ResolveResult]:
        rows = self._answers.get(host)
        if not rows:
            raise OSError(f"no such name: {host}")
        row = rows.pop(0) if len(rows) > 1 else rows[0]
        found = []
        for each in row:
            kind = socket.AF_INET6 if ":" in each else socket.AF_INET
            found.append(ResolveResult(hostname=host, host=each, port=port, family=kind, proto=0, flags=0))
        return found

    async def close(self) -> None:
        """Nothing to close."""


@asynccontextmanager
async def sender(
    policy: Policy, resolver: AbstractResolver | None = None, limits: Limits | None = None
) -> AsyncIterator[Sender]:
    opened = Sender(policy, limits, resolver)
    try:
        yield opened
    finally:
        await opened.close()


def listing(*receivers: Receiver) -> Policy:
    return Policy(allowed=frozenset(HostPort("127.0.0.1", each.port) for each in receivers))


async def post(receiver: Receiver, path: str = "/in", limits: Limits | None = None) -> Answer:
    policy = listing(receiver)
    async with sender(policy, limits=limits) as way_out:
        return await way_out.post(target_of(receiver.url(path), "a", policy), {"webhook-id": "m1"}, b"{}")


async def test_a_listed_receiver_gets_the_bytes_and_its_answer_comes_back() -> None:
    async with receiving() as receiver:
        receiver.body = b"thanks"
        answer = await post(receiver, "/in?x=%2F")
    assert (answer.outcome, answer.status, answer.body) == (Outcome.ANSWERED, 200, b"thanks")
    assert answer.verdict is Verdict.DELIVERED
    (arrived,) = receiver.arrived
    assert (arrived.body, arrived.headers["webhook-id"]) == (b"{}", "m1")
    assert "Cookie" not in arrived.headers
    assert arrived.headers["Accept-Encoding"] == "identity"


async def test_a_redirect_is_not_followed() -> None:
    async with receiving() as receiver, receiving() as elsewhere:
        receiver.status, receiver.headers = 307, {"Location": elsewhere.url()}
        answer = await post(receiver)
    assert (answer.status, answer.verdict, elsewhere.arrived) == (307, Verdict.FAILED, [])


async def test_proxies_of_the_environment_are_ignored(monkeypatch: pytest.MonkeyPatch) -> None:
    async with receiving() as receiver, receiving() as proxy:
        monkeypatch.setenv("http_proxy", proxy.url(""))
        assert (await post(receiver)).status == 200
    assert proxy.arrived == []


async def test_only_the_first_16_kilobytes_are_read_and_nothing_is_unpacked() -> None:
    async with receiving() as receiver:
        receiver.body, receiver.headers = b"\x1f\x8b" + b"a" * 100_000, {"Content-Encoding": "gzip"}
        answer = await post(receiver)
    assert (answer.status, len(answer.body), answer.body[:3]) == (200, 16_384, b"\x1f\x8ba")


async def test_a_receiver_that_does_not_answer_in_time_is_slow() -> None:
    async with receiving() as receiver:
        receiver.delay = 1
        answer = await post(receiver, limits=Limits(total_seconds=0.1))
    assert (answer.outcome, answer.verdict) == (Outcome.TIMEOUT, Verdict.SLOW)
    assert 90 <= answer.latency_ms < 900


async def test_nobody_listening_is_unreachable() -> None:
    async with receiving() as receiver:
        pass
    assert (await post(receiver)).outcome is Outcome.UNREACHABLE


async def test_an_answer_that_is_not_http_is_broken() -> None:
    async def babble(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.read(100)
        writer.write(b"hello\r\n\r\n")
        await writer.drain()
        writer.close()

    server = await asyncio.start_server(babble, "127.0.0.1", 0)
    async with server:
        answer = await post(Receiver(port=server.sockets[0].getsockname()[1]))
    assert answer.outcome is Outcome.BROKEN


async def test_a_wait_that_the_receiver_asks_for_comes_back() -> None:
    async with receiving() as receiver:
        receiver.status, receiver.headers = 429, {"Retry-After": "90"}
        answer = await post(receiver)
    assert (answer.verdict, answer.retry_after) == (Verdict.SLOW, "90")


def _self_signed(folder: Path) -> ssl.SSLContext:
    private = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "127.0.0.1")])
    now = dt.datetime.now(dt.UTC)
    builder = x509.CertificateBuilder(name, name, private.public_key(), x509.random_serial_number())
    builder = builder.not_valid_before(now - dt.timedelta(1)).not_valid_after(now + dt.timedelta(1))
    certificate = builder.sign(private, hashes.SHA256())
    form = serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    file = folder / "tls.pem"
    file.write_bytes(
        private.private_bytes(serialization.Encoding.PEM, *form)
        + certificate.public_bytes(serialization.Encoding.PEM)
    )
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(file)
    return context


async def test_a_certificate_that_nobody_vouches_for_ends_the_try(tmp_path: Path) -> None:
    async with receiving(tls=_self_signed(tmp_path)) as receiver:
        answer = await post(receiver)
    assert (answer.outcome, receiver.arrived) == (Outcome.UNTRUSTED, [])


@pytest.mark.parametrize("host", ["127.0.0.1", "[::1]"])
async def test_a_literal_that_got_past_the_first_gate_is_stopped_at_its_socket(host: str) -> None:
    async with receiving() as receiver:
        target = Target(f"http://{host}:{receiver.port}/", host.strip("[]"), receiver.port, "a", listed=False)
        async with sender(Policy()) as way_out:
            answer = await way_out.post(target, {}, b"{}")
    assert (answer.outcome, receiver.arrived) == (Outcome.REFUSED, [])


async def test_a_name_that_was_good_at_creation_and_bad_at_delivery_is_refused_then() -> None:
    names = Names(hooks_example_cn=[["93.184.216.34"], ["127.0.0.1"]])
    async with receiving() as receiver, sender(Policy(), names) as way_out:
        target = Target(
            f"http://hooks.example.cn:{receiver.port}/", "hooks.example.cn", receiver.port, "a", False
        )
        await way_out.check(target)
        answer = await way_out.post(target, {}, b"{}")
    assert (answer.outcome, receiver.arrived) == (Outcome.REFUSED, [])


async def test_a_name_with_one_bad_address_among_good_ones_is_refused() -> None:
    names = Names(hooks_example_cn=[["93.184.216.34", "::1"]])
    async with sender(Policy(), names) as way_out:
        target = target_of("https://hooks.example.cn/", "a", Policy())
        with pytest.raises(AddressRefused) as refused:
            await way_out.check(target)
        assert (await way_out.post(target, {}, b"{}")).outcome is Outcome.REFUSED
    assert refused.value.data == {"fault": Fault.NEVER}


async def test_a_name_without_an_address_is_refused() -> None:
    async with sender(Policy(), Names()) as way_out:
        with pytest.raises(AddressRefused) as refused:
            await way_out.check(target_of("https://nobody.example.cn/", "a", Policy()))
    assert refused.value.data == {"fault": Fault.UNRESOLVED}


@pytest.mark.parametrize("place", ["127.0.0.1", "169.254.169.254", "::1", "::ffff:127.0.0.1", "fe80::1%lo"])
def test_the_last_gate_looks_at_the_address_of_the_socket(place: str) -> None:
    guard = Guard(target_of("https://hooks.example.cn/", "a", Policy()), Policy())
    kind = socket.AF_INET6 if ":" in place else socket.AF_INET
    with pytest.raises(Refused):
        guard.open_socket((kind, socket.SOCK_STREAM, 6, "", (place, 443)))


def test_the_last_gate_opens_a_socket_to_an_open_address() -> None:
    guard = Guard(target_of("https://hooks.example.cn/", "a", Policy()), Policy())
    guard.open_socket((socket.AF_INET, socket.SOCK_STREAM, 6, "", ("93.184.216.34", 443))).close()


async def test_the_least_used_connections_are_closed_first() -> None:
    async with receiving() as first, receiving() as second:
        policy = listing(first, second)
        async with sender(policy, limits=Limits(targets=1)) as way_out:
            for receiver in (first, second, first):
                target = target_of(receiver.url(), "a", policy)
                assert (await way_out.post(target, {}, b"{}")).status == 200

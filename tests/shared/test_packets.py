"""What one message on RabbitMQ holds: an event as it is, or several in an array; all of it, or nothing."""

from typing import Any, cast

import orjson
import pytest

from shared.bus.rabbitmq import _read, decode, encode
from shared.events import Envelope
from tests.running import envelope
from tests.shared.chains import some_matter


def said(many: int) -> list[Envelope]:
    """So many notes of one chain."""
    _, subject = some_matter()
    return [
        envelope("left", subject, seq, "left.noted", {"words": f"{seq} 号"}) for seq in range(1, many + 1)
    ]


@pytest.mark.parametrize("many", [1, 2, 32])
def test_a_packet_is_the_same_after_its_journey(many: int) -> None:
    packet = said(many)
    assert decode(encode(packet)) == packet


def test_one_event_travels_as_it_is() -> None:
    (one,) = said(1)
    assert Envelope.decode(encode([one])) == one


class Message:
    """A message that remembers that it was refused."""

    message_id = "1"

    def __init__(self, body: bytes) -> None:
        self.body = body
        self.refused: list[bool] = []

    async def reject(self, *, requeue: bool) -> None:
        """To the dead letters, or back to the queue."""
        self.refused.append(requeue)


@pytest.mark.parametrize("wrong", [b"", b"{", b"[]", b"{}", b"[[]]", b"1", b"null", b"packet"])
async def test_what_cannot_be_read_goes_to_the_dead_letters_whole(wrong: bytes) -> None:
    bodies = [wrong]
    if wrong.startswith((b"{}", b"1", b"null")):
        bodies.append(encode(said(2))[:-1] + b"," + wrong + b"]")
    for body in bodies:
        message = Message(body)
        assert await _read(cast(Any, message)) == []
        assert message.refused == [False]


async def test_what_can_be_read_is_not_refused() -> None:
    packet = said(3)
    message = Message(encode(packet))
    assert await _read(cast(Any, message)) == packet
    assert message.refused == []
    assert orjson.loads(message.body)[0]["seq"] == 1

"""The service `referrals` as it is, and in its process somebody who records events at a given pace.

Orders come as JSON lines on standard input; each is answered with the commit time of every event.
"""

import asyncio
import os
import sys
import time
from collections.abc import Sequence
from datetime import date
from typing import Any, BinaryIO
from uuid import UUID, uuid4

import orjson
import uvicorn
import uvloop

from services.referrals.app import parts
from services.referrals.events import HandoffDispatched
from services.serving import configured, spare_what_stays
from shared import journal
from shared.events import subject_of
from shared.service import Frame, service

OFFICE = "330110"
WRITERS = asyncio.Semaphore(8)  # as many as have a connection to the database


async def _record(frame: Frame, matter: UUID, receiver: str) -> tuple[str, float]:
    """One handoff is announced; its event, and when that was committed."""
    event = HandoffDispatched(
        matter_id=matter, handoff_id=uuid4(), kind="criminal_lead", sender=OFFICE, receiver=receiver,
        about=None, form="offer", number="1号", respond_by=None, dispatched_on=date(2026, 11, 3),
    )  # fmt: skip
    async with WRITERS, frame.database.writing(frame=frame, origin=frame.system("bench")) as session:
        event_id = await journal.record(session, subject_of(matter), event, basis="R 31")
    return str(event_id), time.time()


async def _at_pace(frame: Frame, order: dict[str, Any]) -> Sequence[tuple[str, float]]:
    """Events at that many a second, each begun on time however long the others take."""
    matters, receivers = [UUID(each) for each in order["matters"]], order["receivers"]
    began, recording = time.monotonic(), []
    for number in range(order["events"]):
        await asyncio.sleep(max(0.0, began + number / order["rate"] - time.monotonic()))
        matter, receiver = matters[number % len(matters)], receivers[number % len(receivers)]
        recording.append(asyncio.create_task(_record(frame, matter, receiver)))
    return await asyncio.gather(*recording)


async def _obey(app: Any, answers: BinaryIO) -> None:
    loop, reader = asyncio.get_running_loop(), asyncio.StreamReader(limit=1 << 26)
    await loop.connect_read_pipe(lambda: asyncio.StreamReaderProtocol(reader), sys.stdin)
    while line := await reader.readline():
        told = await _at_pace(app.state.frame, orjson.loads(line))
        answers.write(orjson.dumps(told) + b"\n")
        answers.flush()


async def main(port: int) -> None:
    """Serve, and record what is ordered, until standard input ends."""
    answers = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)  # whatever else is printed here is a log
    app = service(parts())
    spare_what_stays()
    server = uvicorn.Server(configured(app, host="127.0.0.1", port=port))
    serving = asyncio.create_task(server.serve())
    while not server.started:  # noqa: ASYNC110 - a server tells nobody
        await asyncio.sleep(0.05)
    await _obey(app, answers)
    server.should_exit = True
    await serving


if __name__ == "__main__":
    uvloop.run(main(int(sys.argv[1])))

"""The postman: takes letters that are due to the mail server and writes down what became of them.

No transaction is open while a letter is sent. One that was taken just before this process ended is sent
again when its lease is over, under the same Message-ID.
"""

import asyncio
import time
from datetime import datetime, timedelta

import structlog

from services.notifications.actions import mailing
from services.notifications.channels.mail import Posted, post, relay_of
from shared.service import Frame

log = structlog.get_logger(__name__)

POLL_SECONDS = 5.0


class Postman:
    """One process's letters, a few at a time over one connection."""

    def __init__(self, frame: Frame) -> None:
        self._frame = frame
        self._relay = relay_of(frame.settings)

    @property
    def on_duty(self) -> bool:
        """Whether this installation sends letters at all."""
        return self._relay is not None

    async def tick(self, now: datetime | None = None) -> int:
        """Send what is due (as of `now`, if given); how many letters were tried."""
        if self._relay is None:
            return 0
        began, frame, settings = time.monotonic(), self._frame, self._frame.settings
        async with frame.database.writing(frame=frame, origin=frame.system("mail:claim")) as session:
            at = now or await frame.database.dialect.now(session)
            claimed = await mailing.claim(session, at, settings.mail_links)
        if not claimed:
            return 0
        posted = await post(self._relay, settings.mail_from, [each.letter for each in claimed], at)
        done = at + timedelta(seconds=time.monotonic() - began)
        async with frame.database.writing(frame=frame, origin=frame.system("mail:settle")) as session:
            await mailing.settle(session, claimed, posted, done)
        _tell(posted)
        return len(claimed)

    async def run(self) -> None:
        """Send letters until cancelled."""
        while True:
            if not await self.tick():
                await asyncio.sleep(POLL_SECONDS)


def _tell(posted: list[Posted]) -> None:
    failed = [each for each in posted if not each.taken]
    if failed:
        log.warning("letters were not taken", letters=len(failed), code=failed[0].code, error=failed[0].error)


async def send_mail(frame: Frame) -> None:
    """The mail worker of a running service; without a mail server it rests."""
    postman = Postman(frame)
    if not postman.on_duty:
        await asyncio.Event().wait()
    await postman.run()

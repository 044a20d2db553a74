"""The receivers of a measurement: one process that notes when each message came, on any path."""

import asyncio
import re
import sys
import time

import orjson
from aiohttp import web

LONG = 100.0
SEQUENCE = re.compile(rb'"sequence":"(\d+)"')
MATTER = re.compile(rb'"partitionkey":"([^"]+)"')


class Notes:
    """Who got which message when: (message id, path, wall clock, matter, number)."""

    def __init__(self) -> None:
        self.taken: list[tuple[str, str, float, str, int]] = []

    async def take(self, request: web.Request) -> web.Response:
        """A message is here; a path below /dead/ never answers in time, one below /down/ at once with 503."""
        body = await request.read()
        at, path = time.time(), request.path
        if path.startswith("/dead/"):
            await asyncio.sleep(LONG)
            return web.Response()
        if path.startswith("/down/"):
            return web.Response(status=503)
        matter, number = MATTER.search(body), SEQUENCE.search(body)
        assert matter
        assert number
        self.taken.append((request.headers["webhook-id"], path, at, matter[1].decode(), int(number[1])))
        return web.Response()

    async def count(self, request: web.Request) -> web.Response:
        """How many messages were taken."""
        return web.Response(body=str(len(self.taken)))

    async def tell(self, request: web.Request) -> web.Response:
        """All that was taken, and nothing is left."""
        taken, self.taken = self.taken, []
        return web.Response(body=orjson.dumps(taken))


def main(port: int) -> None:
    """Listen until killed."""
    notes = Notes()
    app = web.Application(client_max_size=1 << 20)
    app.router.add_get("/count", notes.count)
    app.router.add_get("/taken", notes.tell)
    app.router.add_post("/{path:.*}", notes.take)
    web.run_app(app, host="127.0.0.1", port=port, print=None, access_log=None)


if __name__ == "__main__":
    main(int(sys.argv[1]))

"""`python -m examples.receiver --base-url http://127.0.0.1:8000 --port 8099 --keys var/agencies CODE ...`"""

import argparse
import os
from pathlib import Path

from aiohttp import web

from examples.receiver.receiver import application


def main() -> None:
    """Listens until stopped."""
    parser = argparse.ArgumentParser(prog="examples.receiver", description="a sample agency receiver")
    environment = os.environ.get
    parser.add_argument("--base-url", default=environment("CASEBRIDGE_URL", "http://127.0.0.1:8000"))
    parser.add_argument("--host", default=environment("RECEIVER_HOST", "127.0.0.1"))
    parser.add_argument("--port", type=int, default=int(environment("RECEIVER_PORT", "8099")))
    parser.add_argument("--keys", type=Path, default=Path(environment("RECEIVER_KEYS", "var/agencies")))
    parser.add_argument("--reply-to-served", action="store_true", help="reply to a suggestion once served")
    parser.add_argument("agencies", nargs="*", default=environment("RECEIVER_AGENCIES", "").split())
    given = parser.parse_args()
    keys = {code: given.keys / f"{code}.json" for code in given.agencies}
    if not keys:
        parser.error("name at least one agency, or set RECEIVER_AGENCIES")
    app = application(given.base_url, keys, reply_to_served=given.reply_to_served)
    web.run_app(app, host=given.host, port=given.port, print=None)


if __name__ == "__main__":
    main()

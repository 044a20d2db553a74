"""Starts services fast: everything is imported here once, and each service is a fork, a process of its own.

    python -m tests.faults.starter      then one order per line of its input, one pid per line of its output

A fork becomes `python -m services WORDS...` with the environment it is given, and with trapdoors in it.
"""

import asyncio
import gc
import importlib
import json
import os
import signal
import sys
import traceback
from pathlib import Path
from typing import Any

NEEDED = (
    "services.embedded",
    "services.prove",
    "asyncpg",
    "sqlalchemy.dialects.postgresql.asyncpg",
    "uvicorn.lifespan.on",
    "uvicorn.loops.auto",
    "uvicorn.protocols.http.auto",
)


def main() -> None:
    """Fork for every order, until there is nobody left to give one."""
    for name in NEEDED:
        importlib.import_module(name)
    gc.freeze()
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)  # the dead need nobody to bury them
    print("ready", flush=True)
    for line in sys.stdin:
        order = json.loads(line)
        pid = os.fork()
        if pid == 0:
            _become(order)
        print(pid, flush=True)


def _become(order: dict[str, Any]) -> None:
    code = 70
    try:
        signal.signal(signal.SIGCHLD, signal.SIG_DFL)
        _redirect(order["log"])
        os.environ.update(order["environment"])
        from services.__main__ import main as services_main
        from tests.faults import trapdoor

        trapdoor.install(Path(order["folder"]))
        code = services_main(order["words"])
    except BaseException:
        traceback.print_exc()
    finally:
        sys.stdout.flush()
        Path(order["folder"], f"{os.getpid()}.code").write_text(str(code))
        os._exit(code)


def _redirect(log: str) -> None:
    nothing = os.open(os.devnull, os.O_RDONLY)
    out = os.open(log, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o644)
    for ours, theirs in ((nothing, 0), (out, 1), (out, 2)):
        os.dup2(ours, theirs)
    asyncio.set_event_loop_policy(None)


if __name__ == "__main__":
    main()

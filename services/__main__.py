"""Start, migrate, try out and prove. Without a command: all services, on the data of `make run`."""

import argparse
import asyncio
import os
import sys
from collections.abc import Callable, Sequence
from contextlib import nullcontext
from datetime import datetime
from uuid import UUID

from pydantic import ValidationError

from services import local
from services.local import SERVICES
from shared import logs
from shared.identity import Role


def _serve(arguments: argparse.Namespace) -> int:
    import uvicorn

    from services.embedded import PARTS, embedded
    from services.serving import configured, spare_what_stays
    from shared.service import service

    with local.held() if arguments.command == "all" else nullcontext():
        if arguments.command == "all":
            local.prepare()
            _migrate(arguments)
            application = embedded()
        else:
            application = service(PARTS[arguments.command]())  # type: ignore[assignment]
        spare_what_stays()
        uvicorn.Server(configured(application, host=arguments.host, port=arguments.port)).run()
    return 0


def _run(arguments: argparse.Namespace) -> int:
    from services.run import STOPPED, run

    try:
        with local.held():
            return asyncio.run(run(arguments.host, arguments.port, walk=not arguments.no_walk))
    except KeyboardInterrupt:  # during the walk
        print(STOPPED, flush=True)
        return 0


def _migrate(arguments: argparse.Namespace) -> int:
    from services.embedded import PARTS
    from shared import migrations

    named = getattr(arguments, "service", None)
    for name in [named] if named else SERVICES:
        parts = PARTS[name]()
        migrations.upgrade(parts.migrations, parts.settings.database_url, parts.base)
        print(f"{name}: the database is at the newest revision")
    return 0


def _demo(arguments: argparse.Namespace) -> int:
    from services.demo import main

    return asyncio.run(main(arguments.url, arguments.receiver))


def _token(arguments: argparse.Namespace) -> int:
    data = local.folder()
    if not (data / "issuer-key.json").exists():
        print(f"no local issuer in {data}; start `python -m services` once", file=sys.stderr)
        return 1
    print(
        local.token(
            data, arguments.org, arguments.sub, arguments.role, arguments.seconds, arguments.clearance
        )
    )
    return 0


def _verify(arguments: argparse.Namespace) -> int:
    from services.prove import verify

    return asyncio.run(verify(arguments.checkpoint))


def _reconcile(arguments: argparse.Namespace) -> int:
    from services.prove import reconcile

    if arguments.repair and not arguments.reason:
        print("--repair needs --reason")
        return 2
    return asyncio.run(reconcile(repair=arguments.reason if arguments.repair else None))


def _parked(arguments: argparse.Namespace) -> int:
    from services.prove import parked

    return asyncio.run(parked(arguments))


def _deliveries(arguments: argparse.Namespace) -> int:
    from services.operating import deliveries

    return asyncio.run(deliveries(arguments))


def _verify_receipt(arguments: argparse.Namespace) -> int:
    from services.prove import verify_receipt

    return verify_receipt(arguments.file, arguments.key)


def _openapi(arguments: argparse.Namespace) -> int:
    from services.documents import write

    return write(check=arguments.check)


def _env(arguments: argparse.Namespace) -> int:
    from services.documents import ENVIRONMENT, write

    return write(check=arguments.check, only=ENVIRONMENT)


def _secrets(_: argparse.Namespace) -> int:
    from services.installation import FOLDER, ROOT, install

    made = install()
    for file in made:
        print(f"made {file.relative_to(ROOT)}")
    if (FOLDER / "issuer-key.json") in made:
        print("This installation is for trying out: it believes a key kept here. See deploy/RUNBOOK.md.")
    return 0


Command = Callable[[str, Callable[[argparse.Namespace], int], str], argparse.ArgumentParser]


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m services", description=__doc__)
    commands = parser.add_subparsers(dest="command", metavar="COMMAND")

    def command(name: str, run: Callable[[argparse.Namespace], int], says: str) -> argparse.ArgumentParser:
        added = commands.add_parser(name, help=says, description=says)
        added.set_defaults(run=run)
        return added

    _add_serving(command)
    _add_trying(command)
    _add_proving(command)
    _add_writing(command)
    return parser


def _add_serving(command: Command) -> None:
    def serving(added: argparse.ArgumentParser) -> None:
        added.add_argument("--host", default=os.environ.get("HOST", "127.0.0.1"))
        added.add_argument("--port", type=int, default=int(os.environ.get("PORT", "8000")))

    for name in ("all", *SERVICES):
        says = "all three services in one process" if name == "all" else f"the service {name} alone"
        serving(command(name, _serve, says))
    trying = command("run", _run, "all services, the sample receiver, and the walk through the main job")
    serving(trying)
    trying.add_argument("--no-walk", action="store_true", help="only serve, with the sample receiver")
    migrating = command("migrate", _migrate, "bring the databases to the newest revision")
    migrating.add_argument("service", nargs="?", choices=SERVICES)


def _add_trying(command: Command) -> None:
    walking = command("demo", _demo, "walk the main job against a running system")
    walking.add_argument("--url", default="http://127.0.0.1:8000")
    walking.add_argument(
        "--receiver", help="where the system reaches the sample receiver, if not on this machine"
    )
    signing = command("token", _token, "a token of the local issuer, for trying out")
    signing.add_argument("--org", required=True, help="office code, for example 330110")
    signing.add_argument(
        "--role",
        action="append",
        required=True,
        choices=[role.value for role in Role if role not in (Role.AGENCY_OFFICER, Role.SERVICE)],
        metavar="ROLE",
        help="%(choices)s; may be given several times",
    )
    signing.add_argument("--sub", default="tryout", help="the person's name for the system")
    signing.add_argument("--seconds", type=int, default=3600, help="how long it lives (default: an hour)")
    signing.add_argument(
        "--clearance", type=int, default=2, choices=range(5), help="highest classification the person reads"
    )


def _add_proving(command: Command) -> None:
    verifying = command("verify", _verify, "recompute every journal chain; names the first wrong row")
    verifying.add_argument("--checkpoint", action="store_true", help="make a checkpoint first")
    comparing = command("reconcile", _reconcile, "every event against every reader and every delivery")
    comparing.add_argument("--repair", action="store_true", help="make the deliveries that are missing")
    comparing.add_argument("--reason", default="", help="why they are made; goes into the journal")
    waiting = command("parked", _parked, "events that wait: list, retry or skip them")
    waiting.add_argument("action", choices=("list", "retry", "skip"))
    waiting.add_argument("--service", choices=SERVICES, help="the reader that the event waits at")
    waiting.add_argument("--source", choices=SERVICES, help="the service that recorded it")
    waiting.add_argument("--subject", help="as `list` shows it, for example matter/...")
    waiting.add_argument("--seq", type=int, help="as `list` shows it")
    waiting.add_argument("--reason", default="", help="why it is skipped; goes into the journal")
    _add_deliveries(command)
    receipt = command("verify-receipt", _verify_receipt, "check a receipt offline")
    receipt.add_argument("file", help="the `token` of one receipt")
    receipt.add_argument("--key", required=True, help="the signer's public keys (JWK or JWKS file)")


def _instant(text: str) -> datetime:
    said = datetime.fromisoformat(text)
    return said if said.tzinfo else said.astimezone()


LOOKS = ("overview", "list", "endpoints", "report", "reports", "attempts", "receipt")
ACTS = ("retry", "skip", "replay", "pause", "resume", "confirm", "verify", "test", "disable")


def _add_deliveries(command: Command) -> None:
    says = f"deliveries: {', '.join(LOOKS)}; or, with a reason, {', '.join(ACTS)}"
    acting = command("deliveries", _deliveries, says)
    acting.add_argument("action", choices=(*LOOKS, *ACTS))
    acting.add_argument(
        "--id", type=UUID, help="of the delivery (attempts, receipt, retry, skip) or of the endpoint (others)"
    )
    acting.add_argument("--state", default="blocked", choices=("blocked", "dead", "held", "pending"))
    since = "replay what was not taken since then (default: ever)"
    acting.add_argument("--since", type=_instant, help=since)
    acting.add_argument("--until", type=_instant, help="replay until then; confirm until that day")
    acting.add_argument("--event", type=UUID, help="replay that one event")
    acting.add_argument("--all", action="store_true", help="replay also what was taken")
    acting.add_argument("--skip-held", action="store_true", help="resume, and pass over what was held")
    acting.add_argument("--reason", default="", help="goes into the journal")


def _add_writing(command: Command) -> None:
    writing = command("openapi", _openapi, "write the generated documents, or check them")
    writing.add_argument("--check", action="store_true")
    example = command("env", _env, "write deploy/env.example, or check it")
    example.add_argument("--check", action="store_true")
    command("secrets", _secrets, "make what the containers need and is not there yet: secrets, keys, .env")


def main(words: Sequence[str] | None = None) -> int:
    """The exit code of the command in these words."""
    said = list(sys.argv[1:] if words is None else words) or ["all"]
    arguments = _parser().parse_args(said)
    usual = "ERROR" if arguments.command == "run" else "INFO"  # there the story is to be read
    logs.configure(os.environ.get("LOG_LEVEL", usual), readable=sys.stderr.isatty())
    if arguments.command in (
        "run",
        "migrate",
        "verify",
        "reconcile",
        "parked",
        "deliveries",
        "openapi",
        "env",
    ):
        local.prepare()
    try:
        result: int = arguments.run(arguments)
    except ValidationError as exc:
        if not exc.title.endswith("Settings"):
            raise
        _say_what_is_wrong(exc)
        return 2
    return result


def _say_what_is_wrong(exc: ValidationError) -> None:
    """The settings that are missing or cannot be read, under the names they have in the environment."""
    service = exc.title.removesuffix("Settings").upper()
    for each in exc.errors(include_url=False, include_input=False):
        name = str(each["loc"][0]) if each["loc"] else service
        name = name if name.isupper() else f"{service}_{name.upper()}"
        print(f"{name}: {each['msg']}", file=sys.stderr)
    print("deploy/env.example says what each setting means.", file=sys.stderr)


if __name__ == "__main__":
    sys.exit(main())

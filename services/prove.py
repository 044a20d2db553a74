"""What an administrator asks the system to prove: nothing changed, nothing lost, nothing stuck unseen."""

import argparse
import asyncio
import sys
import time
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import orjson
from sqlalchemy import select

from services import operating
from services.embedded import all_parts
from services.notifications import reconciliation
from services.referrals.errors import SignatureNotVerified
from services.referrals.rules import receipts
from shared import inbox, proof
from shared.database import Database
from shared.identity import read_key
from shared.organisations import OfficeTree
from shared.reactions import ReactionTable
from shared.service import Parts, make_frame, shared_reactions

LOOK_SECONDS = 0.2


@asynccontextmanager
async def _databases(parts: Mapping[str, Parts]) -> AsyncIterator[dict[str, Database]]:
    opened = {name: Database(each.settings.database_url, pool_size=2) for name, each in parts.items()}
    try:
        yield opened
    finally:
        for database in opened.values():
            await database.close()


async def verify(checkpoint: bool) -> int:
    """Every journal against its heads, its checkpoints and what its readers saw; 0 when all is intact."""
    parts = all_parts()
    intact = True
    async with _databases(parts) as databases:
        for name, each in parts.items():
            key = read_key(each.settings.signing_key_file)
            if checkpoint:
                async with databases[name].writing() as session:
                    token = await proof.checkpoint(session, name, key)
                print(f"{name}: checkpoint {token or '(nothing new)'}")
            seen = await proof.seen_of(databases, name)
            verdict = await proof.verify(databases[name], name, key, seen)
            print(verdict)
            intact = intact and not verdict.wrong
    return 0 if intact else 1


async def reconcile(
    patience: float = 0.0, repair: str | None = None, parts: Mapping[str, Parts] | None = None
) -> int:
    """Events against readers, events against deliveries and back; 0 when nothing is missing or too much.

    For so many seconds what is still on its way is waited for. With `repair`, the reason why, deliveries that
    are missing are made.
    """
    parts = parts or all_parts()
    until = time.monotonic() + patience
    async with _databases(parts) as databases:
        while True:
            accounts, deliveries = await _accounts(parts, databases)
            complete = deliveries.complete and all(account.complete for account in accounts)
            if complete or time.monotonic() >= until:
                break
            await asyncio.sleep(LOOK_SECONDS)
        if repair and deliveries.missing:
            print(deliveries)
            made = await operating.restored(parts["notifications"], deliveries.missing, repair)
            print(f"made {made} of {len(deliveries.missing)} that were missing; recorded in the journal")
            accounts, deliveries = await _accounts(parts, databases)
            complete = deliveries.complete and all(account.complete for account in accounts)
    for each in (*accounts, deliveries):
        print(each)
    return 0 if complete else 1


async def _accounts(
    parts: Mapping[str, Parts], databases: Mapping[str, Database]
) -> tuple[list[proof.Account], reconciliation.Deliveries]:
    teller = parts["notifications"]
    kept_days = getattr(teller.settings, "keep_deliveries_days", 0)
    offices = OfficeTree.load(*teller.settings.offices_files)
    sources = {name: databases[name] for name in teller.listens_to}
    accounts = await proof.reconcile(databases, {name: each.listens_to for name, each in parts.items()})
    return accounts, await reconciliation.account(databases["notifications"], sources, offices, kept_days)


async def parked(arguments: argparse.Namespace) -> int:
    """List what waits, or retry or skip one quarantined event (with a reason, into the journal)."""
    parts = all_parts()
    if arguments.action == "list":
        async with _databases(parts) as databases:
            listed = [await _list(name, database) for name, database in databases.items()]
        if not any(listed):
            print("nothing waits")
        return 0
    if not (arguments.service and arguments.source and arguments.subject and arguments.seq):
        print("retry and skip need --service --source --subject --seq")
        return 2
    if arguments.action == "skip" and not arguments.reason:
        print("skip needs --reason")
        return 2
    return await _release(parts[arguments.service], arguments)


async def _list(name: str, database: Database) -> int:
    async with database.reading() as session:
        asked = select(inbox.parked).order_by(inbox.parked.c.since).limit(200)
        rows = (await session.execute(asked)).all()
        for row in rows:
            where = f"{row.source} {row.subject} {row.seq}"
            print(f"{name}: {row.state.value} {where} since {row.since:%F %T} {row.error or ''}".rstrip())
    return len(rows)


async def _release(parts: Parts, arguments: argparse.Namespace) -> int:
    frame = make_frame(parts)
    frame.inbox = inbox.Inbox(frame, ReactionTable([*shared_reactions(parts), *parts.reactions]))
    where = (arguments.source, arguments.subject, arguments.seq)
    try:
        if arguments.action == "retry":
            done = await frame.inbox.retry(*where)
            print("applied" if done else "it failed again and waits")
            return 0 if done else 1
        await frame.inbox.skip(*where, arguments.reason, operating.OPERATOR)
        print("skipped; recorded in the journal")
        return 0
    except inbox.NotWaiting as refused:
        print(f"{arguments.service}: {refused}; `parked list` says what waits")
        return 1
    finally:
        await frame.bus.close()
        await frame.database.close()


def verify_receipt(file: str, key: str) -> int:
    """Check a receipt against public keys (one, a set, or a list with their dates), without any server."""
    try:
        said, keys = Path(file).read_text().strip(), _keys(orjson.loads(Path(key).read_bytes()))
    except (OSError, ValueError, TypeError, AttributeError, KeyError) as exc:
        print(f"cannot be checked: {exc}", file=sys.stderr)
        return 2
    try:
        receipt = receipts.verify_receipt(said, keys)
    except SignatureNotVerified as refused:
        print(f"NOT VALID {orjson.dumps(refused.data).decode() if refused.data else ''}".rstrip())
        return 1
    print(orjson.dumps(receipt, option=orjson.OPT_INDENT_2).decode())
    print("valid")
    return 0


def _keys(found: Any) -> list[dict[str, Any]]:
    """The keys of a JWK, a JWKS, or a list of registered keys, each with the days on which it is valid."""
    listed = found if isinstance(found, list) else found.get("keys", [found])
    dated = ("kid", "valid_from", "valid_to")
    return [each["jwk"] | {name: each[name] for name in dated} if "jwk" in each else each for each in listed]

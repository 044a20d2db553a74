"""What anybody may know of this service: its keys and its tables."""

import asyncio
import base64
from typing import Any

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from services.notifications.rules.recipients import NOTICES
from tests import given
from tests.asking import eventually
from tests.notifications.conftest import AGENCY, OFFICE, Post
from tests.notifications.receiver import Receiver
from tests.running import Alone


async def test_a_message_verifies_under_the_published_key(post: Post, receiver: Receiver) -> None:
    await post.endpoint(receiver)
    await post.dispatch(await post.matter())
    await post.deliver()
    (key,) = (await post.app.client.read("/notifications/v1/keys", post.agency))["keys"]
    assert set(key) == {"kty", "crv", "x", "kid", "alg", "use"}
    public = Ed25519PublicKey.from_public_bytes(base64.urlsafe_b64decode(key["x"] + "="))
    for message in receiver.arrived:
        stamp = message.headers["webhook-timestamp"]
        content = f"{message.headers['webhook-id']}.{stamp}.".encode() + message.body
        signature = message.headers["webhook-signature"].removeprefix("v1a,")
        public.verify(base64.b64decode(signature), content)


async def test_the_tables_are_readable_with_the_basis_of_each_row(post: Post) -> None:
    tables: list[dict[str, Any]] = await post.app.client.read("/notifications/v1/rules", post.office)
    by_name = {table["table"]: table["rows"] for table in tables}
    assert len(by_name["who is told of what"]) == len(NOTICES)
    for name, rows in by_name.items():
        assert rows, name
        if name != "events that an agency can be told of":
            assert all(row["basis"]["certainty"] == "internal" for row in rows)


async def test_in_a_running_service_messages_leave_by_themselves(
    notifications_app: Alone, receiver: Receiver
) -> None:
    agency = await given.known_agency(notifications_app.app, AGENCY)
    made = await notifications_app.client.create(
        "/notifications/v1/endpoints", {"url": receiver.url(), "purpose": "收件"}, by=agency
    )
    path = f"/notifications/v1/endpoints/{made['id']}"

    async def active() -> bool:
        return bool((await notifications_app.client.read(path, agency))["state"] == "active")

    await eventually(active)
    post = Post(notifications_app, None, given.clerk(OFFICE), agency)  # type: ignore[arg-type]
    matter = await post.matter()
    began = asyncio.get_running_loop().time()
    await post.dispatch(matter)

    async def arrived() -> bool:
        return bool(receiver.messages)

    await eventually(arrived)
    assert asyncio.get_running_loop().time() - began < 2
    health = (await notifications_app.client.get("/notifications/health")).json()
    assert "deliver" not in health["failing"]

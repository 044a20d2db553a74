"""What is owed to an endpoint and what is there, compared by the journals of the sources."""

from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, ClassVar
from uuid import UUID, uuid4

import pytest
from pydantic import ConfigDict
from sqlalchemy import delete, select, update

from services.notifications import reconciliation
from services.notifications.actions import restoring
from services.notifications.events import DeliveryRestored
from services.notifications.reconciliation import Deliveries
from services.notifications.tables import Delivery, Endpoint
from shared import journal
from shared.database import Database
from shared.events import Envelope, Event, subject_of
from tests.conftest import FRAME_ONLY
from tests.given import DISTRICT, NEIGHBOUR, clerk
from tests.notifications.conftest import AGENCY, Post
from tests.notifications.receiver import Receiver
from tests.shared.chains import note, writing
from tests.stage import Databases

SOURCES = ("cases", "referrals")


class Said(Event):
    """Whatever a source announces."""

    model_config = ConfigDict(frozen=True, extra="allow")


@dataclass
class Books:
    """The service, and the journals of its sources, which hear nothing."""

    post: Post
    sources: dict[str, Database]

    async def said(self, type_: str, matter: UUID, *, heard: bool = True, **body: Any) -> Envelope:
        """A source records an event about a matter; this service hears it."""
        source, name = type_.split(".")
        annotations = {"__annotations__": {"name": ClassVar[str]}, "__module__": __name__}
        event = type("Named", (Said,), {"name": name, **annotations})
        subject = subject_of(matter)
        async with writing(self.sources[source], source) as session:
            await journal.record(session, subject, event(matter_id=str(matter), **body), basis="R 30")
        async with self.sources[source].reading() as session:
            envelope = (await journal.read(session, source, subject, 0))[-1]
        if heard:
            await self.post.app.frame.inbox.take([envelope])
        return envelope

    async def stands(self, matter: UUID | None = None, **more: Any) -> UUID:
        """Where a matter stands is announced."""
        known = matter or uuid4()
        body: dict[str, Any] = {
            "kind": "lead",
            "holder": DISTRICT,
            "epoch": 0,
            "closed": False,
            "classification": 1,
        }
        body |= {"place": DISTRICT, "origin": "self_handled"}
        await self.said("cases.standing_changed", known, **(body | more))
        return known

    async def assessed(self, matter: UUID, **more: Any) -> Envelope:
        """The holder is told of its lead."""
        body: dict[str, Any] = {"lead_id": str(matter), "outcome": "to_file"}
        return await self.said("cases.lead_assessed", matter, **body, **more)

    async def accepted(self, matter: UUID) -> Envelope:
        """The agency has accepted a handoff; whoever handles the matter is told, and the agency itself."""
        body: dict[str, Any] = {
            "handoff_id": str(uuid4()),
            "kind": "criminal_lead",
            "sender": DISTRICT,
            "receiver": AGENCY,
        }
        return await self.said("referrals.handoff_accepted", matter, **body)

    async def endpoint(self, receiver: Receiver, **more: Any) -> UUID:
        """An endpoint of the office (or of `by`) that has long proved itself."""
        by = more.pop("by", self.post.office)
        made = await self.post.endpoint(receiver, by=by, **more)
        async with self.post.app.writing() as session:
            endpoint = await session.get_one(Endpoint, UUID(made["id"]))
            assert endpoint.verified_at is not None
            endpoint.verified_at -= timedelta(hours=1)
        return UUID(made["id"])

    async def account(self, **more: Any) -> Deliveries:
        """What `reconcile` finds."""
        frame = self.post.app.frame
        return await reconciliation.account(frame.database, self.sources, frame.offices, **more)

    async def lose(self, event: Envelope) -> None:
        """Somebody with the database in hand removes the deliveries of an event."""
        async with self.post.app.writing() as session:
            await session.execute(delete(Delivery).where(Delivery.event_id == event.id))

    async def restored(self, event: Envelope, *endpoints: UUID) -> int:
        """An operator has the missing deliveries made."""
        async with self.post.app.writing() as session:
            return await restoring.restore(session, event, endpoints, "数据库恢复后补发")


@pytest.fixture
async def books(post: Post, databases: Databases) -> AsyncIterator[Books]:
    """The service with an empty journal at each of its sources."""
    sources = {name: Database(await databases.fresh(FRAME_ONLY)) for name in SOURCES}
    yield Books(post, sources)
    for each in sources.values():
        await each.close()


async def test_what_was_told_before_an_endpoint_was_sure_is_there_and_not_owed(
    books: Books, receiver: Receiver
) -> None:
    await books.post.endpoint(receiver, by=books.post.office)
    matter = await books.stands()
    _, sure = [await books.assessed(matter) for _ in range(2)]
    async with books.post.app.writing() as session:
        await session.execute(update(Endpoint).values(verified_at=sure.at - reconciliation.ON_THE_WAY))
    await books.post.deliver()
    found = await books.account()
    assert (found.owed, found.early, found.complete) == (1, 1, True)
    assert str(found) == (
        "deliveries: 2 original (2 delivered): 1 owed and there, 1 made in or before the first second of an "
        "endpoint (not owed); none missing, none without an event"
    )


async def test_a_delivery_that_was_lost_is_named_and_can_be_made(books: Books, receiver: Receiver) -> None:
    endpoint, matter = await books.endpoint(receiver), await books.stands()
    lost = await books.assessed(matter)
    await books.assessed(matter)
    await books.post.deliver()
    await books.lose(lost)
    found = await books.account()
    assert not found.complete
    assert [each.event.id for each in found.missing] == [lost.id]
    first, second, command = str(found).splitlines()
    assert "1 MISSING" in first
    assert second.endswith(
        f"cases.lead_assessed {lost.subject} {lost.seq} to {DISTRICT} (endpoint {endpoint})"
    )
    assert "reconcile --repair --reason" in command

    assert [await books.restored(lost, endpoint) for _ in range(2)] == [1, 0], "made once"
    (entry,) = await books.post.app.recorded(DeliveryRestored.name, matter)
    assert (entry.body["event_id"], entry.body["lane"]) == (str(lost.id), 3)
    receiver.arrived.clear()
    await books.post.deliver()
    (message,) = receiver.messages
    assert (message.headers["webhook-id"], message.event["sequence"]) == (str(lost.id), "3")
    assert (await books.account()).complete


async def test_a_delivery_without_an_event_is_named(books: Books, receiver: Receiver) -> None:
    await books.endpoint(receiver)
    await books.assessed(await books.stands())
    async with books.post.app.writing() as session:
        await session.execute(update(Delivery).values(event_id=uuid4()))
        row = await session.scalar(select(Delivery.id))
    found = await books.account()
    assert (len(found.missing), len(found.unwarranted)) == (1, 1)
    assert f"without an event: delivery {row}, cases.lead_assessed" in str(found)


async def test_a_delivery_to_somebody_whom_no_event_names_is_named(books: Books, receiver: Receiver) -> None:
    await books.endpoint(receiver)
    stranger = await books.endpoint(receiver, by=books.post.agency)
    await books.assessed(await books.stands())
    async with books.post.app.writing() as session:
        await session.execute(update(Delivery).values(endpoint_id=stranger))
    found = await books.account()
    assert (len(found.missing), len(found.unwarranted)) == (1, 1)


async def test_ceilings_and_places_hold_as_they_were_when_the_event_was_told(
    books: Books, receiver: Receiver, other: Receiver
) -> None:
    await books.endpoint(receiver, ceiling=1)
    await books.endpoint(other, by=books.post.office.cleared(3), ceiling=3, places=[DISTRICT])
    matter = await books.stands()
    told = await books.assessed(matter)
    await books.stands(matter, classification=2, place=NEIGHBOUR)
    await books.assessed(matter)
    await books.stands(matter, classification=2)
    await books.assessed(matter)
    found = await books.account()
    assert (found.owed, found.complete) == (3, True), str(found)
    await books.lose(told)
    assert len((await books.account()).missing) == 2


async def test_after_a_move_either_holder_may_have_been_told_but_one_of_them_was(
    books: Books, receiver: Receiver, other: Receiver
) -> None:
    await books.endpoint(receiver)
    await books.endpoint(other, by=clerk(NEIGHBOUR))
    matter = await books.stands()
    before = await books.accepted(matter)
    await books.stands(matter, holder=NEIGHBOUR, epoch=1)
    after = await books.accepted(matter)
    assert (await books.account()).complete
    for event, owner in ((before, DISTRICT), (after, NEIGHBOUR)):
        await books.lose(event)
        assert [each.owner for each in (await books.account()).missing] == [owner]
        (lost,) = (await books.account()).missing
        assert await books.restored(event, lost.endpoint_id) == 1
        assert (await books.account()).complete


async def test_what_is_still_on_its_way_is_not_missed_nor_made(books: Books, receiver: Receiver) -> None:
    endpoint, matter = await books.endpoint(receiver), await books.stands()
    coming = await books.said("cases.lead_assessed", matter, heard=False, lead_id=str(matter), outcome="x")
    assert (await books.account()).complete
    assert await books.restored(coming, endpoint) == 0


async def test_what_has_been_classified_meanwhile_is_not_made(books: Books, receiver: Receiver) -> None:
    endpoint, matter = await books.endpoint(receiver, ceiling=1), await books.stands()
    lost = await books.assessed(matter)
    await books.lose(lost)
    await books.stands(matter, classification=3)
    assert await books.restored(lost, endpoint) == 0


async def test_long_journals_are_read_to_their_end(
    books: Books, receiver: Receiver, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(reconciliation, "STEP", 2)
    monkeypatch.setattr(reconciliation, "PAIRS", 1)
    await books.endpoint(receiver)
    for name in SOURCES:  # other subjects before and behind the matters
        for subject in ("agency/a", "zone/z"):
            await note(books.sources[name], subject, 3)
    told = [await books.assessed(await books.stands()) for _ in range(5)]
    assert (await books.account()).owed == 5
    for event in told:
        await books.lose(event)
    found = await books.account(kept_days=30)
    assert {each.event.id for each in found.missing} == {event.id for event in told}

"""Documents: streamed in under their own digest, out to whom may read them, every reading recorded."""

import asyncio
import base64
import hashlib
import os
import time
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import pytest
from joserfc import jwt
from joserfc.jwk import OctKey
from sqlalchemy import select, text

from services.cases import storage
from services.cases.tables import Access
from shared import clock
from tests import given
from tests.cases.story import AGENCY, CLERK, OFFICE, PDF, PROSECUTOR, Story, a_suggestion, sha256_of

DOCUMENTS = "/cases/v1/documents"


@pytest.fixture
def extra_settings() -> dict[str, dict[str, Any]]:
    """A low limit, so that a test can go over it."""
    return {"cases": {"document_max_bytes": 10_000}}


def a_ticket(
    sha256: str,
    matter: object,
    agency: str = AGENCY,
    seconds: int = 60,
    key: str = given.SERVICE_KEY,
) -> str:
    """A ticket as `referrals` makes it; None names no matter at all."""
    now = int(time.time())
    claims = {"sha256": sha256, "agency": agency, "handoff": str(uuid4()), "iat": now, "exp": now + seconds}
    claims |= {"aud": "casebridge-documents"} | ({} if matter is None else {"matter": matter})
    return jwt.encode({"alg": "HS256"}, claims, OctKey.import_key(key))


async def accesses(story: Story) -> list[tuple[str, str]]:
    """Who read what."""
    async with story.app.reading() as session:
        return [(each.org, each.sha256) for each in await session.scalars(select(Access))]


async def test_a_document_lies_under_the_digest_that_the_server_computed(story: Story) -> None:
    lead = await story.lead()
    response = await story.upload(lead["id"], by=CLERK)
    filed = response.json()
    assert response.status_code == 201, filed
    assert (filed["sha256"], filed["size"]) == (sha256_of(PDF), len(PDF))
    place = storage.place_of(story.app.frame.settings.documents_folder, filed["sha256"])
    assert place.read_bytes() == PDF
    (event,) = await story.app.recorded("document_filed", UUID(lead["id"]))
    assert event.body["document_id"] == filed["id"]
    assert "决定书" not in str(event.body)
    shown = await story.client.read(f"/cases/v1/leads/{lead['id']}", PROSECUTOR)
    assert [each["sha256"] for each in shown["documents"]] == [filed["sha256"]]


async def test_the_same_bytes_are_one_document(story: Story) -> None:
    lead = await story.lead()
    first, again = await story.upload(lead["id"]), await story.upload(lead["id"])
    assert first.json() == again.json()
    assert len(await story.app.recorded("document_filed")) == 1
    replayed = [await story.upload(lead["id"], b"other", headers={"Idempotency-Key": "k"}) for _ in "12"]
    assert replayed[1].headers["Idempotency-Replayed"] == "true"
    assert replayed[0].json() == replayed[1].json()


async def test_an_announced_digest_is_checked(story: Story) -> None:
    lead = await story.lead()
    said = base64.b64encode(hashlib.sha256(PDF).digest()).decode()
    right = await story.upload(lead["id"], headers={"Content-Digest": f"sha-256=:{said}:"})
    assert right.status_code == 201
    wrong = await story.upload(lead["id"], b"other", headers={"Content-Digest": f"sha-256=:{said}:"})
    assert (wrong.status_code, wrong.json()["code"]) == (422, "DigestMismatch")
    unknown = await story.upload(lead["id"], headers={"Content-Digest": "md5=:AAAA:"})
    assert (unknown.status_code, unknown.json()["code"]) == (422, "Malformed")


@pytest.mark.parametrize(
    ("more", "status", "code"),
    [
        ({"body": b"x" * 10_001}, 413, "DocumentTooLarge"),
        ({"headers": {"Content-Type": "text/html"}}, 415, "MediaTypeNotTaken"),
        ({"headers": {"Content-Type": "application/json"}}, 415, "MediaTypeNotTaken"),
        ({"classification": 3}, 403, "ClearanceTooLow"),
        ({"name": "../../etc/passwd"}, 422, "Malformed"),
        ({"by": given.prosecutor(given.NEIGHBOUR)}, 404, "LeadNotFound"),
        ({"by": given.prosecutor(given.CITY)}, 403, "NotYourMatter"),
        ({"by": given.overseer(OFFICE)}, 403, "RoleRequired"),
    ],
)
async def test_what_is_not_taken(story: Story, more: dict[str, Any], status: int, code: str) -> None:
    lead = await story.lead()
    response = await story.upload(lead["id"], **({"body": PDF} | more))
    assert (response.status_code, response.json()["code"]) == (status, code)
    folder: Path = story.app.frame.settings.documents_folder
    assert not list((folder / storage.INCOMING).glob("*"))
    assert await story.app.recorded("document_filed") == []


async def test_staff_read_what_they_may_see(story: Story) -> None:
    lead = await story.lead()
    sha256 = await story.document(lead["id"])
    for person in (PROSECUTOR, given.overseer(given.PROVINCE)):
        response = await story.client.get(f"{DOCUMENTS}/{sha256}", person)
        assert (response.status_code, response.content) == (200, PDF)
        assert response.headers["content-type"] == "application/pdf"
        assert response.headers["content-digest"].startswith("sha-256=:")
        assert response.headers["cache-control"] == "no-store"
    for nobody, status in ((given.prosecutor(given.NEIGHBOUR), 404), (None, 401)):
        assert (await story.client.get(f"{DOCUMENTS}/{sha256}", nobody)).status_code == status
    assert (await story.client.get(f"{DOCUMENTS}/{'0' * 64}", PROSECUTOR)).status_code == 404
    assert (await story.client.get(f"{DOCUMENTS}/nothing", PROSECUTOR)).status_code == 422
    assert await accesses(story) == []  # nobody read above `internal`


async def test_reading_above_internal_needs_clearance_and_is_recorded(story: Story) -> None:
    cleared = PROSECUTOR.cleared(2)
    lead = await story.lead()
    response = await story.upload(lead["id"], by=cleared, classification=2)
    sha256 = response.json()["sha256"]
    assert (await story.client.get(f"{DOCUMENTS}/{sha256}", PROSECUTOR)).status_code == 404
    assert (await story.client.get(f"{DOCUMENTS}/{sha256}", cleared)).status_code == 200
    assert await accesses(story) == [(OFFICE, sha256)]
    shown = await story.client.read(f"/cases/v1/leads/{lead['id']}", PROSECUTOR)
    assert shown["documents"] == []


async def test_an_agency_reads_only_by_its_ticket_and_every_reading_is_recorded(story: Story) -> None:
    case = await story.case()
    sha256 = await story.document(case["id"])
    officer = given.agency_officer(AGENCY)
    path = f"{DOCUMENTS}/{sha256}"
    read = await story.client.get(path, officer, ticket=a_ticket(sha256, case["id"]))
    assert (read.status_code, read.content) == (200, PDF)
    assert await accesses(story) == [(AGENCY, sha256)]
    for bad in (
        a_ticket("0" * 64, case["id"]),
        a_ticket(sha256, case["id"], agency="agency-2"),
        a_ticket(sha256, case["id"], seconds=-60),
        a_ticket(sha256, case["id"], key="another key of about the same length"),
        a_ticket(sha256, None),
        a_ticket(sha256, "no matter"),
        a_ticket(sha256, 7),
        "not.a.ticket",
    ):
        refused = await story.client.get(path, officer, ticket=bad)
        assert (refused.status_code, refused.json()["code"]) == (403, "TicketRefused")
    assert (await story.client.get(path, officer)).status_code == 403
    assert len(await accesses(story)) == 1


async def test_a_ticket_opens_the_document_of_its_own_matter_alone(story: Story) -> None:
    case, other = await story.case(), await story.lead()
    sha256 = await story.document_in_lead(case)
    officer, path = given.agency_officer(AGENCY), f"{DOCUMENTS}/{sha256}"
    for elsewhere in (case["id"], other["id"], str(uuid4())):
        refused = await story.client.get(path, officer, ticket=a_ticket(sha256, elsewhere))
        assert (refused.status_code, refused.json()["code"]) == (404, "NotFound")
    assert await accesses(story) == []
    read = await story.client.get(path, officer, ticket=a_ticket(sha256, case["lead_id"]))
    assert read.status_code == 200


async def test_what_was_read_can_be_neither_changed_nor_deleted(story: Story) -> None:
    case = await story.case()
    sha256 = await story.document(case["id"])
    ticket = a_ticket(sha256, case["id"])
    await story.client.get(f"{DOCUMENTS}/{sha256}", given.agency_officer(AGENCY), ticket=ticket)
    for statement in ("UPDATE accesses SET org = 'x'", "DELETE FROM accesses"):
        with pytest.raises(Exception, match="only added to"):
            async with story.app.writing() as session:
                await session.execute(text(statement))
    assert len(await accesses(story)) == 1


async def test_a_document_of_another_matter_cannot_be_named(story: Story) -> None:
    case = await story.investigated()
    other = await story.lead()
    sha256 = await story.document(other["id"])
    path = f"/cases/v1/cases/{case['id']}"
    etag = await story.client.etag(path, PROSECUTOR)
    response = await story.client.post(f"{path}/suggestions", a_suggestion(sha256), by=PROSECUTOR, etag=etag)
    assert (response.status_code, response.json()["code"]) == (409, "DocumentUnknown")


async def test_a_lost_file_is_said_to_be_out_of_reach(story: Story) -> None:
    lead = await story.lead()
    sha256 = await story.document(lead["id"])
    storage.place_of(story.app.frame.settings.documents_folder, sha256).unlink()
    response = await story.client.get(f"{DOCUMENTS}/{sha256}", PROSECUTOR)
    assert (response.status_code, response.json()["code"]) == (503, "Unavailable")


def _files(folder: Path) -> list[Path]:
    return [path for path in folder.rglob("*") if path.is_file()]


async def test_an_upload_that_breaks_off_leaves_nothing(tmp_path: Path) -> None:
    async def broken() -> AsyncIterator[bytes]:
        yield b"x" * storage.PIECE
        raise ConnectionError

    with pytest.raises(ConnectionError):
        await storage.receive(tmp_path, broken(), 10 * storage.PIECE)
    assert _files(tmp_path) == []


def _left_behind(incoming: Path) -> None:
    incoming.mkdir(parents=True, exist_ok=True)
    for name, age in (("old", 2 * 86400), ("new", 60)):
        (incoming / name).write_bytes(b"x")
        os.utime(incoming / name, (time.time() - age,) * 2)


async def test_unfinished_uploads_are_cleared_after_a_day(story: Story) -> None:
    folder: Path = story.app.frame.settings.documents_folder
    incoming = folder / storage.INCOMING
    await asyncio.to_thread(_left_behind, incoming)
    await story.app.duty("clear_unfinished_uploads")
    left = await asyncio.to_thread(os.listdir, incoming)
    assert left == ["new"]


@pytest.mark.parametrize(("classification", "seen"), [(1, True), (3, False)])
async def test_leave_ends_at_its_ceiling_for_documents_too(
    story: Story, classification: int, seen: bool
) -> None:
    lead = await story.lead()
    filed = await story.upload(lead["id"], by=PROSECUTOR.cleared(4), classification=classification)
    sha256 = filed.json()["sha256"]
    order = {"matter_id": lead["id"], "referral_id": str(uuid4()), "mode": "entrust_investigation"}
    order |= {"issuer": OFFICE, "addressee": given.NEIGHBOUR, "basis_epoch": 0, "moves_custody": False}
    order |= {"grants_scope": "entrusted_investigation", "issued_on": clock.today().isoformat()}
    await story.app.hear("referrals.referral_issued", UUID(lead["id"]), order)
    guest = given.prosecutor(given.NEIGHBOUR).cleared(4)
    shown = await story.client.read(f"/cases/v1/leads/{lead['id']}", guest)
    assert [each["sha256"] for each in shown["documents"]] == [sha256] * seen
    answer = await story.client.get(f"{DOCUMENTS}/{sha256}", guest)
    assert answer.status_code == (200 if seen else 404)

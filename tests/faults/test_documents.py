"""The disk is full: a document is refused whole, and taken when there is room again."""

from pathlib import Path
from uuid import uuid4

import httpx

from tests import given
from tests.faults.fleet import Fleet
from tests.faults.work import Work
from tests.given import CITY

MOST = 1 << 20
CONTENT = b"a page of a file\n" * 200_000


def kept(fleet: Fleet) -> list[Path]:
    """Every file in the folder of documents, finished or not."""
    return [file for file in (fleet.folder / "documents").rglob("*") if file.is_file()]


async def test_a_full_disk_leaves_nothing_behind_and_stops_nothing_else(fleet: Fleet, work: Work) -> None:
    lead, key, before = await work.lead(), uuid4().hex, kept(fleet)

    async def upload() -> httpx.Response:
        headers = {"Content-Type": "text/plain", "Idempotency-Key": key, **given.prosecutor(CITY).headers}
        path = f"/cases/v1/matters/{lead}/documents"
        return await work.client.http.post(path, content=CONTENT, params={"name": "a.txt"}, headers=headers)

    fleet.limit_files("cases", MOST)
    try:
        refused = await upload()
        assert (refused.status_code, refused.json()["code"]) == (503, "Unavailable"), refused.text
        assert kept(fleet) == before
        assert await fleet.look("cases", "SELECT id FROM documents WHERE matter_id::text = $1", lead) == []
        await work.whole()
    finally:
        fleet.limit_files("cases")
    taken = await upload()
    assert taken.status_code == 201, taken.text
    (file,) = set(kept(fleet)) - set(before)
    assert (file.name, file.read_bytes()) == (taken.json()["sha256"], CONTENT)

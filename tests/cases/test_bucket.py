"""Documents in a bucket: a real server of the S3 protocol, asked through the service and by itself."""

import base64
import hashlib
import os
import re
import socket
import sys
from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit
from uuid import UUID, uuid4

import httpx
import obstore
import pytest

from services.cases import storage
from services.cases.settings import CasesSettings
from services.cases.storage.bucket import BucketAway
from tests.cases.orders import CITY_PROSECUTOR, Order
from tests.cases.story import PDF, PROSECUTOR, Story, sha256_of
from tests.cases.test_documents import DOCUMENTS
from tests.cases.test_evidence import checked
from tests.servers.processes import directory, free_port, start

KEYS = storage.Keys("a key", "a secret")
MIB = 1 << 20
LARGE = 60


@pytest.fixture(scope="session")
def s3() -> Iterator[str]:
    """The address of a server of the S3 protocol, started for this run."""
    port = free_port()
    home = directory("s3")
    command = [sys.executable, "-m", "moto.server", "-H", "127.0.0.1", "-p", str(port)]

    def ready() -> bool:
        with socket.socket() as probe:
            return probe.connect_ex(("127.0.0.1", port)) == 0

    server = start(command, home, ready)
    yield f"http://127.0.0.1:{port}"
    server.end()  # a process of xdist ends without its exit handlers


@pytest.fixture
def bucket_url(s3: str) -> str:
    """The URL of a fresh bucket."""
    name = f"documents-{uuid4().hex[:12]}"
    assert httpx.put(f"{s3}/{name}").status_code == 200
    return f"s3://{name}/files?endpoint={s3}"


@pytest.fixture
def bucket(bucket_url: str) -> storage.Bucket:
    """The bucket, as the service opens it."""
    return storage.Bucket.at(urlsplit(bucket_url), KEYS)


@pytest.fixture
def extra_settings(bucket_url: str) -> dict[str, dict[str, Any]]:
    """The service keeps its documents in the bucket."""
    said = {"documents_url": bucket_url, "documents_access_key": "a key", "documents_secret_key": "a secret"}
    return {"cases": said}


def put(bucket_url: str, name: str, content: bytes) -> None:
    """Somebody else writes an object."""
    obstore.put(storage.Bucket.at(urlsplit(bucket_url), KEYS).store, name, content)


def lies(bucket_url: str) -> list[str]:
    """Every object in the bucket, and every upload in parts that was neither finished nor given up."""
    url = urlsplit(bucket_url)
    here = f"{url.query.removeprefix('endpoint=')}/{url.netloc}"
    told = "".join(httpx.get(f"{here}?{which}").text for which in ("list-type=2", "uploads"))
    return re.findall(r"<Key>([^<]+)</Key>", told)


def place(sha256: str) -> str:
    """The name under which a document lies."""
    return f"files/{sha256[:2]}/{sha256[2:4]}/{sha256}"


async def pieces(count: int, broken: bool = False) -> AsyncIterator[bytes]:
    """So many different mebibytes; the connection may break after them."""
    for number in range(count):
        yield number.to_bytes(4, "big") * (MIB // 4)
    if broken:
        raise ConnectionResetError


def large() -> "hashlib._Hash":
    """The digest of the large document."""
    digest = hashlib.sha256()
    for number in range(LARGE):
        digest.update(number.to_bytes(4, "big") * (MIB // 4))
    return digest


async def test_a_document_lies_in_the_bucket_under_its_digest_and_is_read_from_there(
    story: Story, bucket_url: str
) -> None:
    lead = await story.lead()
    filed = await story.upload(lead["id"])
    assert filed.status_code == 201, filed.text
    sha256 = sha256_of(PDF)
    assert lies(bucket_url) == [place(sha256)]
    read = await story.client.get(f"{DOCUMENTS}/{sha256}", PROSECUTOR)
    assert (read.status_code, read.content) == (200, PDF)
    assert read.headers["content-length"] == str(len(PDF))
    assert str(story.app.frame.settings.documents_folder) not in str(
        storage.store_of(story.app.frame.settings)
    )


async def test_other_bytes_than_announced_leave_nothing(story: Story, bucket_url: str) -> None:
    lead = await story.lead()
    said = base64.b64encode(hashlib.sha256(b"other").digest()).decode()
    refused = await story.upload(lead["id"], headers={"Content-Digest": f"sha-256=:{said}:"})
    assert (refused.status_code, refused.json()["code"]) == (422, "DigestMismatch")
    assert refused.json()["received_sha256"] == sha256_of(PDF)
    assert lies(bucket_url) == []
    assert await story.app.recorded("document_filed") == []


async def test_documents_in_a_bucket_are_checked_when_the_matter_moves(story: Story, bucket_url: str) -> None:
    lead = await story.lead()
    sha256 = await story.document(lead["id"])
    put(bucket_url, place(sha256).removeprefix("files/"), PDF[:-1] + b"N")
    await (await Order(story, lead["id"]).issued()).received()
    await checked(story, lead, sha256, CITY_PROSECUTOR, "damaged")
    (event,) = await story.app.recorded("document_checked", UUID(lead["id"]))
    assert event.body["outcome"] == "damaged"


@pytest.mark.parametrize(
    ("count", "more", "broken", "refusal"),
    [
        (1, {}, True, ConnectionResetError),
        (12, {}, True, ConnectionResetError),
        (12, {"most": 11 * MIB}, False, storage.TooManyBytes),
        (12, {"said": "0" * 64}, False, storage.OtherBytes),
    ],
)
async def test_whatever_breaks_off_leaves_nothing(
    bucket: storage.Bucket,
    bucket_url: str,
    count: int,
    more: dict[str, Any],
    broken: bool,
    refusal: type[Exception],
) -> None:
    with pytest.raises(refusal):
        await bucket.receive(pieces(count, broken), **({"most": 100 * MIB} | more))
    assert lies(bucket_url) == []


def resident() -> int:
    """How much memory this process holds, in bytes."""
    return int(Path("/proc/self/statm").read_text().split()[1]) * os.sysconf("SC_PAGE_SIZE")


@pytest.fixture(params=["folder", "bucket"])
def store(request: pytest.FixtureRequest, tmp_path: Path) -> storage.Store:
    """Either place where documents lie."""
    if request.param == "folder":
        return storage.Folder(tmp_path / "documents")
    found: storage.Bucket = request.getfixturevalue("bucket")
    return found


async def test_a_large_document_passes_in_both_directions_at_constant_memory(store: storage.Store) -> None:
    await store.receive(pieces(12), 100 * MIB)  # what is loaded once is loaded
    before, most = resident(), 0

    async def watched() -> AsyncIterator[bytes]:
        nonlocal most
        async for piece in pieces(LARGE):
            most = max(most, resident() - before)
            yield piece

    received = await store.receive(watched(), 100 * MIB)
    assert (received.sha256, received.size) == (large().hexdigest(), LARGE * MIB)
    assert await store.size_of(received.sha256) == LARGE * MIB
    digest = hashlib.sha256()
    async for piece in store.read(received.sha256):
        digest.update(piece)
        most = max(most, resident() - before)
    assert digest.hexdigest() == received.sha256
    print(f"{LARGE} MiB up and down: {most / MIB:.1f} MiB more memory at most")
    assert most < 30 * MIB


async def test_what_is_not_there_has_no_size_and_unfinished_uploads_are_cleared(
    bucket: storage.Bucket, bucket_url: str
) -> None:
    assert await bucket.size_of("0" * 64) is None
    with pytest.raises(FileNotFoundError):
        _ = [piece async for piece in bucket.read("0" * 64)]
    put(bucket_url, f"{storage.INCOMING}/old", b"x")
    assert await bucket.clear_unfinished(before=0) == 0
    assert await bucket.clear_unfinished(before=2e10) == 1
    assert lies(bucket_url) == []


async def test_a_bucket_that_is_away_is_out_of_reach_and_its_address_stays_inside(s3: str) -> None:
    nowhere = storage.Bucket.at(urlsplit("s3://nowhere?endpoint=http://127.0.0.1:9"), KEYS)
    with pytest.raises(BucketAway) as away:
        await nowhere.size_of("0" * 64)
    assert "127.0.0.1" not in str(away.value)


def _settings(url: str | None) -> CasesSettings:
    said: dict[str, Any] = {"database_url": "x", "signing_key_file": "x", "bus_url": "memory://x"}
    return CasesSettings(**said, service_key="a key of sixteen", documents_url=url)


def test_the_url_names_the_store(tmp_path: Path) -> None:
    assert storage.store_of(_settings(None)) == storage.Folder(Path("documents"))
    assert storage.store_of(_settings(f"file://{tmp_path}")) == storage.Folder(tmp_path)
    assert isinstance(storage.store_of(_settings("s3://bucket")), storage.Bucket)
    for wrong in ("http://bucket", "s3:///nothing", "file://elsewhere/x", "documents"):
        with pytest.raises(ValueError, match="documents_url"):
            storage.store_of(_settings(wrong))
    with pytest.raises(ValueError, match="knows only"):
        storage.store_of(_settings("s3://bucket?key=secret"))


def test_the_keys_are_never_shown() -> None:
    assert "a secret" not in f"{KEYS!r} {KEYS}"
    assert "a key" not in f"{KEYS!r} {KEYS}"

"""Documents as evidence: where they come from, how they were kept, and whether their bytes are as filed."""

import base64
from collections.abc import Callable
from contextlib import AbstractContextManager
from pathlib import Path
from typing import Any
from uuid import UUID

import orjson
import pytest
from sqlalchemy import text

from services.cases import storage
from services.cases.errors import PartUnknown, ProvenanceIncomplete
from services.cases.rules.evidence import DEMANDS, Form, Kind, check_provenance, demands_on
from shared import clock
from tests import given
from tests.asking import eventually
from tests.cases.orders import CITY_PROSECUTOR, Order
from tests.cases.story import AGENCY, CLERK, OFFICE, PDF, PROSECUTOR, Story, a_suggestion, days_ago, sha256_of
from tests.cases.test_documents import DOCUMENTS, a_ticket

Counting = Callable[[], AbstractContextManager[list[str]]]
TODAY = clock.today()


def whole(kind: Kind, form: Form) -> dict[str, Any]:
    """All that must be said of such evidence."""
    return {row.code: "如实" for row in demands_on(kind, form, TODAY) if row.required}


def a_provenance(**more: Any) -> dict[str, Any]:
    """A copy of a document, with everything that R 38 asks for."""
    said = {"evidence": "documentary", "form": "copy", "obtained_by": "王某", "provided_by": "某物业公司"}
    said |= {"obtained_on": days_ago(3), "origin": "业主信息登记簿"}
    return said | {"checked_against_original": True, "signed_and_sealed": True} | more


def header(said: Any) -> dict[str, str]:
    """The header that says it with the upload."""
    return {"Provenance": base64.b64encode(orjson.dumps(said)).decode()}


def of(matter: dict[str, Any], sha256: str, more: str = "") -> str:
    """Where a document of a matter is."""
    return f"/cases/v1/matters/{matter['id']}/documents/{sha256}{more}"


async def custody(story: Story, matter: dict[str, Any], sha256: str, by: Any = PROSECUTOR) -> list[str]:
    """What happened to a document, in order."""
    read = await story.client.read(of(matter, sha256, "/custody"), by)
    return [each["entry"] for each in read["items"]]


def test_evidence_of_each_kind_and_form_needs_all_that_its_rows_ask_for_and_nothing_else() -> None:
    combined = {(kind, row.form) for row in DEMANDS if row.required for kind in row.kinds}
    assert len(combined) == 8 + 2  # a copy of anything, and data that we collected
    for kind, form in combined:
        said = whole(kind, form)
        check_provenance(kind, form, said, TODAY)
        check_provenance(kind, form, said | {"criminal_case": "某刑初字第1号"}, TODAY)
        for left_out in said:
            with pytest.raises(ProvenanceIncomplete) as refused:
                check_provenance(kind, form, said | {left_out: ""}, TODAY)
            assert refused.value.data["missing"][0]["part"] == left_out
        with pytest.raises(PartUnknown):
            check_provenance(kind, form, said | {"made_up": "x"}, TODAY)
    for kind in Kind:
        check_provenance(kind, Form.ORIGINAL, {}, TODAY)
        if kind is not Kind.ELECTRONIC_DATA:
            with pytest.raises(PartUnknown):
                check_provenance(kind, Form.SELF_COLLECTED, {}, TODAY)


async def test_where_a_document_comes_from_is_said_with_the_upload(story: Story) -> None:
    lead = await story.lead()
    filed = await story.upload(lead["id"], headers=header(a_provenance()))
    assert filed.status_code == 201, filed.text
    shown = await story.client.read(of(lead, filed.json()["sha256"]), PROSECUTOR)
    assert (shown["evidence"], shown["form"]) == ("documentary", "copy")
    assert shown["provenance"]["provided_by"] == "某物业公司"
    assert await custody(story, lead, shown["sha256"]) == ["filed", "described"]
    (event,) = await story.app.recorded("document_described", UUID(lead["id"]))
    assert (event.basis, event.body["form"]) == ("R 38", "copy")
    assert "某物业公司" not in str(event.body)


async def test_an_upload_that_says_too_little_is_refused_whole(story: Story) -> None:
    lead = await story.lead()
    for said, status, code in (
        (header(a_provenance(origin=None)), 409, "ProvenanceIncomplete"),
        (header(a_provenance(checked_against_original=False)), 409, "ProvenanceIncomplete"),
        (header(a_provenance(making_process="复制")), 422, "PartUnknown"),
        (header(a_provenance(obtained_on="2999-01-01")), 409, "DateOutOfOrder"),
        (header(a_provenance(evidence="hearsay")), 422, "Malformed"),
        (header(a_provenance(made_up="x")), 422, "Malformed"),
        ({"Provenance": "no base64!"}, 422, "Malformed"),
        ({"Provenance": base64.b64encode(b"\xff{").decode()}, 422, "Malformed"),
    ):
        refused = await story.upload(lead["id"], headers=said)
        assert (refused.status_code, refused.json()["code"]) == (status, code), refused.text
    folder: Path = story.app.frame.settings.documents_folder
    assert not storage.place_of(folder, sha256_of(PDF)).exists()
    assert await story.app.recorded("document_filed") == []


async def test_where_a_document_comes_from_is_said_once(story: Story) -> None:
    lead = await story.lead()
    sha256 = await story.document(lead["id"])
    path = of(lead, sha256, "/provenance")
    assert (await story.client.post(path, a_provenance(origin=None), by=CLERK)).status_code == 409
    for _ in range(2):
        said = await story.client.post(path, a_provenance(), by=CLERK)
        assert said.status_code == 201, said.text
    other = await story.client.post(path, a_provenance(origin="别处"), by=CLERK)
    assert (other.status_code, other.json()["code"]) == (409, "ProvenanceKnown")
    again = await story.upload(lead["id"], headers=header(a_provenance(origin="别处")))
    assert again.json()["code"] == "ProvenanceKnown"
    assert await custody(story, lead, sha256) == ["filed", "described"]
    above = await story.client.post(path, a_provenance(), by=CITY_PROSECUTOR)
    assert (above.status_code, above.json()["code"]) == (403, "NotYourMatter")
    elsewhere = await story.client.post(path, a_provenance(), by=given.prosecutor(given.NEIGHBOUR))
    assert elsewhere.status_code == 404
    data = a_provenance(evidence="electronic_data", form="self_collected")
    assert (await story.client.post(path, data, by=CLERK)).json()["code"] == "PartUnknown"


async def test_a_document_of_the_lead_keeps_its_origin_in_the_case_and_readings_by_ticket_are_told(
    story: Story,
) -> None:
    case = await story.investigated()
    lead = {"id": case["lead_id"]}
    sha256 = await story.document_in_lead(case)
    said = await story.client.post(of(lead, sha256, "/provenance"), a_provenance(), by=PROSECUTOR)
    assert said.status_code == 201
    proposal = await story.proposed(f"/cases/v1/cases/{case['id']}", "suggestions", a_suggestion(sha256))
    await story.approved(proposal)
    officer = given.agency_officer(AGENCY)
    read = await story.client.get(f"{DOCUMENTS}/{sha256}", officer, ticket=a_ticket(sha256, case["id"]))
    assert read.content == PDF.replace(b"a decision", b"of the lead")
    assert await custody(story, case, sha256) == ["copied", "read"]
    shown = await story.client.read(of(case, sha256), PROSECUTOR)
    assert (shown["evidence"], shown["provenance"]["origin"]) == ("documentary", "业主信息登记簿")


async def checked(story: Story, matter: dict[str, Any], sha256: str, by: Any, last: str) -> None:
    """The last entry in the custody of a document is that, at length."""

    async def found() -> bool:
        return (await custody(story, matter, sha256, by))[-1] == last

    await eventually(found)


async def test_documents_are_checked_anew_when_the_matter_moves(story: Story) -> None:
    lead = await story.lead()
    sha256 = await story.document(lead["id"])
    await (await Order(story, lead["id"]).issued()).received()
    await checked(story, lead, sha256, CITY_PROSECUTOR, "checked")
    read = await story.client.read(of(lead, sha256, "/custody"), CITY_PROSECUTOR)
    assert [(each["entry"], each["org"], each["epoch"]) for each in read["items"]] == [
        ("filed", OFFICE, 0),
        ("moved", given.CITY, 1),
        ("checked", given.CITY, 1),
    ]
    assert read["items"][1]["about"] == read["items"][2]["about"]
    assert await story.app.recorded("document_checked") == []
    shown = await story.client.read(of(lead, sha256), CITY_PROSECUTOR)
    assert (shown["found"], shown["check_for"]) == ("checked", None)


async def test_changed_bytes_are_announced_and_not_given_out_until_they_are_right_again(story: Story) -> None:
    lead = await story.lead()
    sha256 = await story.document(lead["id"])
    place = storage.place_of(story.app.frame.settings.documents_folder, sha256)
    place.write_bytes(PDF[:-1] + b"N")
    await (await Order(story, lead["id"]).issued()).received()
    await checked(story, lead, sha256, CITY_PROSECUTOR, "damaged")
    (event,) = await story.app.recorded("document_checked", UUID(lead["id"]))
    assert (event.body["outcome"], event.body["office"]) == ("damaged", given.CITY)
    refused = await story.client.get(f"{DOCUMENTS}/{sha256}", CITY_PROSECUTOR)
    assert (refused.status_code, refused.json()["code"]) == (409, "DocumentDamaged")
    place.write_bytes(PDF)
    asked = await story.client.post(of(lead, sha256, "/check"), by=CITY_PROSECUTOR)
    assert asked.status_code == 202
    await checked(story, lead, sha256, CITY_PROSECUTOR, "checked")
    assert (await story.client.get(f"{DOCUMENTS}/{sha256}", CITY_PROSECUTOR)).content == PDF
    outcomes = [each.body["outcome"] for each in await story.app.recorded("document_checked")]
    assert outcomes == ["damaged", "checked"]


async def test_missing_bytes_are_announced_once_for_each_check(story: Story) -> None:
    lead = await story.lead()
    sha256 = await story.document(lead["id"])
    storage.place_of(story.app.frame.settings.documents_folder, sha256).unlink()
    assert (await story.client.post(of(lead, sha256, "/check"), by=CITY_PROSECUTOR)).status_code == 403
    await story.client.post(of(lead, sha256, "/check"), by=PROSECUTOR)
    await checked(story, lead, sha256, PROSECUTOR, "missing")
    outcomes = [each.body["outcome"] for each in await story.app.recorded("document_checked")]
    assert outcomes == ["missing"]


async def test_custody_is_only_added_to(story: Story) -> None:
    lead = await story.lead()
    sha256 = await story.document(lead["id"])
    for statement in ("UPDATE custody_entries SET sub = 'x'", "DELETE FROM custody_entries"):
        with pytest.raises(Exception, match="only added to"):
            async with story.app.writing() as session:
                await session.execute(text(statement))
    assert await custody(story, lead, sha256) == ["filed"]


async def test_documents_and_their_custody_take_as_many_statements_for_many_as_for_few(
    story: Story, statements: Counting
) -> None:
    lead = await story.lead()
    sha256 = await story.document(lead["id"])
    listing, counts = of(lead, "").rstrip("/"), []
    for more in (1, 6):
        for number in range(more):
            await story.upload(lead["id"], f"document {more} {number}".encode())
        with statements() as seen:
            listed = await story.client.read(listing, PROSECUTOR, limit=200)
            await story.client.read(of(lead, sha256, "/custody"), PROSECUTOR)
        counts.append(len(seen))
    assert len(listed["items"]) == 1 + 1 + 6
    assert counts[0] == counts[1] <= 10
    first = await story.client.read(listing, PROSECUTOR, limit=5)
    rest = await story.client.read(listing, PROSECUTOR, limit=5, cursor=first["next"])
    assert [*first["items"], *rest["items"]] == listed["items"]
    assert (await story.client.get(listing, given.prosecutor(given.NEIGHBOUR))).status_code == 404

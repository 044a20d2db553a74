"""What happens in a case, in sentences: each step is asked over HTTP by the person whose step it is."""

import hashlib
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any
from uuid import UUID, uuid4

import httpx

from shared import clock
from tests import given
from tests.asking import Client
from tests.given import Person
from tests.running import Alone

OFFICE = given.DISTRICT
AGENCY = "agency-1"
PROSECUTOR = given.prosecutor(OFFICE)
HEAD = given.department_head(OFFICE)
CHIEF = given.chief(OFFICE)
CLERK = given.clerk(OFFICE)
PDF = b"%PDF-1.7 a decision"


def days_ago(days: int) -> str:
    """The legal day so many days before today."""
    return (clock.today() - timedelta(days=days)).isoformat()


def a_lead(**more: Any) -> dict[str, Any]:
    """The body of a lead that meets no focus by itself."""
    said = {"title": "小区强制人脸识别", "source": "media", "summary": "报道", "harm": "业主信息被收集"}
    return said | {"places": [OFFICE]} | more


def a_filing(**more: Any) -> dict[str, Any]:
    """The body of a proposal to open an administrative case against the agency."""
    return {"procedure": "administrative", "agency": AGENCY} | more


def a_suggestion(sha256: str, **more: Any) -> dict[str, Any]:
    """The body of a proposal for a suggestion with all its parts."""
    names = ("case_source", "harm", "failure", "legal_basis", "content")
    rectify_by = (clock.today() + timedelta(days=70)).isoformat()
    said = {"agency": AGENCY, "rectify_by": rectify_by, "document_sha256": sha256}
    return said | {"parts": dict.fromkeys(names, "如文")} | more


@dataclass(slots=True)
class Story:
    """The service, and who does what in it by default."""

    app: Alone

    @property
    def client(self) -> Client:
        """Asks over HTTP."""
        return self.app.client

    async def lead(self, by: Person = PROSECUTOR, **more: Any) -> dict[str, Any]:
        """A registered lead."""
        lead: dict[str, Any] = await self.client.create("/cases/v1/leads", a_lead(**more), by=by)
        return lead

    async def assessed(self, by: Person = PROSECUTOR, **more: Any) -> dict[str, Any]:
        """A lead that was assessed as worth filing."""
        lead = await self.lead(by, **more)
        said = {"truth": "likely", "checkable": True, "outcome": "to_file", "opinion": "可查"}
        assessed: dict[str, Any] = await self.client.act(
            f"/cases/v1/leads/{lead['id']}", "assessment", said, by=by
        )
        return assessed

    async def proposed(self, thing: str, act: str, body: Any, by: Person = PROSECUTOR) -> dict[str, Any]:
        """A proposal."""
        proposal: dict[str, Any] = await self.client.act(thing, act, body, by=by)
        return proposal

    async def reviewed(self, proposal: dict[str, Any], by: Person = HEAD) -> dict[str, Any]:
        """The proposal with the head's agreement."""
        path = f"/cases/v1/proposals/{proposal['id']}"
        done: dict[str, Any] = await self.client.act(
            path, "review", {"agrees": True, "opinion": "同意"}, by=by
        )
        return done

    async def approved(self, proposal: dict[str, Any], by: Person = CHIEF, **more: Any) -> dict[str, Any]:
        """The proposal, reviewed and approved."""
        await self.reviewed(proposal)
        path = f"/cases/v1/proposals/{proposal['id']}"
        done: dict[str, Any] = await self.client.act(path, "decision", {"approved": True} | more, by=by)
        return done

    async def case(self, filing: dict[str, Any] | None = None, **more: Any) -> dict[str, Any]:
        """An open administrative case."""
        await given.known_agency(self.app.app, AGENCY, kind="cyberspace")
        lead = await self.assessed(**more)
        proposal = await self.proposed(f"/cases/v1/leads/{lead['id']}", "filing", filing or a_filing())
        done = await self.approved(proposal)
        return await self.read_case(done["result_id"])

    async def reported(self, case: dict[str, Any], **then: Any) -> dict[str, Any]:
        """The case, its investigation concluded by a report."""
        said = {"conclusion": "公共利益受损，行政机关未依法履职"} | then
        path = f"/cases/v1/cases/{case['id']}"
        done: dict[str, Any] = await self.client.act(path, "investigation-report", said, by=PROSECUTOR)
        return done

    async def investigated(self, filing: dict[str, Any] | None = None, **more: Any) -> dict[str, Any]:
        """An open administrative case whose investigation was concluded."""
        return await self.reported(await self.case(filing, **more))

    async def reviewed_for_suit(self, finding: str = "performed") -> dict[str, Any]:
        """A case whose answer was judged and whose review was concluded by a report."""
        case = await self.judged(finding)
        path, said = f"/cases/v1/cases/{case['id']}", {"conclusion": "审查终结"}
        done: dict[str, Any] = await self.client.act(path, "review-report", said, by=PROSECUTOR)
        return done

    async def read_case(self, case_id: str) -> dict[str, Any]:
        """The case as it is now."""
        case: dict[str, Any] = await self.client.read(f"/cases/v1/cases/{case_id}", PROSECUTOR)
        return case

    async def upload(
        self, matter_id: str, body: bytes = PDF, by: Person = PROSECUTOR, **more: Any
    ) -> httpx.Response:
        """The answer to an upload."""
        headers = {"Content-Type": "application/pdf", "Idempotency-Key": uuid4().hex, **by.headers}
        headers |= more.pop("headers", {})
        path = f"/cases/v1/matters/{matter_id}/documents"
        return await self.client.http.post(
            path, content=body, params={"name": "决定书.pdf"} | more, headers=headers
        )

    async def document(self, matter_id: str, body: bytes = PDF) -> str:
        """The SHA-256 of a document that was filed."""
        response = await self.upload(matter_id, body)
        assert response.status_code == 201, response.text
        return str(response.json()["sha256"])

    async def document_in_lead(self, case: dict[str, Any]) -> str:
        """The SHA-256 of a document that was filed in the case's lead."""
        return await self.document(case["lead_id"], b"%PDF-1.7 of the lead")

    async def backdated(self, days: int) -> dict[str, Any]:
        """A case all of whose acts up to service were done so many days ago and entered today."""
        then: dict[str, Any] = {"occurred_on": days_ago(days), "late_reason": "补录"}
        await given.known_agency(self.app.app, AGENCY)
        lead = await self.lead(**then)
        said = {"truth": "likely", "checkable": True, "outcome": "to_file", "opinion": "可查"}
        path = f"/cases/v1/leads/{lead['id']}"
        await self.client.act(path, "assessment", said | then, by=PROSECUTOR)
        opened = await self.approved_then(await self.proposed(path, "filing", a_filing(**then)), then)
        case_id = opened["result_id"]
        await self.reported({"id": case_id}, **then)
        sha256 = await self.document(case_id)
        rectify_by = days_ago(days - 80)
        body = a_suggestion(sha256, rectify_by=rectify_by, **then)
        await self.approved_then(await self.proposed(f"/cases/v1/cases/{case_id}", "suggestions", body), then)
        case = await self.read_case(case_id)
        served_on = date.fromisoformat(days_ago(days))
        await self.hear_of_handoff(case, "handoff_served", manner="signature", served_on=served_on)
        return await self.read_case(case_id)

    async def approved_then(self, proposal: dict[str, Any], then: dict[str, str]) -> dict[str, Any]:
        """The proposal, reviewed and approved on a past day."""
        path = f"/cases/v1/proposals/{proposal['id']}"
        await self.client.act(path, "review", {"agrees": True, "opinion": "同意"} | then, by=HEAD)
        done: dict[str, Any] = await self.client.act(path, "decision", {"approved": True} | then, by=CHIEF)
        return done

    async def suggested(self, **more: Any) -> dict[str, Any]:
        """A case in which a suggestion was made."""
        case = await self.investigated()
        sha256 = await self.document(case["id"])
        path = f"/cases/v1/cases/{case['id']}"
        await self.approved(await self.proposed(path, "suggestions", a_suggestion(sha256, **more)))
        return await self.read_case(case["id"])

    async def served(self, on: date | None = None, **more: Any) -> dict[str, Any]:
        """A case whose suggestion was served that day."""
        case = await self.suggested(**more)
        await self.hear_of_handoff(case, "handoff_served", manner="signature", served_on=on or clock.today())
        return await self.read_case(case["id"])

    async def replied(self) -> dict[str, Any]:
        """A case whose suggestion was served and answered today."""
        case = await self.served()
        await self.hear_of_handoff(case, "handoff_replied", replied_on=clock.today())
        return await self.read_case(case["id"])

    async def judged(self, finding: str = "performed") -> dict[str, Any]:
        """A case whose answer was judged."""
        case = await self.replied()
        suggestion = case["suggestions"][-1]["id"]
        path = f"/cases/v1/cases/{case['id']}"
        judged: dict[str, Any] = await act_on(
            self.client,
            path,
            f"suggestions/{suggestion}/judgement",
            {"finding": finding, "opinion": "已核实"},
        )
        return judged

    async def hear_of_handoff(self, case: dict[str, Any], event: str, **more: Any) -> None:
        """`referrals` announces something about the handoff of the case's last suggestion."""
        body = {
            "matter_id": case["id"],
            "handoff_id": HANDOFF,
            "kind": "suggestion",
            "sender": OFFICE,
            "receiver": AGENCY,
            "about": case["suggestions"][-1]["id"],
        }
        said = {name: value.isoformat() if isinstance(value, date) else value for name, value in more.items()}
        await self.app.hear(f"referrals.{event}", UUID(case["id"]), body | said)

    async def clocks(self, case_id: str) -> dict[str, tuple[str, str]]:
        """State and last day of each clock of the case, by row."""
        found = await self.client.read(f"/cases/v1/cases/{case_id}/clocks", PROSECUTOR)
        return {each["row"]: (each["state"], each["due_on"]) for each in found["items"]}


HANDOFF = str(uuid4())


async def act_on(client: Client, thing: str, act: str, body: Any, by: Person = PROSECUTOR) -> Any:
    """What an act on a thing says; it must succeed."""
    return await client.act(thing, act, body, by=by)


def sha256_of(body: bytes) -> str:
    """The digest under which a document lies."""
    return hashlib.sha256(body).hexdigest()


async def types(app: Alone, matter_id: str) -> list[str]:
    """What was recorded of a matter, in order, without the changes of standing."""
    recorded = await app.recorded(about=UUID(matter_id))
    return [e.type.removeprefix("cases.") for e in recorded if e.type != "cases.standing_changed"]

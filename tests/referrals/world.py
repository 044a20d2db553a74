"""What the tests of this service begin with: a matter as `cases` announced it, orders, handoffs, agencies."""

from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID, uuid4

import httpx
from sqlalchemy import select

from shared import clock
from shared.ledger import Clock
from tests import given
from tests.given import CITY, DISTRICT, Person
from tests.running import Alone

REFERRALS, HANDOFFS = "/referrals/v1/referrals", "/referrals/v1/handoffs"
DECISION = {"number": "浙检交〔2026〕1号", "decided_on": "2026-01-05"}
LETTER = {"subjects": "某健身连锁企业", "items": "会员信息的收集与存储", "demands": "调取后台日志，函复结果"}
DAY = date(2026, 1, 6)
DOCUMENT = "a" * 64
SECRET = "涉案人员与账户明细"


@dataclass(slots=True)
class Matter:
    """A matter and how it stands, as the tests last announced it."""

    id: UUID
    kind: str
    holder: str
    epoch: int


class World:
    """The service by itself, with `cases` and `notifications` played by the test."""

    def __init__(self, app: Alone) -> None:
        self.app = app
        self.client = app.client

    async def matter(
        self, holder: str = CITY, kind: str = "case", id: UUID | None = None, epoch: int = 0, **more: Any
    ) -> Matter:
        """A matter is known here: `cases` announced how it stands."""
        matter = Matter(id or uuid4(), kind, holder, epoch)
        await self.stands(matter, **more)
        return matter

    async def stands(self, matter: Matter, **more: Any) -> None:
        """`cases` announces how the matter stands now."""
        said: dict[str, Any] = {
            "matter_id": str(matter.id),
            "kind": matter.kind,
            "holder": matter.holder,
            "epoch": matter.epoch,
            "closed": False,
            "classification": 1,
            "sector": "education",
            "place": DISTRICT,
            "origin": "self_handled",
            "moving": None,
            "grants": [],
            "recused": [],
        }
        await self.app.hear("cases.standing_changed", matter.id, said | more)

    async def says(self, type_: str, matter: Matter, **body: Any) -> None:
        """`cases` announces something about that matter."""
        said = {"matter_id": str(matter.id)} | body
        await self.app.hear(f"cases.{type_}", matter.id, said, occurred_on=DAY)

    async def locked(self, matter: Matter, order: Any) -> None:
        """`cases` holds the matter still for the order."""
        await self.says("custody_locked", matter, order_id=order["id"], epoch=matter.epoch)

    async def moved(self, matter: Matter, order: Any) -> None:
        """`cases` has moved the matter to the order's addressee."""
        before, matter.holder = matter.holder, order["addressee"]
        matter.epoch += 1
        await self.stands(matter)
        offices = {"from_office": before, "to_office": matter.holder}
        await self.says("custody_moved", matter, order_id=order["id"], epoch=matter.epoch, **offices)

    def order(self, matter: Matter, mode: str, addressee: str, **more: Any) -> dict[str, Any]:
        """The body of an order about that matter."""
        body: dict[str, Any] = {
            "matter_id": str(matter.id),
            "mode": mode,
            "addressee": addressee,
            "basis_epoch": matter.epoch,
            "occurred_on": DAY.isoformat(),
        }
        written = {"decision": DECISION} if mode in ("assign", "take_up") else {}
        letter = LETTER if mode == "entrust_investigation" else {}
        return body | written | letter | more

    async def issue(self, by: Person, matter: Matter, mode: str, addressee: str, **more: Any) -> Any:
        """An order that must succeed."""
        return await self.client.create(REFERRALS, self.order(matter, mode, addressee, **more), by=by)

    async def armed(self, matter: Matter, addressee: str = DISTRICT) -> Any:
        """An assignment that `cases` has confirmed."""
        order = await self.issue(given.chief(matter.holder), matter, "assign", addressee)
        await self.locked(matter, order)
        return order

    async def read(self, order: Any, by: Person) -> Any:
        """The order as it is now."""
        return await self.client.read(f"{REFERRALS}/{order['id']}", by)

    async def sign(self, order: Any, by: Person, etag: str = '"1"', **body: Any) -> httpx.Response:
        """Signing for an order, whatever comes of it."""
        said = {"occurred_on": DAY.isoformat()} | body
        return await self.client.post(f"{REFERRALS}/{order['id']}/receipt", said, by=by, etag=etag)

    async def agency(self, code: str, kind: str = "public_security", division: str = DISTRICT) -> Person:
        """An agency with its key, known here; its officer."""
        return await given.known_agency(self.app.app, code, kind=kind, division=division)

    async def document(self, matter: Matter, sha256: str = DOCUMENT, classification: int = 1) -> str:
        """A document is filed with the matter."""
        facts = {
            "document_id": str(uuid4()),
            "size": 10,
            "media_type": "application/pdf",
            "classification": classification,
        }
        await self.says("document_filed", matter, sha256=sha256, **facts)
        return sha256

    def handoff(self, matter: Matter, kind: str, receiver: str, **more: Any) -> dict[str, Any]:
        """The body of a handoff about that matter, with content that must not leak."""
        body: dict[str, Any] = {
            "matter_id": str(matter.id),
            "kind": kind,
            "receiver": receiver,
            "basis_epoch": matter.epoch,
            "title": f"线索 {SECRET}",
            "summary": SECRET,
            "demand": SECRET,
            "external_ids": [{"system": "local", "number": "SECRET-1"}],
            "occurred_on": DAY.isoformat(),
        }
        return body | more

    async def hand(self, matter: Matter, kind: str, receiver: str, **more: Any) -> Any:
        """A handoff that must succeed, by a prosecutor of the office that holds the matter."""
        body = self.handoff(matter, kind, receiver, **more)
        return await self.client.create(HANDOFFS, body, by=given.prosecutor(matter.holder))

    async def notes(self, matter: Matter) -> list[str | None]:
        """What opens the traces of the matter's clocks here."""
        async with self.app.reading() as session:
            found = await session.scalars(select(Clock.note).where(Clock.matter_id == matter.id))
            return list(found)

    async def opened(
        self, case: Matter, procedure: str = "civil", day: date = DAY, lead: object = None, **more: Any
    ) -> None:
        """`cases` announced that the case was opened: in which procedure, when, on which lead (its id)."""
        facts = {
            "case_id": str(case.id),
            "lead_id": str(lead or uuid4()),
            "number": "余检立〔2026〕1号",
            "office": case.holder,
            "procedure": procedure,
            "addressee": None,
            "opened_on": day.isoformat(),
            "document_sha256": None,
        }
        await self.app.hear("cases.case_opened", case.id, facts | more, occurred_on=day)

    async def suggestion(self, matter: Matter, agency: str) -> Any:
        """The handoff of a suggestion that `cases` announced."""
        about = uuid4()
        facts = {
            "case_id": str(matter.id),
            "suggestion_id": str(about),
            "number": "余检建〔2026〕3号",
            "office": matter.holder,
            "agency": agency,
            "pace": "ordinary",
            "decided_on": DAY.isoformat(),
            "rectify_by": "2026-03-06",
            "document_sha256": DOCUMENT,
        }
        await self.app.hear("cases.suggestion_made", matter.id, facts, occurred_on=DAY)
        found = await self.client.read(HANDOFFS, given.prosecutor(matter.holder), kind="suggestion")
        return next(each for each in found["items"] if each["about"] == str(about))

    async def answer(self, handoff: Any, act: str, by: Person, **body: Any) -> httpx.Response:
        """An answer to the handoff as it stands, whatever comes of it."""
        path = f"{HANDOFFS}/{handoff['id']}"
        etag = await self.client.etag(path, by)
        return await self.client.post(f"{path}/{act}", body, by=by, etag=etag)


def code_of(response: httpx.Response) -> str:
    """The status and the code of a refusal."""
    assert response.headers["content-type"].startswith("application/problem+json"), response.text
    return f"{response.status_code} {response.json()['code']}"


TODAY = clock.today()

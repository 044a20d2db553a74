"""Letters by e-mail: thin, at least once, with what became of each; against a real mail server."""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from pydantic import ValidationError

from services.notifications.actions import mailing
from services.notifications.channels.mail import Letter, Posted, relay_of
from services.notifications.channels.mail import post as send
from services.notifications.mailing import Postman
from services.notifications.rules.mail import PAUSES, Topic, is_for, next_pause, topic_of
from services.notifications.rules.recipients import Category
from services.notifications.settings import NotificationsSettings
from services.notifications.workers import Courier
from shared import clock
from tests import given
from tests.conftest import MakeParts
from tests.given import Person
from tests.notifications.certificates import self_signed
from tests.notifications.conftest import AGENCY, OFFICE, Post
from tests.notifications.mailserver import PASSWORD, USER, MailServer, mail_server, server_tls
from tests.running import alone

ADDRESSES, MAILS = "/notifications/v1/mail-addresses", "/notifications/v1/mails"
SENDER, LINKS = "casebridge@example.org", "https://casebridge.example"
CLERK = given.clerk(OFFICE)


@pytest.fixture
async def smtp() -> AsyncIterator[MailServer]:
    """A mail server without TLS, as a relay on the same machine."""
    async with mail_server() as server:
        yield server


@pytest.fixture
def extra_settings(smtp: MailServer) -> dict[str, dict[str, Any]]:
    """Letters leave by that server."""
    url = f"smtp+plain://127.0.0.1:{smtp.port}"
    return {"notifications": {"smtp_url": url, "mail_from": SENDER, "mail_links": LINKS}}


@dataclass
class Office(Post):
    """The service with a postman who goes when told."""

    postman: Postman

    async def breach(self, office: str = OFFICE) -> None:
        """A limit of that office was breached."""
        matter = await self.matter(holder=office)
        body = {"matter_id": str(matter), "clock_id": str(uuid4()), "row": "T7", "office": office}
        await self.app.hear("cases.clock_breached", matter, body | {"due_on": "2026-05-11"})

    async def address(self, by: Person = CLERK, **body: Any) -> dict[str, Any]:
        """An address of that person's office."""
        asked = {"address": "inbox@office.example", "topics": ["due"]} | body
        made: dict[str, Any] = await self.app.client.create(ADDRESSES, asked, by=by)
        return made

    async def mails(self, by: Person = CLERK, **filters: Any) -> list[dict[str, Any]]:
        """What became of the letters."""
        items: list[dict[str, Any]] = (await self.app.client.read(MAILS, by, **filters))["items"]
        return items


@pytest.fixture
async def office(make_parts: MakeParts) -> AsyncIterator[Office]:
    """The service without workers of its own."""
    parts = replace(await make_parts("notifications", f"memory://{uuid4().hex}"), workers=())
    async with alone(parts) as app:
        courier, agency = Courier(app.frame), await given.known_agency(app.app, AGENCY)
        yield Office(app, courier, CLERK, agency, Postman(app.frame))
        await courier.close()


async def test_a_letter_says_a_date_and_where_to_look_and_nothing_of_the_matter(
    office: Office, smtp: MailServer
) -> None:
    await office.address()
    await office.breach()
    assert await office.postman.tick() == 1
    assert await office.postman.tick() == 0
    (letter,) = smtp.letters
    (line,) = (await office.app.client.read("/notifications/v1/inbox", CLERK))["items"]
    assert (letter["From"], letter["To"]) == (SENDER, "inbox@office.example")
    assert letter["Subject"] == "[Casebridge] 收件箱有待办事项，期限：2026-05-11"
    assert letter.get_content().replace("\r\n", "\n") == (
        "收件箱有待办事项，期限：2026-05-11\nSomething is to be done, until: 2026-05-11\n\n"
        f"{LINKS}/notifications/v1/inbox/{line['id']}\n"
    )
    (mail,) = await office.mails()
    assert (mail["state"], mail["tries"], mail["code"], mail["line_id"]) == ("sent", 1, 250, line["id"])
    assert letter["Message-ID"] == f"<{mail['id']}@example.org>"
    assert letter["Auto-Submitted"] == "auto-generated"


async def test_a_digest_is_sent_as_numbers(office: Office, smtp: MailServer) -> None:
    await office.address(topics=["daily", "weekly"])
    await office.breach()
    day = clock.today() + timedelta(days=1)
    await office.app.duty("make_digests", day)
    await office.postman.tick()
    (daily,) = [each for each in smtp.letters if "日报" in each["Subject"]]
    assert daily["Subject"] == f"[Casebridge] {day}日报：到期0，超期1，新到0，待审批0"


async def test_each_address_is_written_to_of_its_topics_and_its_role(
    office: Office, smtp: MailServer
) -> None:
    await office.address(address="all@office.example")
    await office.address(address="chief@office.example", role="chief")
    await office.address(address="committee@office.example", role="committee")
    await office.address(address="arrived@office.example", topics=["arrived"])
    await office.address(address="other@office.example", by=given.clerk(given.NEIGHBOUR))
    await office.address(address="above@office.example", by=given.clerk(given.CITY))  # it only watches
    await office.breach()
    await office.postman.tick()
    assert {each["To"] for each in smtp.letters} == {"all@office.example", "chief@office.example"}


async def test_a_letter_is_tried_again_and_not_for_ever(office: Office, smtp: MailServer) -> None:
    await office.address()
    await office.breach()
    smtp.answers = ["451 try again later"] * (len(PAUSES) + 1)
    at = await _now(office)
    for pause in PAUSES:
        assert await office.postman.tick(at) == 1
        (mail,) = await office.mails()
        assert (mail["state"], mail["tries"], mail["code"]) == ("pending", pause.tries, 451)
        assert await office.postman.tick(at + pause.wait - timedelta(seconds=1)) == 0
        at += pause.wait + timedelta(seconds=30)
    assert await office.postman.tick(at) == 1
    (mail,) = await office.mails(state="failed")
    assert (mail["tries"], mail["code"], mail["error"]) == (len(PAUSES) + 1, 451, "SMTPDataError")
    assert smtp.letters == []
    assert await office.postman.tick(at + timedelta(days=9)) == 0


async def test_one_refused_recipient_fails_at_once_and_holds_up_nobody(
    office: Office, smtp: MailServer
) -> None:
    smtp.refused = {"gone@office.example"}
    await office.address(address="gone@office.example")
    await office.address(address="here@office.example")
    await office.breach()
    assert await office.postman.tick() == 2
    assert [each["To"] for each in smtp.letters] == ["here@office.example"]
    states = {each["state"]: each for each in await office.mails()}
    assert set(states) == {"sent", "failed"}
    assert (states["failed"]["code"], states["failed"]["error"]) == (550, "SMTPRecipientRefused")


async def test_a_letter_whose_postman_died_after_sending_goes_again_under_the_same_id(
    office: Office, smtp: MailServer
) -> None:
    await office.address()
    await office.breach()
    at, relay = await _now(office), relay_of(office.app.frame.settings)
    assert relay is not None
    async with office.app.writing() as session:
        claimed = await mailing.claim(session, at, LINKS)
    await send(relay, SENDER, [each.letter for each in claimed], at)  # and is gone before it settles
    (mail,) = await office.mails()
    assert mail["state"] == "pending"
    assert await office.postman.tick(at + timedelta(minutes=9)) == 0  # it may still be under way
    assert await office.postman.tick(at + timedelta(minutes=11)) == 1
    assert len({each["Message-ID"] for each in smtp.letters}) == 1
    async with office.app.writing() as session:  # the first one comes back late: not its letter any more
        await mailing.settle(session, claimed, [Posted(False, True, 550, "late")], at)
    assert (len(smtp.letters), [each["state"] for each in await office.mails()]) == (2, ["sent"])


async def test_two_postmen_send_each_letter_once(office: Office, smtp: MailServer) -> None:
    for number in range(15):
        await office.address(address=f"box{number}@office.example")
    await office.breach()
    await office.breach()
    postmen = [office.postman, Postman(office.app.frame)]
    while sum(await asyncio.gather(*(each.tick() for each in postmen))):
        pass
    assert len({each["Message-ID"] for each in smtp.letters}) == len(smtp.letters) == 30


async def test_an_ended_address_is_written_to_no_more(office: Office, smtp: MailServer) -> None:
    made = await office.address()
    await office.breach()
    etag = {"If-Match": '"1"'}
    path = f"{ADDRESSES}/{made['id']}/ending"
    stranger = await office.app.client.post(path, by=given.clerk(given.NEIGHBOUR), headers=etag)
    assert stranger.status_code == 404
    ended = await office.app.client.post(path, by=CLERK, headers=etag)
    assert (ended.status_code, ended.json()["ended_at"] is not None) == (200, True)
    assert await office.postman.tick() == 0
    await office.breach()
    assert [each["state"] for each in await office.mails()] == ["dropped"]
    assert smtp.letters == []
    again = await office.app.client.post(path, by=CLERK, headers={"If-Match": '"2"'})
    assert again.json()["code"] == "MailAddressOver"


@pytest.mark.parametrize("address", ["", "nobody", "a@b", "a b@c.example", "a@c.example\r\nBcc: d@e.example"])
async def test_what_is_no_address_is_refused(office: Office, address: str) -> None:
    asked = {"address": address, "topics": ["due"]}
    assert (await office.app.client.post(ADDRESSES, asked, by=CLERK)).status_code == 422
    assert (await office.app.client.read(ADDRESSES, CLERK))["items"] == []


async def test_only_those_who_keep_an_office_name_its_addresses(office: Office) -> None:
    asked = {"address": "a@office.example", "topics": ["due"]}
    for who in (given.prosecutor(OFFICE), office.agency):
        assert (await office.app.client.post(ADDRESSES, asked, by=who)).status_code == 403
    await office.address()
    assert (await office.app.client.read(ADDRESSES, given.clerk(given.NEIGHBOUR)))["items"] == []
    assert len((await office.app.client.read(ADDRESSES, given.overseer(given.CITY)))["items"]) == 1
    events = await office.app.recorded("mail_address_added")
    assert [each.body.keys() for each in events] == [{"address_id", "office"}]


# --- The way to the server, and rules --------------------------------------------------------------------


def settings(url: str, **more: Any) -> NotificationsSettings:
    needed = {"database_url": "sqlite+aiosqlite:///x", "signing_key_file": "x", "bus_url": "memory://x"}
    said = {"service_key": "k" * 16, "smtp_url": url, "mail_from": SENDER} | more
    return NotificationsSettings(**(needed | said))  # type: ignore[arg-type]


LETTER = Letter(uuid4(), "inbox@office.example", "主题", "正文")


async def _sent(url: str, **more: Any) -> Any:
    relay = relay_of(settings(url, **more))
    assert relay is not None
    (posted,) = await send(relay, SENDER, [LETTER], clock.now())
    return posted


async def test_starttls_with_a_password_under_a_private_authority(tmp_path: Path) -> None:
    certificate, key = self_signed(tmp_path)
    async with mail_server(start_tls=server_tls(certificate, key)) as server:
        at, secret = f"127.0.0.1:{server.port}", PASSWORD.replace("@", "%40").replace("/", "%2F")
        good = f"smtp://{USER}:{secret}@{at}"
        assert (await _sent(good, smtp_ca_file=certificate)).taken
        unknown = await _sent(good)  # an authority that nobody named
        wrong = await _sent(f"smtp://{USER}:wrong@{at}", smtp_ca_file=certificate)
        assert (unknown.taken, unknown.for_good) == (wrong.taken, wrong.for_good) == (False, False)
        assert wrong.code == 535
        assert len(server.letters) == 1


async def test_tls_from_the_start_and_no_letter_to_a_server_without_it(tmp_path: Path) -> None:
    certificate, key = self_signed(tmp_path)
    async with mail_server(tls=server_tls(certificate, key)) as server:
        assert (await _sent(f"smtps://127.0.0.1:{server.port}", smtp_ca_file=certificate)).taken
    async with mail_server() as plain:
        refused = await _sent(f"smtp://127.0.0.1:{plain.port}")
        assert (refused.taken, refused.for_good, plain.letters) == (False, False, [])


async def test_a_server_that_is_away_is_asked_again(tmp_path: Path) -> None:
    async with mail_server() as server:
        port = server.port
    posted = await _sent(f"smtp+plain://127.0.0.1:{port}")
    assert (posted.taken, posted.for_good, posted.code) == (False, False, None)


@pytest.mark.parametrize(
    ("url", "more"),
    [
        ("http://127.0.0.1", {}),
        ("smtps://", {}),
        ("smtp+plain://user:password@127.0.0.1", {}),
        ("smtps://127.0.0.1", {"mail_from": ""}),
    ],
)
def test_a_mail_server_that_cannot_be_meant_is_refused_at_the_start(url: str, more: dict[str, Any]) -> None:
    with pytest.raises(ValidationError) as refused:
        settings(url, **more)
    assert "user:password" not in str(refused.value)


def test_of_what_one_must_only_know_nobody_is_written_to() -> None:
    assert topic_of(Category.KNOW, "cases.grant_given") is None
    assert topic_of(Category.DIGEST, "digest.weekly") is Topic.WEEKLY
    assert is_for(["due"], "chief", Topic.DUE, "|clerk|chief|")
    assert not is_for(["due"], "head", Topic.DUE, "|department_head|")
    assert next_pause(len(PAUSES) + 1) is None


async def _now(office: Office) -> datetime:
    async with office.app.reading() as session:
        return await office.app.frame.database.dialect.now(session)


async def test_lists_of_letters_and_addresses_cost_the_same_however_long(
    office: Office, statements: Any
) -> None:
    counts = []
    for round_ in range(2):
        for number in range(3):
            await office.address(address=f"box{round_}{number}@office.example")
        await office.breach()
        with statements() as seen:
            assert len(await office.mails()) == (3, 9)[round_]
            await office.app.client.read(ADDRESSES, CLERK)
        with statements() as sent:
            await office.postman.tick()
        counts.append((len(seen), len(sent)))
    (lists, three), (again, six) = counts
    assert lists == again <= 4
    assert six - three == 3  # one statement more for each letter that is settled

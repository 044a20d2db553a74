"""Letters by e-mail: one connection to the installation's own mail server, TLS unless it says otherwise."""

import ssl
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from email.message import EmailMessage
from email.utils import format_datetime
from urllib.parse import unquote, urlsplit
from uuid import UUID

from aiosmtplib import SMTP, SMTPDataError, SMTPException, SMTPRecipientRefused, SMTPResponseException

from services.notifications.settings import SMTP_PORTS, NotificationsSettings

SECONDS = 20.0


@dataclass(frozen=True, slots=True)
class Relay:
    """The mail server: TLS from the start (smtps), STARTTLS or no letter (smtp), or none (smtp+plain)."""

    scheme: str
    host: str
    port: int
    user: str | None
    password: str | None
    tls: ssl.SSLContext | None


@dataclass(frozen=True, slots=True)
class Letter:
    """One letter as it leaves; its id is the same whenever it is sent again."""

    id: UUID
    to: str
    subject: str
    text: str


@dataclass(frozen=True, slots=True)
class Posted:
    """How one try ended: taken, refused for good, or to be tried again."""

    taken: bool
    for_good: bool = False
    code: int | None = None
    error: str = ""


def relay_of(settings: NotificationsSettings) -> Relay | None:
    """The mail server that the settings name, or None where no letters are sent."""
    if settings.smtp_url is None:
        return None
    url = urlsplit(settings.smtp_url.get_secret_value())
    tls = None if url.scheme == "smtp+plain" else ssl.create_default_context(cafile=settings.smtp_ca_file)
    user, password = (None if part is None else unquote(part) for part in (url.username, url.password))
    port = url.port or SMTP_PORTS[url.scheme]
    return Relay(url.scheme, url.hostname or "", port, user, password, tls)


def message(letter: Letter, sender: str, at: datetime) -> EmailMessage:
    """The letter with its headers; nobody answers it automatically."""
    made = EmailMessage()
    made["From"], made["To"], made["Subject"] = sender, letter.to, letter.subject
    made["Date"] = format_datetime(at)
    made["Message-ID"] = f"<{letter.id}@{sender.rsplit('@', 1)[-1]}>"
    made["Auto-Submitted"] = "auto-generated"
    made.set_content(letter.text)
    return made


async def post(relay: Relay, sender: str, letters: Sequence[Letter], at: datetime) -> list[Posted]:
    """Each letter handed to the mail server over one connection; without one, all are to be tried again."""
    client = SMTP(
        hostname=relay.host,
        port=relay.port,
        use_tls=relay.scheme == "smtps",
        start_tls=relay.scheme == "smtp",
        tls_context=relay.tls,
        username=relay.user,
        password=relay.password,
        timeout=SECONDS,
    )
    try:
        await client.connect()
    except (SMTPException, OSError, ValueError) as error:
        return [_failed(error) for _ in letters]
    try:
        return [await _post_one(client, message(letter, sender, at)) for letter in letters]
    finally:
        client.close()


async def _post_one(client: SMTP, letter: EmailMessage) -> Posted:
    try:
        await client.send_message(letter)
    except (SMTPException, OSError, ValueError) as error:
        return _failed(error)
    return Posted(True, code=250)


def _failed(error: Exception) -> Posted:
    """What a server says of a letter with 5xx it will say again; its own words are not kept."""
    refused = getattr(error, "recipients", None)
    if isinstance(refused, list) and refused:
        error = refused[0]
    code = error.code if isinstance(error, SMTPResponseException) else None
    about_the_letter = isinstance(error, SMTPRecipientRefused | SMTPDataError)
    for_good = about_the_letter and code is not None and code >= 500
    return Posted(False, for_good, code, type(error).__name__[:60])

"""A real mail server on this machine, that takes letters, asks for TLS and a password, or refuses."""

import socket
import ssl
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from email import message_from_bytes, policy
from email.message import EmailMessage
from pathlib import Path
from typing import Any

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import AuthResult, Envelope, LoginPassword

USER, PASSWORD = "casebridge", "p@ss/word"


@dataclass
class MailServer:
    """What it took, and what it answers next."""

    letters: list[EmailMessage] = field(default_factory=list)
    answers: list[str] = field(default_factory=list)
    refused: set[str] = field(default_factory=set)
    port: int = 0

    async def handle_RCPT(  # noqa: N802 - the library's name
        self, server: Any, session: Any, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        """Recipients that it does not know are refused."""
        if address in self.refused:
            return "550 no such mailbox here: somebody"
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server: Any, session: Any, envelope: Envelope) -> str:  # noqa: N802
        """The next answer that was laid down, else the letter is taken."""
        if self.answers:
            return self.answers.pop(0)
        assert isinstance(envelope.content, bytes)
        read = message_from_bytes(envelope.content, policy=policy.default)
        assert isinstance(read, EmailMessage)
        self.letters.append(read)
        return "250 OK"


def _login(server: Any, session: Any, envelope: Any, mechanism: str, data: Any) -> AuthResult:
    good = isinstance(data, LoginPassword) and (data.login, data.password) == (
        USER.encode(),
        PASSWORD.encode(),
    )
    return AuthResult(success=good, handled=False)


def server_tls(certificate: Path, key: Path) -> ssl.SSLContext:
    """TLS as the server speaks it."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate, key)
    return context


@asynccontextmanager
async def mail_server(
    *, tls: ssl.SSLContext | None = None, start_tls: ssl.SSLContext | None = None
) -> AsyncIterator[MailServer]:
    """A mail server: plain, with TLS from the start, or with STARTTLS and a password that it insists on."""
    server = MailServer()
    more: dict[str, Any] = {"ssl_context": tls} if tls else {}
    if start_tls:
        more = {"tls_context": start_tls, "require_starttls": True, "authenticator": _login}
        more |= {"auth_required": True, "auth_require_tls": True, "auth_exclude_mechanism": ["LOGIN"]}
    controller = Controller(server, hostname="127.0.0.1", port=0, **more)
    controller.port = _free_port()
    controller.start()
    server.port = controller.port
    try:
        yield server
    finally:
        controller.stop()


def _free_port() -> int:
    with socket.socket() as asked:
        asked.bind(("127.0.0.1", 0))
        return int(asked.getsockname()[1])

"""How an endpoint and we know each other: shared secrets, a private authority, a client certificate."""

from uuid import UUID

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from services.notifications.actions.endpoints import BASIS
from services.notifications.channels.papers import check_papers
from services.notifications.channels.signing import secret_bytes
from services.notifications.errors import SecretsNotKept
from services.notifications.events import (
    EndpointCertificatesRemoved,
    EndpointCertificatesSet,
    EndpointSecretAdded,
    EndpointSecretRemoved,
    subject_of,
)
from services.notifications.tables import Endpoint, Secret, Tls
from shared import journal
from shared.events import Event
from shared.problems import NotFound
from shared.transactions import frame
from shared.vault import Vault

MOST_SECRETS = 2


async def add_secret(session: AsyncSession, vault: Vault | None, endpoint: Endpoint, secret: str) -> Secret:
    """A shared secret signs too from now on; with two, the older one of three is gone."""
    raw = secret_bytes(secret)
    if vault is None:
        raise SecretsNotKept
    kid, sealed = vault.seal(raw, endpoint.id)
    now = await frame(session).database.dialect.now(session)
    added = Secret(endpoint_id=endpoint.id, vault_kid=kid, sealed=sealed, at=now)
    session.add(added)
    await session.flush()
    said = {"endpoint_id": endpoint.id, "owner": endpoint.owner}
    await _record(session, endpoint, EndpointSecretAdded(secret_id=added.id, **said))
    newest_first = select(Secret).where(Secret.endpoint_id == endpoint.id).order_by(Secret.id.desc())
    for old in (await session.scalars(newest_first)).all()[MOST_SECRETS:]:
        await _remove(session, endpoint, old)
    return added


async def remove_secret(session: AsyncSession, endpoint: Endpoint, secret_id: UUID, reason: str) -> None:
    """That shared secret signs no more from now on."""
    mine = select(Secret).where(Secret.endpoint_id == endpoint.id, Secret.id == secret_id)
    kept = await session.scalar(mine)
    if kept is None:
        raise NotFound(what="secret")
    await _remove(session, endpoint, kept, {"reason": reason})


async def _remove(
    session: AsyncSession, endpoint: Endpoint, secret: Secret, why: dict[str, str] | None = None
) -> None:
    await session.delete(secret)
    said = {"endpoint_id": endpoint.id, "owner": endpoint.owner}
    await _record(session, endpoint, EndpointSecretRemoved(secret_id=secret.id, **said), why)


async def _record(
    session: AsyncSession, endpoint: Endpoint, event: Event, why: dict[str, str] | None = None
) -> None:
    await journal.record(session, subject_of(endpoint.id), event, basis=BASIS, details=why)


async def set_tls(
    session: AsyncSession,
    vault: Vault | None,
    endpoint: Endpoint,
    authority: str | None,
    certificate: str | None,
    key: str | None,
) -> Tls:
    """From now on the endpoint is known by that authority alone, and we show that certificate; or neither."""
    check_papers(authority, certificate, key)
    if key is not None and vault is None:
        raise SecretsNotKept
    kept = await session.get(Tls, endpoint.id) or Tls(endpoint_id=endpoint.id)
    kept.authority, kept.certificate = authority, certificate
    kept.vault_kid = kept.sealed_key = None
    if key is not None and vault is not None:
        kept.vault_kid, kept.sealed_key = vault.seal(key.encode(), endpoint.id)
    kept.at = await frame(session).database.dialect.now(session)
    session.add(kept)
    event: Event = EndpointCertificatesRemoved(endpoint_id=endpoint.id, owner=endpoint.owner)
    if authority or certificate:
        shown = {"authority": authority is not None, "certificate": certificate is not None}
        event = EndpointCertificatesSet(endpoint_id=endpoint.id, owner=endpoint.owner, **shown)
    await _record(session, endpoint, event)
    return kept

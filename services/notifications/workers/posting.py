"""Posting: one message signed, sent, and how it ended."""

import random
from collections.abc import Mapping
from functools import lru_cache, partial
from uuid import UUID, uuid4
from weakref import WeakKeyDictionary

from cryptography.exceptions import InvalidTag
from prometheus_client import CollectorRegistry, Histogram

from services.notifications.actions.claiming import Called, Challenge, Parcel
from services.notifications.actions.settling import Try
from services.notifications.channels.message import MEDIA_TYPE, challenge_body, test_body
from services.notifications.channels.outfit import policy_of, signer_of, vault_of
from services.notifications.channels.papers import Credentials
from services.notifications.channels.sender import Answer, Limits, Sender
from services.notifications.errors import AddressRefused
from services.notifications.rules.egress import target_of
from services.notifications.rules.schedule import Outcome
from services.notifications.rules.vocabulary import Asking
from shared import clock
from shared.service import Frame

TARGETS = 4096

_measures: WeakKeyDictionary[CollectorRegistry, Histogram] = WeakKeyDictionary()


def _measure(registry: CollectorRegistry) -> Histogram:
    """The one histogram of posts in a service's registry, also after the worker was started again."""
    if registry not in _measures:
        says = "time from posting a message to its answer, by what the answer means"
        _measures[registry] = Histogram("casebridge_post_seconds", says, ("verdict",), registry=registry)
    return _measures[registry]


class Post:
    """The way out of one process: its policy, its keys, its connections."""

    def __init__(self, frame: Frame, limits: Limits) -> None:
        self.policy = policy_of(frame.settings)
        self._signer = signer_of(frame)
        self._vault = vault_of(frame.settings)
        self._sender = Sender(self.policy, limits)
        self._seconds = _measure(frame.metrics.registry)
        self._target = lru_cache(TARGETS)(partial(target_of, policy=self.policy))

    async def close(self) -> None:
        """All connections closed."""
        await self._sender.close()

    def secrets(self, endpoint: Called) -> dict[UUID, bytes]:
        """The endpoint's shared secrets by their ids, opened."""
        if self._vault is None:
            return {}
        return {id_: self._vault.open(kid, sealed, endpoint.id) for id_, kid, sealed in endpoint.secrets}

    def _credentials(self, endpoint: Called) -> Credentials | None:
        papers = endpoint.papers
        if papers is None:
            return None
        key = None
        if papers.vault_kid and papers.sealed_key and self._vault is not None:
            key = self._vault.open(papers.vault_kid, papers.sealed_key, endpoint.id).decode()
        return Credentials(papers.authority, papers.certificate, key)

    async def send(self, endpoint: Called, parcel: Parcel, secrets: Mapping[UUID, bytes]) -> Try:
        """One message of a lane."""
        at = clock.now()
        signed = self._signer.headers(str(parcel.event_id), at, parcel.body, secrets.values())
        answer = await self._post(endpoint, signed, parcel.body)
        self._seconds.labels(answer.verdict).observe(answer.latency_ms / 1000)
        keys = (*self._signer.kids, *map(str, secrets))
        return Try(parcel, answer, at, signed["webhook-signature"], keys, random.random())

    async def ask(self, challenge: Challenge) -> Answer:
        """A message of our own."""
        at, message, endpoint = clock.now(), str(uuid4()), challenge.endpoint
        if challenge.asking is Asking.TEST:
            body = test_body(message, endpoint.id, at)
        else:
            body = challenge_body(message, endpoint.id, challenge.word, at)
        signed = self._signer.headers(message, at, body, self.secrets(endpoint).values())
        return await self._post(endpoint, signed, body)

    async def _post(self, endpoint: Called, signed: Mapping[str, str], body: bytes) -> Answer:
        try:
            target, shown = self._target(endpoint.url, endpoint.owner), self._credentials(endpoint)
        except AddressRefused as refused:
            return Answer(Outcome.REFUSED, 0, error=f"egress refused ({refused.data['fault']})")
        except (KeyError, InvalidTag, ValueError):
            return Answer(Outcome.REFUSED, 0, error="the client certificate's key cannot be opened")
        return await self._sender.post(target, {**signed, "Content-Type": MEDIA_TYPE}, body, shown)

"""A sample agency receiver: everything that an agency's own system does with Casebridge, in one module.

It takes signed webhooks at /hooks/{agency}, and answers by REST with tokens that it signs itself. It shares
no code with Casebridge: aiohttp, cryptography and joserfc are all it needs.
"""

import asyncio
import base64
import hashlib
import json
import time
import uuid
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import aiohttp
from aiohttp import web
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from joserfc import jws, jwt
from joserfc.jwk import OKPKey

MINUTES_5 = 300
ASK_AGAIN_SECONDS = 10.0
Json = dict[str, Any]


@dataclass
class Agency:
    """One agency: its code, its private key, what it has already seen and what it still has to deal with."""

    code: str
    key: OKPKey
    seen: set[str] = field(default_factory=set)  # keep this in your database
    todo: asyncio.Queue[Json] = field(default_factory=asyncio.Queue)

    def token(self) -> str:
        """A bearer token of five minutes, signed with the agency's registered key."""
        now = int(time.time())
        claims: Json = {"iss": f"agency:{self.code}", "org": self.code, "aud": "casebridge"}
        claims |= {"sub": "receiver", "name": "接收系统", "roles": ["agency_officer"]}
        claims |= {"iat": now, "exp": now + MINUTES_5}
        return jwt.encode({"alg": "Ed25519", "kid": self.key.kid}, claims, self.key, algorithms=["Ed25519"])

    def signed(self, handoff: str, act: str, said: Json) -> str:
        """The agency's own signature under what it says: the receipt will carry it."""
        canonical = json.JSONEncoder(sort_keys=True, separators=(",", ":"), ensure_ascii=False)
        digest = hashlib.sha256(canonical.encode({"act": act, "said": said}).encode()).hexdigest()
        statement = json.dumps({"handoff": handoff, "act": act, "content_sha256": digest})
        header = {"alg": "Ed25519", "kid": self.key.kid}
        return jws.serialize_compact(header, statement, self.key, algorithms=["Ed25519"])

    def say(self, text: str) -> None:
        """What a person watching would like to know."""
        print(f"[{self.code}] {text}", flush=True)


class Casebridge:
    """The REST side: every call as one agency, with the same idempotency key when it is made again."""

    def __init__(self, base_url: str, http: aiohttp.ClientSession) -> None:
        self._base = base_url.rstrip("/")
        self._http = http
        self._keys: list[Ed25519PublicKey] = []
        self._asked_at = -ASK_AGAIN_SECONDS
        self._asking = asyncio.Lock()

    async def get(self, agency: Agency, path: str) -> tuple[bytes, str]:
        """The body and the ETag; raises for anything but success."""
        headers = {"Authorization": f"Bearer {agency.token()}"}
        async with self._http.get(self._base + path, headers=headers) as answer:
            answer.raise_for_status()
            return await answer.read(), answer.headers.get("ETag", "")

    async def read(self, agency: Agency, path: str) -> Json:
        """What a GET says."""
        found: Json = json.loads((await self.get(agency, path))[0])
        return found

    async def act(self, agency: Agency, handoff: str, act: str, verb: str, **said: Any) -> None:
        """An act on a handoff in its present version, signed; tried again if it changed in between."""
        path = f"/referrals/v1/handoffs/{handoff}"
        key = str(uuid.uuid5(uuid.UUID(handoff), f"{agency.code} {act}"))
        body = {**said, "signature": agency.signed(handoff, verb, said)}
        for _ in range(3):
            _, etag = await self.get(agency, path)
            more = {"If-Match": etag, "Idempotency-Key": key}
            status, answer = await self.post(agency, f"{path}/{act}", body, more)
            if status not in (412, 503):
                break
        agency.say(f"  {act}: {status} {answer.get('code', answer.get('stage', ''))}")
        if status >= 400:
            raise RuntimeError(f"{act} was refused: {answer}")

    async def post(self, agency: Agency, path: str, body: Json, more: dict[str, str]) -> tuple[int, Json]:
        """The status and what was said."""
        headers = {"Authorization": f"Bearer {agency.token()}", **more}
        async with self._http.post(self._base + path, json=body, headers=headers) as answer:
            return answer.status, await answer.json(content_type=None)

    async def verifies(self, agency: Agency, headers: Any, body: bytes) -> bool:
        """Whether one of Casebridge's published keys signed these bytes within the last five minutes."""
        content = f"{headers['webhook-id']}.{headers['webhook-timestamp']}.".encode() + body
        if abs(time.time() - int(headers["webhook-timestamp"])) > MINUTES_5:
            return False
        signatures = [each.partition(",") for each in headers["webhook-signature"].split()]
        given = [signature for version, _, signature in signatures if version == "v1a"]
        async with self._asking:  # perhaps the keys have changed
            if not self._fits(given, content) and time.monotonic() - self._asked_at >= ASK_AGAIN_SECONDS:
                jwks = (await self.read(agency, "/notifications/v1/keys"))["keys"]
                self._keys = [Ed25519PublicKey.from_public_bytes(_unbase64url(jwk["x"])) for jwk in jwks]
                self._asked_at = time.monotonic()
        return self._fits(given, content)

    def _fits(self, signatures: list[str], content: bytes) -> bool:
        for key in self._keys:
            for signature in signatures:
                try:
                    key.verify(base64.b64decode(signature), content)
                    return True
                except (InvalidSignature, ValueError):
                    continue
        return False


def _unbase64url(text: str) -> bytes:
    return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))


class Receiver:
    """Takes messages at once, deals with them one after the other."""

    def __init__(self, agencies: dict[str, Agency], casebridge: Casebridge, *, reply_to_served: bool) -> None:
        self._agencies = agencies
        self._casebridge = casebridge
        self._reply_to_served = reply_to_served

    async def hook(self, request: web.Request) -> web.Response:
        """Verify, answer a challenge, drop what was seen, keep the rest for later."""
        agency = self._agencies.get(request.match_info["agency"])
        body = await request.read()
        if agency is None:
            return web.Response(status=404)
        try:
            if not await self._casebridge.verifies(agency, request.headers, body):
                return web.Response(status=401)
        except (KeyError, ValueError):
            return web.Response(status=400)
        event = json.loads(body)
        if challenge := event["data"].get("challenge"):
            agency.say(f"answers the challenge of endpoint {event['data']['endpoint_id']}")
            return web.json_response({"challenge": challenge})
        message = request.headers["webhook-id"]
        if message not in agency.seen:
            agency.seen.add(message)
            agency.todo.put_nowait(event)
        return web.Response(status=204)

    async def work(self, agency: Agency) -> None:
        """Deal with one message after the other, for ever."""
        while True:
            event = await agency.todo.get()
            name = event["type"].removesuffix(".v1").split(".")[-1]
            agency.say(f"{name} (message {event['sequence']} of its matter)")
            try:
                await self._deal(agency, name, event["data"])
            except (RuntimeError, aiohttp.ClientError, KeyError, ValueError) as problem:
                agency.say(f"  a person has to look at this: {problem}")

    async def _deal(self, agency: Agency, name: str, data: Json) -> None:
        if data.get("receiver") != agency.code:
            return
        if name == "handoff_dispatched":
            await self._take(agency, data["handoff_id"])
        elif name == "handoff_served" and data["kind"] == "suggestion" and self._reply_to_served:
            said = {"text": "已按检察建议完成整改（示例）。", "documents": []}
            await self._casebridge.act(agency, data["handoff_id"], "reply", "reply", **said)

    async def _take(self, agency: Agency, handoff: str) -> None:
        """What this agency does with something new: an offer it decides, a request it answers."""
        act = self._casebridge.act
        preview = await self._casebridge.read(agency, f"/referrals/v1/handoffs/{handoff}")
        agency.say(f"  {preview['number']}: {preview['kind']}, {preview['paper_count']} papers")
        if preview["form"] == "service":
            await self._fetch(agency, handoff)
        if preview["form"] == "service" or preview["stage"] != "dispatched":
            return
        await act(agency, handoff, "acknowledgement", "acknowledge")
        if preview["form"] == "offer":
            await act(agency, handoff, "acceptance", "accept", number=f"{agency.code}-{handoff[:8]}")
            await self._fetch(agency, handoff)
            reasons = "经审查，决定立案（示例）。"
            await act(agency, handoff, "decision", "decide", outcome="filed", reasons=reasons)
        else:
            await self._fetch(agency, handoff)
            await act(agency, handoff, "reply", "reply", text="同意协助（示例）。", documents=[])

    async def _fetch(self, agency: Agency, handoff: str) -> None:
        """The package and its documents, each by a ticket and checked against its SHA-256."""
        path = f"/referrals/v1/handoffs/{handoff}"
        for paper in (await self._casebridge.read(agency, f"{path}/package"))["documents"]:
            key, wanted = {"Idempotency-Key": str(uuid.uuid4())}, {"sha256": paper["sha256"]}
            _, ticket = await self._casebridge.post(agency, f"{path}/tickets", wanted, key)
            document, _ = await self._casebridge.get(agency, ticket["url"])
            if hashlib.sha256(document).hexdigest() != paper["sha256"]:
                raise RuntimeError(f"the document {paper['sha256']} is not what its hash says")
            agency.say(f"  fetched {paper['paper']}, {len(document)} bytes, SHA-256 holds")


def application(base_url: str, keys: dict[str, Path], *, reply_to_served: bool = False) -> web.Application:
    """The receiver of these agencies, each with its private key file (JWK)."""
    read = {code: OKPKey.import_key(json.loads(file.read_text())) for code, file in keys.items()}
    agencies = {code: Agency(code, key) for code, key in read.items()}
    app = web.Application()

    async def running(_: web.Application) -> Any:
        timeout = aiohttp.ClientTimeout(total=30)
        async with aiohttp.ClientSession(timeout=timeout) as http:
            receiver = Receiver(agencies, Casebridge(base_url, http), reply_to_served=reply_to_served)
            app.router.add_post("/hooks/{agency}", receiver.hook)
            workers = [asyncio.create_task(receiver.work(agency)) for agency in agencies.values()]
            yield
            for worker in workers:
                worker.cancel()
            await asyncio.gather(*workers, return_exceptions=True)

    app.cleanup_ctx.append(running)
    return app

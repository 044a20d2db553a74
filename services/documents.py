"""The documents that follow from the code: OpenAPI per service, AsyncAPI for events, the example environment.

They are kept in the repository, so that a change of a contract shows as a change of a file; `make check`
compares them with the code.
"""

import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from pydantic.fields import FieldInfo
from pydantic_core import PydanticUndefined

from services.cases import app as cases
from services.cases.settings import CasesSettings
from services.notifications import app as notifications
from services.notifications.settings import NotificationsSettings
from services.referrals import app as referrals
from services.referrals.settings import ReferralsSettings
from shared.events import Event
from shared.service import FRAME_EVENTS, Parts, service
from shared.settings import FrameSettings

ROOT = Path(__file__).resolve().parent.parent
ENVIRONMENT = ROOT / "deploy" / "env.example"

Documents = Mapping[Path, str]


def write(*, check: bool = False, only: Path | None = None) -> int:
    """The exit code after writing what changed, or (checking) after naming it."""
    wanted = {file: text for file, text in documents().items() if only in (None, file)}
    changed = [file for file, text in wanted.items() if not file.exists() or file.read_text() != text]
    for file in changed:
        print(
            f"{file.relative_to(ROOT)} {'is not what the code says: run `make docs`' if check else 'written'}"
        )
        if not check:
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_text(wanted[file])
    return int(check and bool(changed))


def all_parts() -> dict[str, Parts]:
    """The parts of every service; their settings lead nowhere, since nothing here runs."""
    return {
        "cases": cases.parts(CasesSettings.model_construct()),
        "referrals": referrals.parts(ReferralsSettings.model_construct()),
        "notifications": notifications.parts(NotificationsSettings.model_construct()),
    }


def documents() -> Documents:
    """Every generated document, by where it lies."""
    parts = all_parts()
    made = {ROOT / "docs" / "openapi" / f"{name}.json": _json(openapi(each)) for name, each in parts.items()}
    made[ROOT / "docs" / "asyncapi.json"] = _json(asyncapi(parts))
    made[ENVIRONMENT] = environment(parts)
    return made


def _json(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, indent=2) + "\n"


def openapi(parts: Parts) -> Any:
    """The HTTP interface of a service, as it serves it itself."""
    return service(parts).openapi()


# -- events ----------------------------------------------------------------------------------------------

ENVELOPE: dict[str, Any] = {
    "type": "object",
    "description": (
        "One journal row on its way. `seq` is gapless per source and subject; the same (source, subject, seq)"
        " is the same event however often it arrives."
    ),
    "additionalProperties": False,
    "properties": {
        "id": {"type": "string", "format": "uuid"},
        "source": {"type": "string", "description": "the service that says it"},
        "subject": {"type": "string", "description": "`matter/<id>`, or another thing with its own chain"},
        "seq": {"type": "integer", "minimum": 1},
        "type": {"type": "string", "description": "`<service>.<event>`"},
        "version": {"type": "integer", "minimum": 1},
        "at": {"type": "string", "format": "date-time", "description": "when the server recorded it"},
        "occurred_on": {"type": "string", "format": "date", "description": "the legal date, Asia/Shanghai"},
        "basis": {"type": "string", "description": "the article it rests on"},
        "org": {"type": "string", "description": "the organisation of whoever acted"},
        "on_behalf_of": {"type": ["string", "null"], "description": "whose act somebody else wrote down"},
        "traceparent": {"type": ["string", "null"]},
        "body": {"type": "object", "description": "the event itself"},
    },
}
ENVELOPE["required"] = list(ENVELOPE["properties"])


def published(parts: Parts) -> Iterator[tuple[str, type[Event]]]:
    """Everything that a service announces, the frame's own included, by wire type."""
    for event in sorted({*parts.published, *FRAME_EVENTS}, key=lambda event: (event.name, event.version)):
        yield f"{parts.name}.{event.name}", event


def schema_of(event: type[Event]) -> dict[str, Any]:
    """The JSON schema of an event's body."""
    return event.model_json_schema(ref_template="#/$defs/{model}")


def asyncapi(parts: Mapping[str, Parts]) -> dict[str, Any]:
    """What the services announce to each other, and on which exchange."""
    return {
        "asyncapi": "3.0.0",
        "info": {
            "title": "Casebridge events",
            "version": "1",
            "description": "Identifiers and facts only; no personal information of data subjects.",
        },
        "defaultContentType": "application/json",
        "channels": {name: _channel(each) for name, each in parts.items()},
        "operations": {
            f"{name}_announces": {"action": "send", "channel": {"$ref": f"#/channels/{name}"}}
            for name in parts
        },
        "components": {"schemas": {"Envelope": ENVELOPE}},
    }


def _channel(parts: Parts) -> dict[str, Any]:
    return {
        "address": f"{parts.name}.events",
        "description": (
            f"Everything that {parts.name} records, in order per subject, at least once."
            " A message is an envelope, or an array of several."
            f" Heard by {' and '.join(parts.announces_to)}."
        ),
        "messages": {f"{wire}.v{event.version}": _message(wire, event) for wire, event in published(parts)},
    }


def _message(wire: str, event: type[Event]) -> dict[str, Any]:
    return {
        "name": wire,
        "summary": first_line(event),
        "payload": {
            "allOf": [
                {"$ref": "#/components/schemas/Envelope"},
                {
                    "properties": {
                        "type": {"const": wire},
                        "version": {"const": event.version},
                        "body": event.model_json_schema(),
                    }
                },
            ]
        },
    }


def first_line(event: type[Event]) -> str:
    """The contract's sentence: the first line of the event's docstring."""
    return (event.__doc__ or "").strip().splitlines()[0]


# -- settings --------------------------------------------------------------------------------------------

_HEAD = """\
# Every setting of Casebridge, made from the code by `make docs`. In containers: lines of `.env`. Else: the
# environment of the processes. What is commented out shows its default; the rest must be set. Lists are JSON.
# Instead of a variable there may be a file of its name, in lower case, in /run/secrets: containers get their
# URLs, keys and secrets so (`make up` makes them), and nothing below has to be filled in.
"""


# What the command line takes from the environment, beside the settings of services.
_PROCESS = {
    "HOST": ("where to listen", "127.0.0.1"),
    "PORT": ("the port to listen on", "8000"),
    "CASEBRIDGE_DATA": ("folder of the one-process start: its databases, keys and documents", "var"),
}


def environment(parts: Mapping[str, Parts]) -> str:
    """The example environment: each setting with what it means, its default or an empty place."""
    blocks = [_HEAD, *(f"# {words}\n#{name}={default}\n" for name, (words, default) in _PROCESS.items())]
    blocks += ["# --- All services ---\n"]
    blocks += [_setting(name, info) for name, info in _shared_settings()]
    for service_name, each in parts.items():
        blocks.append(f"# --- {service_name} ---\n")
        blocks += [_setting(name, info) for name, info in own_settings(type(each.settings))]
    return "\n".join(blocks)


def _shared_settings() -> Iterator[tuple[str, FieldInfo]]:
    for info in FrameSettings.model_fields.values():
        if isinstance(info.validation_alias, str):
            yield info.validation_alias, info


def own_settings(settings: type[FrameSettings]) -> Iterator[tuple[str, FieldInfo]]:
    """The settings that are one service's own, by the name of their environment variable."""
    for field, info in settings.model_fields.items():
        if info.validation_alias is None:
            yield f"{settings.model_config.get('env_prefix', '')}{field}".upper(), info


def _setting(name: str, info: FieldInfo) -> str:
    if info.is_required():
        return f"# Required: {info.description}\n{name}=\n"
    default = (
        info.default if info.default is not PydanticUndefined else info.get_default(call_default_factory=True)
    )
    return f"# {info.description}\n#{name}={_shown(default)}\n"


def _shown(default: Any) -> str:
    if default is None:
        return ""
    return json.dumps(default, ensure_ascii=False) if isinstance(default, list) else str(default)

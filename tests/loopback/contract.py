"""Holds what goes over the loopback Discord's sockets against Discord's own OpenAPI description."""

import json
import os
from functools import cache
from pathlib import Path
from typing import Any

from jsonschema import Draft202012Validator
from jsonschema.exceptions import best_match
from referencing import Registry
from referencing.jsonschema import DRAFT202012

ROOT = Path(__file__).resolve().parents[2]
BASE = "urn:discord"
EVENTS = {
    "MESSAGE_CREATE": "MessageResponse",
    "MESSAGE_UPDATE": "MessageResponse",
    "THREAD_CREATE": "ThreadResponse",
    "THREAD_UPDATE": "ThreadResponse",
    "CHANNEL_CREATE": "GuildChannelResponse",
    "CHANNEL_UPDATE": "GuildChannelResponse",
}
"""The gateway is not in the description, but these events' bodies are its component schemas."""

PARTS = {
    ("GUILD_CREATE", "roles"): "GuildRoleResponse",
    ("GUILD_CREATE", "members"): "GuildMemberResponse",
    ("GUILD_CREATE", "channels"): "GuildChannelResponse",
    ("GUILD_CREATE", "threads"): "ThreadResponse",
    ("GUILD_ROLE_CREATE", "role"): "GuildRoleResponse",
    ("GUILD_ROLE_UPDATE", "role"): "GuildRoleResponse",
    ("INTERACTION_CREATE", "message"): "MessageResponse",
    ("INTERACTION_CREATE", "member"): "GuildMemberResponse",
    ("INTERACTION_CREATE", "user"): "UserResponse",
    ("MESSAGE_REACTION_ADD", "member"): "GuildMemberResponse",
    ("READY", "user"): "UserResponse",
}
"""Of other events these parts are described."""

LISTS_OF_IDS = ("users", "roles", "messages", "applied_tags")
FORWARD = {"title": "FORWARD", "const": 1}
"""A type of reference that Discord's documentation has and its description forgot."""


def description_path() -> Path | None:
    """Return where Discord's description is, if it is here: DISCORD_OPENAPI, or beside the project."""
    named = os.environ.get("DISCORD_OPENAPI")
    candidates = [Path(named)] if named else [ROOT.parent / "shared" / "discord" / "openapi.json"]
    return next((path for path in candidates if path.is_file()), None)


@cache
def _description(path: Path) -> "Description":
    return Description(json.loads(path.read_text()))


class Description:
    """Discord's description with a validator for each schema, made when it is first needed."""

    def __init__(self, spec: dict[str, Any]) -> None:
        spec["components"]["schemas"]["MessageReferenceType"]["oneOf"].append(FORWARD)
        self._spec = spec
        self._registry: Registry[Any] = Registry().with_resource(BASE, DRAFT202012.create_resource(spec))
        self._validators: dict[str, Draft202012Validator] = {}
        self._templates: dict[tuple[str, ...], str] = {}
        for template in spec["paths"]:
            self._templates.setdefault(_shape(template), template)

    def operation(self, method: str, template: str) -> tuple[str, dict[str, Any]] | None:
        """Return a route's JSON pointer and description; names in braces may differ from ours."""
        known = self._templates.get(_shape(template))
        if known is None or method.lower() not in self._spec["paths"][known]:
            return None
        pointer = f"#/paths/{known.replace('~', '~0').replace('/', '~1')}/{method.lower()}"
        return pointer, self._spec["paths"][known][method.lower()]

    def problem(self, pointer: str, body: Any) -> str | None:
        """Return what is wrong with a body, or None."""
        if pointer not in self._validators:
            self._validators[pointer] = Draft202012Validator({"$ref": BASE + pointer}, registry=self._registry)
        error = best_match(self._validators[pointer].iter_errors(body))
        return None if error is None else f"{error.json_path}: {error.message[:300]}"


class OpenApiContract:
    """The loopback's contract; `findings` holds a line for each body that is not as Discord describes it."""

    def __init__(self, path: Path) -> None:
        self._description = _description(path)
        self.findings: list[str] = []
        self.checked = 0

    def check_request(self, method: str, template: str, body: Any) -> None:
        found = self._description.operation(method, template)
        if found is None:
            self.findings.append(f"{method} {template}: Discord has no such route")
            return
        pointer, operation = found
        if "application/json" in operation.get("requestBody", {}).get("content", {}) and body is not None:
            place = f"{pointer}/requestBody/content/application~1json/schema"
            self._note(f"{method} {template} was sent", place, _with_text_ids(body))

    def check_response(self, method: str, template: str, status: int, body: Any) -> None:
        found = self._description.operation(method, template)
        if found is None:
            return
        pointer, operation = found
        if status >= 400 and isinstance(body, dict):
            # The description wants numbers for the codes inside `errors`; Discord's documentation shows words there.
            body = {key: value for key, value in body.items() if key != "errors"}
        key = str(status) if str(status) in operation["responses"] else f"{status // 100}XX"
        if key not in operation["responses"]:
            self.findings.append(f"{method} {template}: Discord never answers {status}")
            return
        answer = operation["responses"][key]
        if "$ref" in answer:
            pointer = f"{answer['$ref']}/content/application~1json/schema"
        elif "content" in answer:
            pointer = f"{pointer}/responses/{key}/content/application~1json/schema"
        elif body is not None:
            self.findings.append(f"{method} {template}: {status} has no body at Discord")
            return
        if body is not None:
            self._note(f"{method} {template} was answered {status}", pointer, body)

    def check_event(self, name: str, body: Any) -> None:
        if name in EVENTS:
            self._note(f"{name} was told", f"#/components/schemas/{EVENTS[name]}", body)
        for (event, part), schema in PARTS.items():
            if event == name and part in body:
                for one in body[part] if isinstance(body[part], list) else [body[part]]:
                    self._note(f"{name}.{part} was told", f"#/components/schemas/{schema}", one)

    def _note(self, what: str, pointer: str, body: Any) -> None:
        self.checked += 1
        problem = self._description.problem(pointer, body)
        if problem is not None and (line := f"{what}: {problem}") not in self.findings:
            self.findings.append(line)


def _with_text_ids(body: Any, name: str = "", inside: str = "") -> Any:
    """Return a request with its ids as text: discord.py sends some as numbers, and Discord takes both."""
    if isinstance(body, dict):
        return {key: _with_text_ids(value, key, name) for key, value in body.items()}
    if isinstance(body, list):
        return [_with_text_ids(one, name, name) for one in body]
    is_id = name.endswith("_id") or name in LISTS_OF_IDS or (name == "id" and inside == "attachments")
    return str(body) if is_id and isinstance(body, int) else body


def _shape(template: str) -> tuple[str, ...]:
    return tuple("{}" if part.startswith("{") else part for part in template.strip("/").split("/"))

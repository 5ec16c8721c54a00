"""Gives every outside call of the bot a name that means the same in each run of the story.

A number would not do: a killed bot makes calls that an undisturbed one does not, and polls come as they like. So a
call is named by what it is about (whose thread, which text, whose press) and counted under that name.
"""

import json
import re
from collections.abc import Sequence
from typing import Any
from urllib.parse import parse_qsl, urlencode

from bot.demo.blog.faults import RecordedCall
from bot.demo.loopback import LoopbackDiscord
from bot.demo.loopback.traffic import RecordedRequest
from bot.demo.loopback.world.models import Json, walk

WORDS = 48
"""So many characters of a text tell it apart."""

RANDOM_QUERIES = frozenset({"search", "before", "after", "limit"})


def discord_call(discord: LoopbackDiscord, request: RecordedRequest) -> str:
    """Name a call to Discord."""
    template = request.template or request.path
    parts = [request.method, template, *_places(discord, request)]
    if template.startswith(("/interactions/", "/webhooks/")):
        parts.append(_press(discord, request))
    elif isinstance(request.json, dict):
        parts.append(_words(request.json))
    return " ".join(part for part in parts if part)


def blog_call(titles: Sequence[str], call: RecordedCall) -> str:
    """Name a call to the blog; a feed is named by the `titles` that the blog has now, of which its last ones tell."""
    parts = [call.method, call.path]
    query = [(name, value) for name, value in parse_qsl(call.query) if name not in RANDOM_QUERIES]
    if query:
        parts.append("?" + urlencode(query))
    if call.path.startswith("/feed"):
        parts.append("of " + ", ".join(titles)[-WORDS:])
    if call.body:
        parts.append(str(json.loads(call.body).get("content") or call.body[:WORDS].decode())[:WORDS])
    return "blog " + " ".join(parts)


def _places(discord: LoopbackDiscord, request: RecordedRequest) -> list[str]:
    """Name the channel, and the message where the call is about one of a member's."""
    world = discord.world
    named: list[str] = []
    found = re.match(r"/channels/(\d+)(?:/messages/(\d+))?", request.path)
    if found is None:
        return named
    channel = world.channels.get(int(found[1]))
    named.append(f"#{channel.name}" if channel is not None else "#?")
    message = world.find_message(int(found[2])) if found[2] else None
    if message is not None and message.author_id != world.bot.id:
        named.append(f"“{message.text[:WORDS]}”")
    return named


def _press(discord: LoopbackDiscord, request: RecordedRequest) -> str:
    by_id = discord.interactions.by_id
    found = re.match(r"/interactions/(\d+)/", request.path)
    if found is not None:
        interaction = by_id[int(found[1])]
    else:
        token = request.path.split("/")[3]
        interaction = next(one for one in by_id.values() if one.token == token)
    data = interaction.data
    what = data.get("name") or ":".join(str(data["custom_id"]).split(":")[1:3])
    target = discord.world.find_message(int(data.get("target_id") or 0))
    about = f"“{target.text[:WORDS]}”" if target is not None else ""
    return f"{discord.world.users[interaction.user_id].name} {what} {about}".strip()


def _words(body: Json) -> str:
    texts = [str(body.get("name") or ""), str(body.get("content") or "")]
    texts += [str(part["content"]) for part in walk(_components(body)) if part["type"] == 10]
    text = re.sub(r"<t:\d+:R>|\d{15,}", "", " ".join(text for text in texts if text))
    return f"“{text[:WORDS]}”" if text else ""


def _components(body: Json) -> list[Any]:
    components: list[Any] = body.get("components") or []
    return components

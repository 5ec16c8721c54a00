"""Short scenes for tests that need a thread and a reply, without the whole story."""

import asyncio
import contextlib
from collections.abc import Awaitable, Callable
from typing import TypeVar

from bot.demo.loopback.actors import Actor
from bot.demo.loopback.answers import Answer
from bot.demo.loopback.world.models import Channel, Message
from tests.kill.story import MENU
from tests.kill.worlds import KillWorld

T = TypeVar("T")
SECONDS = 40.0
LOOK_AGAIN_SECONDS = 0.05


async def until(world: KillWorld, found: Callable[[], T | None]) -> T:
    """Wait until something is there, and return it."""
    value: T = await world.discord.until(found, timeout=SECONDS)
    return value


async def remembered(world: KillWorld) -> None:
    """Wait until the bot knows the archive."""
    await world.discord.ready(timeout=SECONDS)
    await until(world, lambda: world.is_feed_remembered() or None)


async def a_post(world: KillWorld, title: str) -> tuple[int, Channel]:
    """Publish a post and return its id and its thread, once the thread's first line is there."""
    post_id = await world.blog.publish(title, "<p>Words.</p>")
    card = await until(world, lambda: next((one for one in world.bots(world.news) if title in one.text), None))
    thread = await until(world, lambda: world.discord.world.channels.get(card.id))
    await until(world, lambda: world.bots(thread) or None)
    return post_id, thread


async def agree(world: KillWorld, writer: Actor, thread: Channel, text: str) -> int:
    """Have a member write and send a reply; return the message's id when it waits for the author or is on its way."""
    message_id = await writer.say(thread, text)
    preview = await writer.use_menu(MENU, thread, message_id)
    answer = await (await writer.press(preview, "Send")).updated(timeout=SECONDS)
    assert {"Take it back", "Take it off the blog"} & set(answer.buttons), answer.text
    return message_id


async def a_card(world: KillWorld, text: str, label: str = "Publish") -> Message:
    """Return the queue's card about a reply, once it has a button."""

    def found() -> Message | None:
        cards = world.bots(world.queue)
        return next((card for card in cards if text in card.text and label in card.button_labels), None)

    return await until(world, found)


async def send(world: KillWorld, writer: Actor, thread: Channel, text: str) -> int:
    """Have a reply sent by its writer and published by the author; it may not be on the blog yet."""
    message_id = await agree(world, writer, thread, text)
    answer: Answer = await world.author.press(await a_card(world, text), "Publish")
    assert "Undo" in answer.buttons, answer.text
    return message_id


async def settled(world: KillWorld, is_right: Callable[[], Awaitable[bool]]) -> None:
    """Wait until no ledger row is waiting and the worlds are as they should be."""

    async def is_over() -> bool:
        return not world.waiting_rows() and await is_right()

    async with asyncio.timeout(SECONDS):
        while not await is_over():
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(world.discord.world.changed(), LOOK_AGAIN_SECONDS)


async def why(world: KillWorld, writer: Actor, thread: Channel, message_id: int) -> str:
    """Return what a writer is told who uses *Send to blog* on the message again."""
    return (await writer.use_menu(MENU, thread, message_id)).text

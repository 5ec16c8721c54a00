"""An application password that the blog's owner took away."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from bot.demo.blog.faults import RecordedCall
from tests.kill.bots import Nurse
from tests.kill.scenes import SECONDS, a_card, a_post, agree, remembered, settled, until
from tests.kill.story import shown
from tests.kill.worlds import KillWorld, open_world

MOST_CALLS = 2
TEXTS = ("The first of three.", "The second of three.", "The third of three.")


@pytest.fixture
async def world(nurse: Nurse, tmp_path: Path, empty_database: Path) -> AsyncIterator[KillWorld]:
    async with open_world(nurse, tmp_path, empty_database=empty_database, nonce_window_seconds=180.0) as world:
        await remembered(world)
        world.author.timeout = world.ada.timeout = SECONDS  # nobody is killed before an answer here
        yield world


def with_password(world: KillWorld, *, since: int) -> list[RecordedCall]:
    return [call for call in world.blog.faults.calls[since:] if "Authorization" in call.headers]


def alerts(world: KillWorld) -> list[str]:
    return [one.text for one in world.bots(world.queue) if "no longer accepts the application password" in one.text]


async def mend(world: KillWorld) -> None:
    """Give the bot's user a working password again, and enter it as a person would."""
    world.blog.store.revoked.clear()
    user = world.blog.user("relayer")
    answer = await world.author.use_command("blog connect", in_channel=world.news, site=world.blog.url)
    form = await world.author.press(answer, "Enter an application password")
    fields = dict(zip(form.fields, (user.login, user.application_password), strict=True))
    accepted = await shown(await world.author.submit(form, fields))
    assert "accepted the password" in accepted.text


async def test_revoked_password_pauses_the_blog_tells_once_and_loses_nothing(world: KillWorld) -> None:
    """F12: at most two calls, one that the blog answers to anybody and one that it refuses."""
    post_id, thread = await a_post(world, "Slugs at dusk")
    for text in TEXTS:
        await agree(world, world.ada, thread, text)
    cards = [await a_card(world, text) for text in TEXTS]
    await world.blog.revoke_password("relayer")
    begun = len(world.blog.faults.calls)

    for card in cards:
        await world.author.press(card, "Publish")
    await until(world, lambda: alerts(world) or None)
    await a_post(world, "A frame of willow")  # it is still announced
    assert len(with_password(world, since=begun)) <= MOST_CALLS
    assert len(alerts(world)) == 1
    assert await world.blog.comments(post_id) == []

    await mend(world)

    async def are_there() -> bool:
        comments = await world.blog.comments(post_id)
        return sorted(one.content for one in comments) == sorted(TEXTS) and not alerts(world)

    await settled(world, are_there)


async def test_password_revoked_while_the_bot_was_away_is_told_as_well(world: KillWorld) -> None:
    """F12: the settings' password is tried at each start, and only then; what waits is known to its author."""
    post_id, thread = await a_post(world, "Slugs at dusk")
    await agree(world, world.ada, thread, TEXTS[0])
    card = await a_card(world, TEXTS[0])
    await world.blog.revoke_password("relayer")
    begun = len(world.blog.faults.calls)
    await world.kill()
    await until(world, lambda: with_password(world, since=begun) or None)
    await world.discord.ready()

    await world.author.press(card, "Publish")
    await until(world, lambda: alerts(world) or None)
    await a_post(world, "A frame of willow")

    assert len(with_password(world, since=begun)) <= MOST_CALLS
    assert len(alerts(world)) == 1
    assert await world.blog.comments(post_id) == []

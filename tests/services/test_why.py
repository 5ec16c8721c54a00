import pytest

from bot.services.why import Why
from tests.services.relay_world import CHANNEL, GUILD, THREAD, World, author, other, writer

ON_DISCORD_ONLY = "It is on Discord only. A message goes to the blog when its writer sends it: **Apps > Send to blog**."
MESSAGE = 1_234_567


async def asked(world: World, who: str, what: str | None, *, channel_id: int = CHANNEL, **facts: object) -> str:
    actor = {"writer": writer, "author": author, "other": other}[who](**facts)
    return (await Why(world.begin).explain(actor, what, channel_id=channel_id)).text


async def test_a_post_is_explained_by_address_title_or_in_its_thread(world: World) -> None:
    for what, channel_id in (("Winter walk", CHANNEL), (None, THREAD)):
        text = await asked(world, "other", what, channel_id=channel_id)
        assert "**Winter walk**" in text
        assert f"- <#{CHANNEL}>: It was announced here." in text


async def test_without_anything_to_explain_it_says_how_to_ask(world: World) -> None:
    assert "/why what:" in await asked(world, "other", None)


async def test_an_unknown_post_gets_one_sentence(world: World) -> None:
    assert "I know no post" in await asked(world, "other", "Summer swim")


async def test_another_guild_learns_nothing(world: World) -> None:
    await world.published(MESSAGE)
    assert "I know no post" in await asked(world, "other", "Winter walk", guild_id=GUILD + 1)
    assert await asked(world, "writer", str(MESSAGE), guild_id=GUILD + 1) == ON_DISCORD_ONLY
    assert "/why what:" in await asked(world, "author", None, channel_id=THREAD, guild_id=GUILD + 1)


@pytest.mark.parametrize("what", [f"{MESSAGE}", f"https://discord.com/channels/{GUILD}/{THREAD}/{MESSAGE}"])
async def test_a_published_reply_is_told_to_everybody(world: World, what: str) -> None:
    await world.published(MESSAGE)
    assert await asked(world, "other", what) == "It is on Winter Blog."


async def test_waiting_and_refusal_are_told_to_writer_and_author_only(world: World) -> None:
    await world.agreed(MESSAGE)
    assert "looks at it first" in await asked(world, "writer", str(MESSAGE))
    assert "it waits for you" in await asked(world, "author", str(MESSAGE))
    assert await asked(world, "other", str(MESSAGE)) == ON_DISCORD_ONLY

    relay = await world.relay(MESSAGE)
    await world.relays.refuse(relay.id, relay.guard, author())
    assert "decided not to publish" in await asked(world, "writer", str(MESSAGE))
    assert await asked(world, "other", str(MESSAGE)) == ON_DISCORD_ONLY


async def test_a_writers_no_looks_to_the_author_like_no_answer(world: World) -> None:
    await world.pick(world.reply(MESSAGE), author())
    waiting = await asked(world, "author", str(MESSAGE))
    relay = await world.relay(MESSAGE)
    await world.relays.decline(relay.id, relay.guard, writer(), is_for_good=True)

    assert await asked(world, "author", str(MESSAGE)) == waiting
    assert await asked(world, "other", str(MESSAGE)) == ON_DISCORD_ONLY

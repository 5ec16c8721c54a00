"""With exactly the permissions of the invite link, and not one more, the whole story works."""

from bot.demo import stage as stages
from bot.domain.permissions import needed_bits
from tests.e2e.conftest import QUICK
from tests.e2e.test_story import MENU, bots, settled, the_thread, until
from tests.loopback.fixtures import new_contract


async def test_bot_with_exactly_the_listed_permissions_does_everything() -> None:
    """T25."""
    options = {"contract": new_contract(), "bot_permissions": needed_bits()}
    async with stages.set_up(discord_options=options, settings=QUICK) as stage:
        assert stage.small_blog is not None
        await stage.bot.event("feed_remembered")
        post_id = await stage.small_blog.publish("Water in the can")
        thread = await the_thread(stage)
        said = await stage.ada.say(thread, "Rain is better.")
        await stage.author.use_menu(MENU, thread, said)
        question = (await until(stage, lambda: [m for m in bots(stage, thread) if "See it first" in m.button_labels]))[
            0
        ]
        seen = await stage.ada.press(question, "See it first")
        await stage.ada.press(seen, "Send")
        message = stage.discord.world.message(thread.id, said)
        await until(stage, lambda: message.reactions)
        state = await stage.ada.use_menu(MENU, thread, said)
        await stage.ada.press(state, "Take it off the blog")
        await until(stage, lambda: not message.reactions)
        other = await stage.ben.say(thread, "Dew is best.")
        await stage.ben.press(await stage.ben.use_menu(MENU, thread, other), "Send")
        card = (await until(stage, lambda: bots(stage, stage.queue)))[0]
        await stage.author.press(card, "Publish")
        await until(stage, lambda: stage.discord.world.message(thread.id, other).reactions)
        ended = await settled(stage)
        comments = await stage.small_blog.comments(post_id)
        refused = [
            (request.method, request.template, request.status)
            for request in stage.discord.requests
            if request.status in {401, 403}
        ]
    assert refused == []
    assert [comment.status for comment in comments] == ["trash", "approved"]
    assert [relay["state"] for relay in ended["relays"]] == ["removed", "published"]

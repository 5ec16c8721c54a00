"""What the author does from Discord about comments, writers and threads."""

import pytest

from bot.domain.errors import UserError
from bot.domain.messages import Action, OutgoingMessage
from bot.domain.models import CommentStatus
from bot.domain.relays import RelayState
from bot.services.connecting.subscriptions import SettingsChange, Subscriptions
from bot.services.relaying.moderation import Moderation
from tests.services.relay_world import (
    AUTHOR,
    THREAD,
    World,
    actions,
    author,
    button,
    other,
    shown_text,
    writer,
)


def moderation(world: World) -> Moderation:
    return world.relays.moderation


async def menu(world: World, message_id: int = 500) -> OutgoingMessage:
    return await moderation(world).menu(message_id, THREAD, author())


async def held(world: World) -> int:
    await world.change(policy="direct")
    await world.agreed()
    await world.run()
    return (await world.relay()).comment_id or 0


async def test_the_author_approves_what_the_blog_held(world: World) -> None:
    comment_id = await held(world)
    shown = await menu(world)
    assert actions(shown) == ["approve", "spam", "bin", "trust", "block", "stopthread"]

    await moderation(world).approve(*button(shown, Action.APPROVE), author())
    await world.run()

    assert world.blog.comments[comment_id].status is CommentStatus.APPROVED
    assert await world.state() == RelayState.PUBLISHED
    assert f"Decided by <@{AUTHOR}>" in (await menu(world)).text


async def test_the_author_marks_a_comment_as_spam_and_thinks_again(world: World) -> None:
    await world.published()
    comment_id = (await world.relay()).comment_id or 0
    for _time in range(2):
        await moderation(world).mark_as_spam(*button(await menu(world), Action.SPAM), author())
        await world.run()
        assert world.blog.comments[comment_id].status is CommentStatus.SPAM
        assert await world.state() == RelayState.SPAM
        await moderation(world).approve(*button(await menu(world), Action.APPROVE), author())
        await world.run()
        assert world.blog.comments[comment_id].status is CommentStatus.APPROVED


async def test_the_author_bins_a_comment(world: World) -> None:
    await world.published()
    await moderation(world).bin(*button(await menu(world), Action.BIN), author())
    await world.run()
    assert world.blog.visible() == []
    assert await world.state() == RelayState.REMOVED


async def test_a_right_lost_before_the_blog_is_told_has_no_effect(world: World) -> None:
    await held(world)
    await moderation(world).approve(*button(await menu(world), Action.APPROVE), author())
    world.give_rights(AUTHOR, may_manage_guild=False)
    await world.run()
    assert world.blog.visible() == []
    assert await world.state() == RelayState.HELD
    world.give_rights(AUTHOR)
    await moderation(world).approve(*button(await menu(world), Action.APPROVE), author())
    await world.run()
    assert len(world.blog.visible()) == 1


async def test_nobody_but_the_author_moderates(world: World) -> None:
    await held(world)
    shown = await menu(world)
    assert "Only the blog's author" in (await moderation(world).menu(500, THREAD, other())).text
    relay_id, guard = button(shown, Action.APPROVE)
    assert "Only the blog's author" in (await moderation(world).approve(relay_id, guard, other())).text
    assert "no longer there" in (await moderation(world).approve(relay_id, guard, author(guild_id=99))).text
    stop = button(shown, Action.STOP_THREAD)
    assert "Only the blog's author" in (await moderation(world).stop_thread(*stop, other())).text
    await world.run()
    assert world.blog.visible() == []


async def test_a_trusted_writers_reply_goes_out_without_a_look(world: World) -> None:
    await world.agreed()
    await moderation(world).trust(*button(await menu(world), Action.TRUST), author())

    await world.agreed(501, content="Another one")
    await world.run()

    assert [comment.content_raw for comment in world.blog.visible()] == ["<p>Another one</p>"]
    assert actions(await menu(world))[-2:] == ["forgetstance", "stopthread"]


async def test_trust_ends_with_the_right_of_whoever_gave_it(world: World) -> None:
    await world.agreed()
    await moderation(world).trust(*button(await menu(world), Action.TRUST), author())
    world.give_rights(AUTHOR, may_manage_guild=False)
    await world.agreed(501, content="Another one")
    await world.run()
    assert world.blog.visible() == []
    assert await world.state(501) == RelayState.WAITING_FOR_AUTHOR


async def test_a_blocked_writer_is_told_in_one_sentence_and_nothing_is_kept(world: World) -> None:
    await world.published()
    preview = await world.pick(world.reply(502, "Begun before"), writer())
    await moderation(world).block(*button(await menu(world), Action.BLOCK), author())

    refused = await world.pick(world.reply(501, "More"), writer())
    late = await world.press(preview, Action.SEND, writer())

    assert "takes no replies from you" in refused.text
    assert "takes no replies from you" in late.text
    assert len(world.blog.visible()) == 1
    await moderation(world).forget_stance(*button(await menu(world), Action.FORGET_STANCE), author())
    assert "send" in actions(await world.pick(world.reply(501, "More"), writer()))


async def test_a_thread_that_the_author_closed_sends_nothing_more(world: World) -> None:
    shown = await moderation(world).menu(777, THREAD, author())
    assert actions(shown) == ["stopthread"]
    await moderation(world).stop_thread(*button(shown, Action.STOP_THREAD), author())
    assert "nothing more" in (await world.pick(world.reply(), writer())).text

    again = await moderation(world).menu(777, THREAD, author())
    await moderation(world).resume_thread(*button(again, Action.RESUME_THREAD), author())
    assert "send" in actions(await world.pick(world.reply(), writer()))


async def test_more_on_a_card_shows_the_same_menu(world: World) -> None:
    await world.agreed()
    relay = await world.relay()
    assert (await moderation(world).more(relay.id, author())) == await menu(world)
    assert "no longer there" in (await moderation(world).more(9999, author())).text


async def test_writers_who_wait_are_told_that_the_author_is_away(world: World) -> None:
    settings = Subscriptions(world.begin, world.chat, world.clock, lambda: None)
    shown = await settings.change(author(), None, SettingsChange(away_until="2026-03-10"))
    assert "Away until: <t:" in shown.text
    assert "will be back <t:" in (await world.agreed()).text

    back = await settings.change(author(), None, SettingsChange(away_until="back"))
    assert "not away" in back.text
    assert "will be back" not in shown_text(await world.agreed(501))


@pytest.mark.parametrize("day", ["tomorrow", "2026-02-30", "2026-02-01", ""])
async def test_a_day_that_is_none_or_over_is_refused(world: World, day: str) -> None:
    settings = Subscriptions(world.begin, world.chat, world.clock, lambda: None)
    with pytest.raises(UserError):
        await settings.change(author(), None, SettingsChange(away_until=day))

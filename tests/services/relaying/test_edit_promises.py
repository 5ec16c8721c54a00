"""What a writer is told of later edits before their yes, and that exactly this is what happens."""

import pytest

from bot.domain.messages import Action
from db import stances
from tests.services.relay_world import (
    AUTHOR,
    THREAD,
    WRITER,
    World,
    actions,
    author,
    button,
    shown_text,
    writer,
)
from tests.services.relaying.test_edits import edit, the_text

LOOKS = "the blog's author looks first, also at later edits."
FOLLOWS = "Later edits of your message follow."
ASKED = "Later edits of your message wait for the author's look."


async def trust(world: World) -> None:
    async with world.begin() as tx:
        await stances.take(
            tx, blog_id=1, writer_id=WRITER, stance=stances.TRUSTED, decided_by=AUTHOR, now=world.clock()
        )


async def their_own(world: World) -> str:
    shown = await world.pick(world.reply(content="First"), writer())
    await world.press(shown, Action.SEND, writer())
    relay = await world.relay()
    await world.relays.publish(relay.id, relay.guard, author())
    return shown_text(shown)


async def asked_for(world: World) -> str:
    await world.pick(world.reply(content="First"), author())
    relay = await world.relay()
    shown = await world.relays.see(relay.id, relay.guard, writer())
    await world.press(shown, Action.SEND, writer())
    return shown_text(shown)


@pytest.mark.parametrize("is_asked", [False, True], ids=["their own", "asked for"])
@pytest.mark.parametrize("policy", ["approve", "direct"])
@pytest.mark.parametrize("is_trusted", [False, True], ids=["unknown", "trusted"])
async def test_the_preview_says_of_later_edits_what_then_happens(
    world: World, is_asked: bool, policy: str, is_trusted: bool
) -> None:
    await world.change(policy=policy)
    if is_trusted:
        await trust(world)
    told = await (asked_for if is_asked else their_own)(world)
    await world.run()
    await edit(world, "Second")
    await world.run()

    is_looked_at = policy == "approve" and not is_trusted
    [text] = [comment.content_raw for comment in world.blog.comments.values()]
    assert text == ("<p>First</p>" if is_looked_at else "<p>Second</p>")
    assert ((ASKED if is_asked else LOOKS) if is_looked_at else FOLLOWS) in told
    assert "stay on Discord" not in told
    consents = await world.consents()
    assert {consent.wording for consent in consents} == {consents[0].wording}
    assert "ater edits" in consents[0].wording


async def test_a_trusted_writer_is_not_told_that_somebody_looks_first(world: World) -> None:
    await trust(world)
    told = await their_own(world)
    await world.run()
    assert "looks first" not in told
    assert "it goes out when you press Send" in told
    assert the_text(world) == "<p>First</p>"


async def test_trust_that_ends_while_the_preview_is_open_is_told_before_the_yes_counts(world: World) -> None:
    await trust(world)
    shown = await world.pick(world.reply(content="First"), writer())
    async with world.begin() as tx:
        await stances.take(tx, blog_id=1, writer_id=WRITER, stance=None, decided_by=AUTHOR, now=world.clock())
    answer = await world.press(shown, Action.SEND, writer())
    assert "has changed since" in answer.text
    assert LOOKS in shown_text(answer)
    assert await world.consents() == []


async def test_trust_in_edits_ends_with_the_right_of_whoever_gave_it(world: World) -> None:
    await trust(world)
    await their_own(world)
    await world.run()
    await edit(world, "Second")
    world.give_rights(AUTHOR, may_manage_guild=False)
    await world.run()

    assert the_text(world) == "<p>First</p>"
    relay = await world.relay()
    assert (relay.edit_state, relay.edit_source) == ("author", "Second")


@pytest.mark.parametrize("policy", ["approve", "direct"])
async def test_nothing_more_of_a_blocked_writer_goes_to_the_blog(world: World, policy: str) -> None:
    await world.change(policy=policy)
    await their_own(world)
    await world.run()
    async with world.begin() as tx:
        await stances.take(
            tx, blog_id=1, writer_id=WRITER, stance=stances.BLOCKED, decided_by=AUTHOR, now=world.clock()
        )
    await edit(world, "Buy my pills")
    await world.run()

    [comment] = world.blog.comments.values()
    assert comment.content_raw == "<p>First</p>"
    assert (await world.relay()).edit_state is None
    shown = await world.pick(world.chat.replies[500], writer())
    assert actions(shown) == ["takeoff"]


@pytest.mark.parametrize("policy", ["approve", "direct"])
async def test_an_edit_in_a_thread_that_the_author_closed_stays_on_discord(world: World, policy: str) -> None:
    await world.change(policy=policy)
    await their_own(world)
    await world.run()
    shown = await world.relays.moderation.menu(500, THREAD, author())
    await world.relays.moderation.stop_thread(*button(shown, Action.STOP_THREAD), author())
    await edit(world, "Second")
    await world.run()
    assert [comment.content_raw for comment in world.blog.comments.values()] == ["<p>First</p>"]

    shown = await world.relays.moderation.menu(500, THREAD, author())
    await world.relays.moderation.resume_thread(*button(shown, Action.RESUME_THREAD), author())
    asked = await world.pick(world.chat.replies[500], writer())
    assert "is no longer what you sent" in shown_text(asked)


async def test_a_menu_that_was_opened_before_an_edit_does_not_bring_the_older_text_back(world: World) -> None:
    """Discord delivers the click after the edit."""
    before = world.reply(content="First")
    await world.pick(before, writer())
    await edit(world, "Second")
    shown = await world.pick(before, writer())
    assert "Second" in shown_text(shown)
    await world.press(shown, Action.SEND, writer())
    await edit(world, "Second")  # told once more: nothing is new

    relay = await world.relay()
    assert (relay.source, relay.edit_state) == ("Second", None)

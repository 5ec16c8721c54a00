"""Under whose name a text goes out, and that the sentences beside *Send* are the ones agreed to."""

import pytest

from bot.domain.errors import UserError
from bot.domain.messages import Action
from tests.services.relay_world import WRITER, World, author, other, shown_text, writer

LONG = "word " * 800
ROLE = frozenset({55})


async def test_author_who_lost_the_role_never_speaks_as_the_blogs_user(world: World) -> None:
    shown = await world.pick(world.reply(content=LONG), writer(role_ids=ROLE))
    assert "as the blog's own user" in shown_text(shown)
    relay = await world.relay()
    changed = await world.relays.change(relay.id, writer(role_ids=ROLE), text="I speak for the blog", name="Dana")
    answer = await world.press(changed, Action.SEND, writer())
    assert "Only the blog's author speaks" in answer.text

    again = await world.pick(world.reply(content="I speak for myself"), writer())
    assert "(via Discord)" in shown_text(again)
    await world.press(again, Action.SEND, writer())
    relay = await world.relay()
    await world.relays.publish(relay.id, relay.guard, author())
    await world.reconcile()
    [comment] = world.blog.visible()
    assert comment.author_name == "Dana (via Discord)"


async def test_anothers_pick_of_an_authors_reply_goes_out_under_the_members_name(world: World) -> None:
    await world.pick(world.reply(content=LONG), writer(role_ids=ROLE))
    await world.pick(world.reply(content=LONG), author())
    relay = await world.relay()
    assert not relay.is_as_blog_user
    shown = await world.relays.change(relay.id, writer(), text="I, the author, speak", name="Dana")
    await world.press(shown, Action.SEND, writer())
    await world.reconcile()
    assert [comment.author_name for comment in world.blog.visible()] == ["Dana (via Discord)"]


async def test_name_of_the_blogs_user_is_not_the_writers_to_choose(world: World) -> None:
    await world.pick(world.reply(content=LONG), writer(role_ids=ROLE))
    relay = await world.relay()
    shown = await world.relays.change(relay.id, writer(role_ids=ROLE), text="Short now", name="Somebody Else")
    assert "Somebody Else" not in shown_text(shown)
    assert "Edna Author" in shown_text(shown)


async def test_terms_that_changed_since_they_were_shown_are_shown_again_before_a_yes_counts(world: World) -> None:
    shown = await world.pick(world.reply(), writer())
    await world.change(policy="direct")
    again = await world.press(shown, Action.SEND, writer())
    assert await world.consents() == []
    assert "the blog's own rules" in shown_text(again)
    await world.press(again, Action.SEND, writer())
    [consent] = await world.consents()
    assert "the blog's own rules" in consent.wording
    assert consent.writer_id == WRITER


async def test_stranger_still_cannot_send_it(world: World) -> None:
    shown = await world.pick(world.reply(), writer())
    with pytest.raises(UserError):
        await world.press(shown, Action.SEND, other())
    assert await world.consents() == []

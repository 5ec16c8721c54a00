import asyncio

from cogs.forgetting import Forgetting
from tests.cogs.conftest import House


async def test_a_member_sees_what_is_kept_takes_one_back_and_is_forgotten(house: House) -> None:
    await house.connected()
    thread = await house.thread()
    message_id = await house.mira.say(thread, "What a walk")
    preview = await house.mira.use_menu("Send to blog", thread, message_id)
    await house.press(house.mira, preview, "Send")

    shown = await house.mira.use_command("privacy", in_channel=house.channel)
    assert shown.is_ephemeral
    assert "1 recorded yes of yours" in shown.text
    mine = await house.press(house.mira, shown, "My consents")
    assert mine.is_ephemeral
    assert "SHA-256" in mine.text
    taken = await house.press(house.mira, mine, "Take back 1")
    assert "It stays on Discord" in taken.text

    again = await house.mira.use_command("privacy", in_channel=house.channel)
    warned = await house.press(house.mira, again, "Forget me")
    assert "cannot be undone" in warned.text
    await house.press(house.mira, warned, "Forget me")

    async with asyncio.timeout(60):
        while True:
            looked = await house.mira.use_command("privacy", in_channel=house.channel)
            if "you were forgotten" in looked.text:
                break
    assert "Ask me again" in looked.buttons


async def test_another_member_sees_only_their_own(house: House) -> None:
    await house.connected()
    thread = await house.thread()
    preview = await house.mira.use_menu("Send to blog", thread, await house.mira.say(thread, "What a walk"))
    await house.press(house.mira, preview, "Send")

    shown = await house.owner.use_command("privacy", in_channel=house.channel)

    assert "such as connecting it" in shown.text
    assert "What a walk" not in shown.text
    assert "Mira" not in shown.text


class FailingOnce:
    """Fails at its first look."""

    def __init__(self) -> None:
        self.looks = 0
        self.has_looked_again = asyncio.Event()

    async def let_go(self) -> None:
        self.looks += 1
        if self.looks == 1:
            raise RuntimeError("out of luck")
        self.has_looked_again.set()


async def test_a_look_that_fails_does_not_end_the_looking() -> None:
    work = FailingOnce()
    door = Forgetting(work, seconds=0.01)
    await door.cog_load()
    async with asyncio.timeout(60):
        await work.has_looked_again.wait()
    await door.cog_unload()

from tests.cogs.conftest import House


async def test_a_member_suggests_and_the_author_has_the_writer_asked(house: House) -> None:
    await house.connected()
    thread = await house.thread()
    message_id = await house.mira.say(thread, "A quiet thought")
    olaf = house.loopback.member(house.guild, "Olaf")

    told = await olaf.use_menu("Send to blog", thread, message_id)
    assert told.is_ephemeral
    assert "Thank you" in told.text

    queue = await house.owner.use_command("queue", in_channel=house.channel)
    shown = await house.press(house.owner, queue, "Suggestions")
    assert shown.is_ephemeral
    assert "quiet thought" in shown.text
    await house.press(house.owner, shown, "Ask the writer of 1")
    await house.until(lambda: any(message.buttons for message in house.mira.sees(thread)))
    question = next(message for message in house.mira.sees(thread) if message.buttons)
    preview = await house.press(house.mira, question, "See it first")
    await house.press(house.mira, preview, "Send")
    await house.until(house.blog.visible)

from tests.cogs.conftest import House


async def test_anybody_may_ask_why_in_a_thread_and_only_they_see_the_answer(house: House) -> None:
    await house.connected()
    thread = await house.thread()

    here = await house.mira.use_command("why", in_channel=thread)
    assert here.is_ephemeral
    assert "It was announced here." in here.text

    message_id = await house.mira.say(thread, "What a walk")
    about = await house.mira.use_command("why", in_channel=thread, what=str(message_id))
    assert "on Discord only" in about.text

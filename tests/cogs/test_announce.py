from tests.cogs.conftest import House


async def test_a_known_post_is_chosen_previewed_and_announced(house: House) -> None:
    house.feed.publish(3, "An old story")
    await house.connected()

    (choice,) = await house.owner.autocomplete("announce", in_channel=house.channel, post="old")
    assert choice["name"] == "An old story"
    preview = await house.owner.use_command("announce", in_channel=house.channel, post=choice["value"])
    assert preview.is_ephemeral
    assert house.loopback.world.messages(house.channel, house.mira.user) == []

    form = await house.owner.press(preview, "Write a lead line")
    shown = await house.submit(house.owner, form, {"Your own words above the post": "From the archive"})
    assert "From the archive" in shown.text
    told = await house.press(house.owner, shown, "Announce")
    assert told.buttons == []

    await house.until(lambda: house.loopback.world.threads(house.guild))
    (card,) = house.loopback.world.messages(house.channel, house.mira.user)
    assert card.text.startswith("From the archive")
    assert "An old story" in card.text


async def test_the_author_drops_a_preview(house: House) -> None:
    house.feed.publish(3, "An old story")
    await house.connected()
    preview = await house.owner.use_command("announce", in_channel=house.channel, post="An old story")

    dropped = await house.press(house.owner, preview, "Cancel")

    assert (dropped.text, dropped.buttons) == ("Nothing was announced.", [])
    assert house.loopback.world.messages(house.channel, house.mira.user) == []


async def test_an_unknown_post_is_one_clear_sentence(house: House) -> None:
    await house.connected()

    answer = await house.owner.use_command("announce", in_channel=house.channel, post="No such thing")

    assert answer.is_ephemeral
    assert "no such post" in answer.text


async def test_a_lead_line_that_is_refused_leaves_the_preview_as_it_was(house: House) -> None:
    house.feed.publish(3, "An old story")
    await house.connected()
    preview = await house.owner.use_command("announce", in_channel=house.channel, post="An old story")
    form = await house.owner.press(preview, "Write a lead line")
    await house.press(house.owner, preview, "Announce")
    await house.until(lambda: house.loopback.world.threads(house.guild))
    await house.owner.use_command("blog remove", in_channel=house.channel)
    question = house.owner.sees(house.channel)[-1]
    await house.press(house.owner, question, "Remove it")

    refused = await house.owner.submit(form, {"Your own words above the post": "Too late"})

    assert "not connected here any more" in (await refused.followup()).text
    assert refused.text == f"*An old story* is being announced in <#{house.channel.id}>."


async def test_held_posts_are_asked_about_once_and_the_answer_counts(house: House) -> None:
    await house.connected()
    queue = house.loopback.world.add_channel(house.guild, "queue", is_private=True)
    await house.owner.use_command("blog settings", in_channel=house.channel, queue_channel=queue.id)

    for n in range(10, 15):
        house.feed.publish(n, f"Post {n}")
    await house.until(lambda: house.loopback.world.messages(queue))
    (question,) = house.loopback.world.messages(queue)
    assert house.loopback.world.threads(house.guild) == []

    answer = await house.press(house.owner, question, question.button_labels[0])

    assert answer.is_ephemeral
    await house.until(lambda: len(house.loopback.world.threads(house.guild)) == 5)


async def test_the_question_about_held_posts_is_answered_in_a_direct_message_too(house: House) -> None:
    await house.connected()
    conversation = house.loopback.world.dm_channel(house.owner.user)

    for n in range(10, 15):
        house.feed.publish(n, f"Post {n}")
    await house.until(lambda: house.loopback.world.messages(conversation))
    (question,) = house.loopback.world.messages(conversation)
    await house.press(house.owner, question, "Leave them be")

    await house.until(lambda: not question.buttons)
    assert house.loopback.world.threads(house.guild) == []


async def test_the_authors_role_sees_both_commands_and_everybody_else_is_refused_by_the_bot_itself(
    house: House,
) -> None:
    house.feed.publish(3, "An old story")
    await house.connected()
    editors = house.loopback.world.add_role(house.guild, "Editors")
    await house.owner.use_command("blog settings", in_channel=house.channel, author_role=editors.id)

    refused = await house.mira.use_command("announce", in_channel=house.channel, post="An old story")
    assert "Only the blog's author" in refused.text
    assert "Only the blog's author" in (await house.mira.use_command("queue", in_channel=house.channel)).text
    assert await house.mira.autocomplete("announce", in_channel=house.channel, post="old") == []

    house.loopback.world.set_roles(house.guild, house.mira.id, [editors])
    preview = await house.mira.use_command("announce", in_channel=house.channel, post="An old story")
    assert "This is how it will look" in preview.text
    assert "Nothing waits for you." in (await house.mira.use_command("queue", in_channel=house.channel)).text

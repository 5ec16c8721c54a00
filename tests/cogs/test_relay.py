from tests.cogs.conftest import House


async def test_a_reply_goes_from_the_thread_to_the_blog(house: House) -> None:
    await house.connected()
    thread = await house.thread()
    message_id = await house.mira.say(thread, "What a **lovely** walk")

    preview = await house.mira.use_menu("Send to blog", thread, message_id)
    assert preview.is_ephemeral
    assert "lovely" in preview.text
    sent = await house.press(house.mira, preview, "Send")
    assert sent.is_ephemeral
    assert house.blog.visible() == []

    queue = await house.owner.use_command("queue", in_channel=house.channel)
    assert queue.is_ephemeral
    assert "lovely" in queue.text
    await house.press(house.owner, queue, next(label for label in queue.buttons if label.startswith("Publish")))

    await house.until(house.blog.visible)
    (comment,) = house.blog.visible()
    assert "<strong>lovely</strong>" in comment.content_raw
    assert comment.author_name.startswith("Mira")
    message = house.loopback.world.message(thread.id, message_id)
    await house.until(lambda: message.reactions)


async def test_ten_attachments_stay_on_discord_and_no_address_of_theirs_goes_to_the_blog(house: House) -> None:
    """T15: neither linked nor fetched; the preview says that they stay."""
    await house.connected()
    thread = await house.thread()
    files = {f"photo{number}.jpg": b"\xff\xd8" * 50 for number in range(10)}
    message_id = await house.owner.say(thread, "My walk in pictures", files=files)

    await house.owner.use_menu("Send to blog", thread, message_id)

    await house.until(house.blog.visible)
    (comment,) = house.blog.visible()
    assert "My walk in pictures" in comment.content_raw
    for part in ("<img", "<a ", "http", "attachment", "photo", "cdn"):
        assert part not in comment.content_raw
    assert not [request for request in house.loopback.requests if "/attachments/" in request.path]


async def test_text_and_name_are_changed_before_sending(house: House) -> None:
    await house.connected()
    thread = await house.thread()
    message_id = await house.mira.say(thread, "lovly")
    preview = await house.mira.use_menu("Send to blog", thread, message_id)

    form = await house.mira.press(preview, "Change text or name")
    assert form.fields == {"Your comment": "lovly", "The name above it": "Mira"}
    changed = await house.submit(house.mira, form, {"Your comment": "Lovely", "The name above it": "M."})

    assert changed.message is not None
    assert preview.message is not None
    assert changed.message.id == preview.message.id
    assert "Lovely" in changed.text
    assert "lovly" not in changed.text


async def test_cancelling_takes_the_preview_away(house: House) -> None:
    await house.connected()
    thread = await house.thread()
    preview = await house.mira.use_menu("Send to blog", thread, await house.mira.say(thread, "hm"))

    done = await house.press(house.mira, preview, "Cancel")

    assert done.buttons == []
    assert "stays on Discord" in done.text


async def test_an_author_asks_and_the_writer_decides(house: House) -> None:
    await house.connected()
    thread = await house.thread()
    message_id = await house.mira.say(thread, "A quiet thought")

    await house.owner.use_menu("Send to blog", thread, message_id)
    await house.until(lambda: any(message.buttons for message in house.mira.sees(thread)))
    question = next(message for message in house.mira.sees(thread) if message.buttons)
    assert question.mentioned_user_ids == [house.mira.id]

    others = await house.press(house.owner, question, "See it first")
    assert others.is_ephemeral
    assert "Only the writer" in others.text

    preview = await house.press(house.mira, question, "See it first")
    assert preview.is_ephemeral
    await house.press(house.mira, preview, "Send")
    await house.until(house.blog.visible)


async def test_outside_of_a_posts_thread_one_sentence_says_so(house: House) -> None:
    await house.connected()

    answer = await house.mira.use_menu("Send to blog", house.channel, await house.mira.say(house.channel, "hello"))

    assert answer.is_ephemeral
    assert "thread" in answer.text


async def test_a_button_without_its_row_does_nothing(house: House) -> None:
    world = house.loopback.world
    old = {"type": 2, "style": 2, "label": "Old", "custom_id": "bc1:send:99:00000000"}
    message = world.post(
        world.bot,
        house.channel,
        {
            "content": "old",
            "components": [{"type": 1, "components": [old]}],
        },
    )

    answer = await house.press(house.mira, message, "Old")

    assert answer.is_ephemeral
    assert "no longer there" in answer.text


async def test_buttons_work_after_a_restart(empty_house: House) -> None:
    house = empty_house
    async with house.running():
        await house.connected()
        thread = await house.thread()
        message_id = await house.mira.say(thread, "Still here")
        preview = await house.mira.use_menu("Send to blog", thread, message_id)

    async with house.running():
        sent = await house.press(house.mira, preview, "Send")

        assert "looks at it first" in sent.text
        assert "Still here" in (await house.owner.use_command("queue", in_channel=house.channel)).text


async def test_the_named_role_decides_too(house: House) -> None:
    await house.connected()
    editors = house.loopback.world.add_role(house.guild, "Editors")
    await house.owner.use_command("blog settings", in_channel=house.channel, author_role=editors.id)
    eda = house.loopback.member(house.guild, "Eda", roles=[editors])
    thread = await house.thread()
    preview = await house.mira.use_menu("Send to blog", thread, await house.mira.say(thread, "Hello"))
    await house.press(house.mira, preview, "Send")

    refused = await house.mira.use_command("queue", in_channel=house.channel, bypass_permissions=True)
    queue = await eda.use_command("queue", in_channel=house.channel, bypass_permissions=True)

    assert "Only the blog's author" in refused.text
    assert "Hello" in queue.text


async def test_deciding_one_reply_leaves_the_rest_of_the_queue_in_sight(house: House) -> None:
    await house.connected()
    thread = await house.thread()
    for text in ("First", "Second"):
        preview = await house.mira.use_menu("Send to blog", thread, await house.mira.say(thread, text))
        await house.press(house.mira, preview, "Send")

    queue = await house.owner.use_command("queue", in_channel=house.channel)
    refused = await house.owner.press(queue, next(label for label in queue.buttons if label.startswith("Not")))

    assert refused.is_ephemeral
    assert refused.message is not queue.message
    assert "Second" in queue.text


async def test_a_message_deleted_on_discord_leaves_the_blog(house: House) -> None:
    await house.connected()
    thread = await house.thread()
    message_id = await house.owner.say(thread, "An author speaks")
    await house.owner.use_menu("Send to blog", thread, message_id)
    await house.until(house.blog.visible)

    await house.owner.delete(thread, message_id)

    await house.until(lambda: not house.blog.visible())

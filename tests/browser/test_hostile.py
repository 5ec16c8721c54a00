"""What strangers write is text, and stays inside its place."""

import pytest
from playwright.async_api import expect

from bot.demo.blog.controls import Picture
from tests.browser.conftest import Demo
from tests.browser.visitor import Visitor

pytestmark = pytest.mark.asyncio(loop_scope="module")

SCRIPT = "<script>document.title='taken'</script><img src=x onerror=\"document.title='taken'\">"
LONG_NAME = "Wilhelmina-Alexandrina von und zu Hohenfels-Langenbrunn IV."
LONG_TITLE = "A title about peas, beans and the weather of a whole spring that was late, then wet, and far too dry"
RIGHT_TO_LEFT = "البازلاء تنمو ببطء في الربيع"


async def test_hostile_title_and_reply_are_text_on_both_halves(demo: Demo, visitor: Visitor) -> None:
    await visitor.publish(f"Peas {SCRIPT}", f"Words {SCRIPT}")
    await expect(visitor.message("Peas <script>", where=visitor.channel).first).to_be_visible()
    await expect(visitor.blog.get_by_role("heading", name="Peas <script>")).to_be_visible()
    await visitor.message("Peas <script>", where=visitor.channel).get_by_role("button", name="message").click()
    await visitor.become("Ada")
    await visitor.say(f"Reply {SCRIPT} [link](javascript:alert(1))")
    await visitor.send("Reply <script>")
    await visitor.approve("Peas <script>")
    await visitor.is_at_step(5)

    comment = visitor.blog.get_by_role("article").filter(has_text="Reply <script>")
    await expect(comment).to_contain_text("onerror")
    await expect(comment.get_by_role("img")).to_have_count(0)
    assert await visitor.page.title() == "Backchannel: the demo"
    assert await visitor.page.locator("a[href^='javascript']").count() == 0


async def test_hostile_html_of_the_blog_itself_is_never_built(demo: Demo, visitor: Visitor) -> None:
    blog = demo.stage.small_blog
    assert blog is not None
    post_id = await blog.publish(f"Raw {SCRIPT}", f"<p onclick='x()'>Body {SCRIPT}<iframe src='//x'></iframe></p>")
    await blog.add_comment(post_id, f"Comment {SCRIPT}", name=f"Eve {SCRIPT}", url="javascript:alert(1)")
    await visitor.blog.get_by_role("link", name="Raw").click()
    await expect(visitor.blog.get_by_role("article").filter(has_text="Comment")).to_be_visible()

    assert await visitor.page.title() == "Backchannel: the demo"
    assert await visitor.blog.locator("script, iframe, [onclick], [onerror], a[href^='javascript']").count() == 0


async def test_long_titles_and_names_other_scripts_and_lone_emoji_stay_inside(demo: Demo, visitor: Visitor) -> None:
    discord, guild = demo.stage.discord, demo.stage.author.guild
    long_one, other = discord.member(guild, LONG_NAME[:32], nick=LONG_NAME), discord.member(guild, "نور")
    await visitor.publish(LONG_TITLE)
    await visitor.message(LONG_TITLE, where=visitor.channel).get_by_role("button", name="message").click()
    thread = next(one for one in discord.world.threads(guild) if one.name.startswith(LONG_TITLE[:20]))
    await long_one.say(thread, "🌱🌱🌱")
    await long_one.say(thread, f"```\n{'wide code ' * 20}\n```\nhttps://blog.example/{'unbroken' * 20}")
    await other.say(thread, RIGHT_TO_LEFT)

    await expect(visitor.message("🌱🌱🌱").locator(".jumbo")).to_be_visible()
    await expect(visitor.message(RIGHT_TO_LEFT).locator("p", has_text=RIGHT_TO_LEFT)).to_have_css("direction", "rtl")
    for width in (1440, 1100, 390):
        await visitor.page.set_viewport_size({"width": width, "height": 900})
        for part in (visitor.thread, visitor.page.locator("body")):
            assert await part.evaluate("one => one.scrollWidth <= one.clientWidth + 1")


async def test_picture_that_cannot_be_loaded_is_told_in_words(demo: Demo, visitor: Visitor) -> None:
    blog = demo.stage.small_blog
    assert blog is not None
    broken = Picture(name="broken.png", content=b"no picture at all", alt="A bean, enlarged")
    await blog.publish("A bean", "<p>Look.</p>", image=broken)
    await expect(visitor.message("A bean", where=visitor.channel)).to_contain_text("Picture: A bean, enlarged")

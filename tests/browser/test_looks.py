"""Everybody can use the page: by keyboard, with a screen reader, in either scheme, on a narrow screen."""

from pathlib import Path
from typing import Literal

import pytest
from playwright.async_api import Browser, Page, expect

from tests.browser.conftest import Demo, listen
from tests.browser.visitor import Visitor

pytestmark = pytest.mark.asyncio(loop_scope="module")

SCHEMES: tuple[Literal["light", "dark"], ...] = ("light", "dark")

LOOKS = Path(__file__).with_name("looks.js").read_text(encoding="utf-8")


async def faults(page: Page) -> list[str]:
    """Return what is too faint to read and what has no name."""
    found: list[str] = await page.evaluate(LOOKS)
    return found


async def test_faint_text_and_nameless_controls_are_found(browser: Browser) -> None:
    page = await browser.new_page()
    await page.set_content("<p style='color: #999'>Hardly there</p><button></button><p>Well</p><button>Fine</button>")
    assert [one.split(":")[0] for one in await faults(page)] == ["faint, 2.85", "nameless"]
    await page.close()


@pytest.mark.parametrize("scheme", SCHEMES)
async def test_every_text_can_be_read_and_every_control_has_a_name(
    scheme: Literal["light", "dark"], demo: Demo, browser: Browser
) -> None:
    page = await browser.new_page(viewport={"width": 1440, "height": 900}, color_scheme=scheme, reduced_motion="reduce")
    complaints = listen(page)
    visitor = Visitor(page, demo.address)
    try:
        await visitor.arrive()
        assert await faults(page) == []
        await visitor.begin()
        await visitor.leave_a_reply("Rosa", f"Lovely, said {scheme}.")
        await visitor.use_apps("bubble wrap")
        await visitor.press("Change text or name")
        await expect(page.get_by_role("dialog")).to_be_visible()
        assert await faults(page) == []
        await page.keyboard.press("Escape")
        await visitor.message("bubble wrap").first.click(button="right")
        assert await faults(page) == []
        await page.keyboard.press("Escape")
        await visitor.send()
        await expect(await visitor.card()).to_be_visible()
        await visitor.blog.get_by_role("button", name="Author’s desk").click()
        assert await faults(page) == []
        await visitor.channel.get_by_role("combobox").fill("/")
        await expect(visitor.channel.get_by_role("option").first).to_be_visible()
        assert await faults(page) == []
    finally:
        await page.close()
    assert complaints == []


async def test_everything_up_to_the_comment_works_by_keyboard(visitor: Visitor) -> None:
    keyboard = visitor.page.keyboard
    await visitor.begin()
    more = visitor.message("bubble wrap").get_by_role("button", name="More")
    await more.focus()
    await keyboard.press("Enter")
    await expect(visitor.menu.get_by_role("menuitem").first).to_be_focused()
    await keyboard.press("Escape")
    await expect(more).to_be_focused()
    await keyboard.press("Enter")
    await keyboard.press("End")
    await expect(visitor.menu.get_by_role("menuitem", name="Send to blog")).to_be_focused()
    await keyboard.press("Enter")
    await expect(visitor.thread.get_by_role("button", name="Send", exact=True)).to_be_visible()
    await more.focus()
    await _tab_to(visitor, "Send")
    await keyboard.press("Enter")
    await expect(visitor.thread).to_contain_text("looks at it first")
    await visitor.page.get_by_role("radio", name="Ada").focus()
    await keyboard.press("ArrowUp")
    await expect(visitor.page.get_by_role("radio", name="Mira")).to_be_checked()
    await visitor.page.get_by_role("button", name="reply-queue").focus()
    await keyboard.press("Enter")
    await visitor.message(visitor.title, where=visitor.channel).last.focus()
    await _tab_to(visitor, "Publish")
    await keyboard.press("Enter")
    await expect(visitor.comment("bubble wrap")).to_be_visible()


async def _tab_to(visitor: Visitor, label: str) -> None:
    """Press Tab until the button with this label has the focus."""
    for _ in range(12):
        await visitor.page.keyboard.press("Tab")
        if await visitor.page.evaluate("document.activeElement.textContent") == label:
            return
    pytest.fail(f"{label} is not reached by Tab")


async def test_narrow_screen_shows_one_half_at_a_time_and_nothing_is_wider(visitor: Visitor) -> None:
    await visitor.page.set_viewport_size({"width": 390, "height": 800})
    await expect(visitor.channel).to_be_visible()
    await expect(visitor.blog).to_be_hidden()
    await visitor.page.get_by_role("button", name="Blog", exact=True).click()
    await expect(visitor.blog).to_be_visible()
    await expect(visitor.channel).to_be_hidden()
    await visitor.publish()
    await visitor.page.get_by_role("button", name="Discord", exact=True).click()
    await expect(visitor.thread.get_by_role("heading", level=2)).to_have_text(visitor.title)
    await visitor.become("Ada")
    await visitor.say("Written on a phone")
    await visitor.use_apps("Written on a phone")
    await expect(visitor.thread.get_by_role("button", name="Send", exact=True)).to_be_visible()
    assert await visitor.page.evaluate("document.documentElement.scrollWidth") <= 390

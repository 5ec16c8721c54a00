"""The right half: what readers do, and the author's desk."""

import pytest
from playwright.async_api import expect

from tests.browser.conftest import Demo
from tests.browser.visitor import Visitor

pytestmark = pytest.mark.asyncio(loop_scope="module")


async def test_reader_leaves_a_reply_and_the_author_approves_it(demo: Demo, visitor: Visitor) -> None:
    await visitor.blog.get_by_role("link", name="The compost is warm again").click()
    await visitor.blog.get_by_label("Name").fill("Rosa")
    await visitor.blog.get_by_label("E-mail, never shown").fill("rosa@reader.example")
    await visitor.blog.get_by_label("Comment", exact=True).fill("Cardboard, really?")
    await visitor.blog.get_by_role("button", name="Post comment").click()
    await expect(visitor.blog).to_contain_text("Your comment awaits moderation.")
    await expect(visitor.blog.get_by_role("article").filter(has_text="Cardboard, really?")).to_have_count(0)

    await visitor.blog.get_by_role("button", name="Author’s desk").click()
    await visitor.blog.get_by_role("button", name="Approve: Rosa").click()
    await visitor.blog.get_by_role("button", name="As a reader").click()

    await expect(visitor.blog.get_by_role("article").filter(has_text="Cardboard, really?")).to_be_visible()
    await visitor.blog.get_by_role("button", name="Reply to Rosa").click()
    await visitor.blog.get_by_label("Comment", exact=True).fill("Really. Without the tape.")
    await visitor.blog.get_by_role("button", name="Post comment").click()
    nested = visitor.blog.get_by_role("listitem").get_by_role("listitem").filter(has_text="Without the tape.")
    await expect(nested).to_be_visible()


async def test_edited_post_changes_its_card_and_an_unpublished_one_leaves_the_list(
    demo: Demo, visitor: Visitor
) -> None:
    await visitor.publish("Peas, first try")
    await expect(visitor.message("Peas, first try", where=visitor.channel)).to_be_visible()
    await visitor.blog.get_by_role("button", name="Author’s desk").click()
    await visitor.blog.get_by_role("button", name="Edit: Peas, first try").click()
    await visitor.blog.get_by_label("Title", exact=True).fill("Peas, second thoughts")
    await visitor.blog.get_by_role("button", name="Update").click()
    await expect(visitor.message("Peas, second thoughts", where=visitor.channel)).to_be_visible()

    await visitor.blog.get_by_role("button", name="Author’s desk").click()
    await visitor.blog.get_by_role("button", name="Unpublish: Peas, second thoughts").click()
    await visitor.blog.get_by_role("button", name="As a reader").click()

    await expect(visitor.blog.get_by_role("link", name="Peas, second thoughts")).to_have_count(0)
    await expect(visitor.blog.get_by_role("link", name="Four rows of seedlings")).to_be_visible()


async def test_strip_shows_the_ledger_row_of_what_the_bot_did(demo: Demo, visitor: Visitor) -> None:
    await visitor.begin()
    await visitor.send()
    await visitor.approve()
    await visitor.is_at_step(5)
    await visitor.strip.get_by_role("button", name="Ledger row: comment").last.click()
    ledger = visitor.page.get_by_role("dialog", name="The ledger")
    await expect(ledger.get_by_role("definition").filter(has_text="published")).to_be_visible()
    await ledger.get_by_role("button", name="Close").click()
    await expect(ledger).to_have_count(0)

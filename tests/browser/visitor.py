"""What somebody does on the page, in the words of the story."""

import itertools
import re

from playwright.async_api import Locator, Page, expect

WAIT_MILLISECONDS = 20_000
THREAD = re.compile(r"\d messages?\b")
"""What the button of a thread says."""
REPLY = "I use **bubble wrap** on two bent willow rods."
expect.set_options(timeout=WAIT_MILLISECONDS)
_ROWS = itertools.count(1)


class Visitor:
    """Somebody in front of the page. Everything is found as a person finds it: by its words."""

    def __init__(self, page: Page, address: str) -> None:
        page.set_default_timeout(WAIT_MILLISECONDS)
        self.page = page
        self.address = address
        self.channel = page.get_by_role("region", name="Channel", exact=True)
        self.thread = page.get_by_role("region", name="Thread", exact=True)
        self.blog = page.get_by_role("region", name="Blog", exact=True)
        self.strip = page.get_by_role("contentinfo")
        self.menu = page.get_by_role("menu")
        self.title = f"Peas, row {next(_ROWS):03d}"
        """Of the post that this visitor publishes, and no other one."""

    async def arrive(self) -> None:
        await self.page.goto(self.address)
        await self.is_ready()

    async def reload(self) -> None:
        await self.page.reload()
        await self.is_ready()

    async def is_ready(self) -> None:
        await self.page.locator("body[data-ready]").wait_for()

    async def is_at_step(self, number: int) -> None:
        await self.page.locator(f"body[data-step='{number}']").wait_for()

    async def become(self, name: str) -> None:
        await self.page.get_by_role("group", name="You are").get_by_text(name, exact=True).click()
        await expect(self.page.get_by_role("radio", name=name)).to_be_checked()

    async def open_channel(self, name: str) -> None:
        await self.page.get_by_role("navigation", name="Channels").get_by_role("button", name=name).click()

    async def enter_thread(self, title: str | None = None) -> None:
        """Open the thread of an announced post."""
        announced = self.message(title or self.title, where=self.channel)
        await announced.get_by_role("button", name=THREAD).click()
        await expect(self.thread.get_by_role("heading", level=2)).to_have_text(title or self.title)

    async def prepare(self, title: str | None = None, text: str = "Eleven days.\n\nWhat now?") -> None:
        """Fill in the form of a new post."""
        self.title = title or self.title
        await self.blog.get_by_role("button", name="Author’s desk").click()
        await self.blog.get_by_label("Title", exact=True).fill(self.title)
        await self.blog.get_by_label("Text", exact=True).fill(text)

    async def publish(self, title: str | None = None, text: str = "Eleven days.\n\nWhat now?") -> None:
        await self.prepare(title, text)
        await self.blog.get_by_role("button", name="Publish", exact=True).click()

    async def announce(self, title: str) -> None:
        """Announce a post that the blog had before, as the author, by typing some of its title."""
        field = self.channel.get_by_role("combobox")
        await field.fill("/announce")
        await field.press("Enter")
        form = self.channel.get_by_role("form", name="/announce")
        await form.get_by_role("combobox").fill(title[-8:])
        await form.get_by_role("option", name=title).click()
        await form.get_by_role("button", name="Run").click()
        await self.press("Announce", where=self.channel)

    async def say(self, text: str, *, where: Locator | None = None) -> None:
        field = (where or self.thread).get_by_role("combobox")
        await field.fill(text)
        await field.press("Enter")
        await expect(field).to_have_value("")

    def message(self, words: str, *, where: Locator | None = None) -> Locator:
        return (where or self.thread).get_by_role("article").filter(has_text=words)

    async def use_apps(self, words: str, entry: str = "Send to blog") -> None:
        await self.message(words).first.hover()
        await self.message(words).first.get_by_role("button", name="More").click()
        await self.menu.get_by_role("group", name="Apps").get_by_role("menuitem", name=entry).click()

    async def press(self, label: str, *, where: Locator | None = None) -> None:
        await (where or self.thread).get_by_role("button", name=label, exact=True).last.click()

    async def begin(self, reply: str = REPLY) -> None:
        """Publish a post as the author, and answer in its thread as Ada."""
        await self.publish()
        await self.enter_thread()
        await self.become("Ada")
        await self.say(reply)

    async def send(self, words: str = "bubble wrap") -> None:
        """Send a message of one's own to the blog."""
        await self.use_apps(words)
        await self.press("Send")
        await expect(self.thread).to_contain_text("looks at it first")

    def comment(self, words: str) -> Locator:
        """Return the comment with these words, as readers of the shown post see it."""
        return self.blog.get_by_role("article").filter(has_text=words)

    async def bring_to_the_blog(self, words: str = "bubble wrap") -> None:
        """Play the whole story, and be its writer again when the comment is there and the thread says so."""
        await self.begin()
        await self.send(words)
        await self.approve()
        await expect(self.comment(words)).to_be_visible()
        await expect(self.thread).to_contain_text("1 reply is on the blog")
        await self.become("Ada")

    async def choose(self, words: str, entry: str) -> None:
        """Pick an entry of a message's menu."""
        await self.message(words).first.click(button="right")
        await self.menu.get_by_role("menuitem", name=entry).click()

    async def edit(self, words: str, new: str) -> None:
        """Change one's own message."""
        await self.choose(words, "Edit message")
        editor = self.thread.get_by_role("textbox", name="Edit message")
        await editor.fill(new)
        await editor.press("Enter")

    async def moderate(self, decision: str, name: str) -> None:
        """Decide at the author's desk about the newest comment of this name, and look at the blog again."""
        await self.blog.get_by_role("button", name="Author’s desk").click()
        await self.blog.get_by_role("button", name=f"{decision}: {name} on {self.title}").first.click()
        await self.blog.get_by_role("button", name="As a reader").click()

    async def leave_a_reply(self, name: str, text: str, *, answers: str | None = None) -> None:
        """Write by the form under the shown post, as a reader; `answers` is the name above the comment it answers."""
        if answers is not None:
            await self.blog.get_by_role("button", name=f"Reply to {answers}").click()
        await self.blog.get_by_label("Name").fill(name)
        await self.blog.get_by_label("E-mail, never shown").fill(f"{name.lower()}@reader.example")
        await self.blog.get_by_label("Comment", exact=True).fill(text)
        await self.blog.get_by_role("button", name="Post comment").click()
        await expect(self.blog.get_by_label("Comment", exact=True)).to_have_value("")

    async def card(self, words: str | None = None) -> Locator:
        """Become the author and return the newest card of the queue about one's own post, or with these words."""
        await self.become("Mira")
        await self.open_channel("reply-queue")
        return self.message(words or self.title, where=self.channel).last

    async def approve(self, words: str | None = None) -> None:
        """Publish what waits, as the author."""
        await (await self.card(words)).get_by_role("button", name="Publish", exact=True).click()

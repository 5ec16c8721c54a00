"""What somebody does on the page, in the words of the story."""

from playwright.async_api import Locator, Page, expect

WAIT_MILLISECONDS = 20_000
REPLY = "I use **bubble wrap** on two bent willow rods."
expect.set_options(timeout=WAIT_MILLISECONDS)


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

    async def publish(self, title: str = "The first peas are up", text: str = "Eleven days.\n\nWhat now?") -> None:
        await self.blog.get_by_role("button", name="Author’s desk").click()
        await self.blog.get_by_label("Title").fill(title)
        await self.blog.get_by_label("Text", exact=True).fill(text)
        await self.blog.get_by_role("button", name="Publish", exact=True).click()

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
        await self.is_at_step(2)
        await self.become("Ada")
        await self.say(reply)

    async def send(self, words: str = "bubble wrap") -> None:
        """Send a message of one's own to the blog."""
        await self.use_apps(words)
        await self.press("Send")
        await expect(self.thread).to_contain_text("looks at it first")

    async def approve(self) -> None:
        """Publish what waits, as the author."""
        await self.become("Mira")
        await self.open_channel("reply-queue")
        await self.press("Publish", where=self.channel)

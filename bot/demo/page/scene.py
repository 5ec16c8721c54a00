"""What has happened on the stage before the visitor comes: an announced post and a thread with a few replies."""

from bot.demo.blog.controls import Picture
from bot.demo.blog.drawing import PICTURE_ALT, seedlings
from bot.demo.loopback.world.models import Channel
from bot.demo.stage import Stage

SCENE_SECONDS = 60.0
TITLE = "Four rows of seedlings"
POST = (
    "<p>Four rows this year, the first ones under glass. The label says radish; the leaves say otherwise.</p>\n\n"
    "<p>I leave them another week before I thin them out. What would you pull, and what would you keep?</p>"
)


async def open_scene(stage: Stage) -> None:
    """Let the author publish a post and members talk about it; on the visitor's own blog nothing is done.

    TimeoutError when the bot does not do its part.
    """
    await stage.bot.event("blog_connected", seconds=SCENE_SECONDS)
    await stage.bot.event("feed_remembered", seconds=SCENE_SECONDS)
    if stage.small_blog is None:
        return
    picture = Picture(name="seedlings.png", content=seedlings(), alt=PICTURE_ALT)
    await stage.small_blog.publish(TITLE, POST, categories=("Vegetables",), image=picture)
    thread = await _thread(stage)
    world = stage.discord.world
    first = await stage.ben.say(thread, "Second row from the left is mustard, I would bet my good trowel on it.")
    await stage.ada.say(thread, "It is! The seed leaves are **heart-shaped**. Keep two, eat the rest.", reply_to=first)
    await stage.author.say(thread, "Then it is salad on Friday. Thank you both!")
    world.react(stage.author.id, world.message(thread.id, first), "🌱")


async def _thread(stage: Stage) -> Channel:
    """Wait for the announcement's thread and the bot's first line in it."""
    world = stage.discord.world

    def found() -> Channel | None:
        return next((thread for thread in world.threads(stage.author.guild) if world.messages(thread.id)), None)

    thread: Channel = await stage.discord.until(found, timeout=SCENE_SECONDS)
    return thread

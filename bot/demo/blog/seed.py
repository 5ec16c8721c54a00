"""What the small blog has to say for itself: three posts from a small garden, and what readers answered."""

from dataclasses import dataclass
from datetime import timedelta

from bot.demo.blog.controls import Picture
from bot.demo.blog.drawing import seedlings
from bot.demo.blog.small_blog import SmallBlog

TITLE = "Behind the Shed"


@dataclass(frozen=True, slots=True, kw_only=True)
class SeedComment:
    """A reader's comment; `answers` is the place in its post's list of the comment it answers."""

    name: str
    text: str
    answers: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class SeedPost:
    """A post with its age and its comments."""

    title: str
    html: str
    excerpt: str
    days_ago: int
    categories: tuple[str, ...]
    has_picture: bool = False
    comments: tuple[SeedComment, ...] = ()


POSTS = (
    SeedPost(
        title="The compost heap has opinions",
        html=(
            "<p>I turned the heap this morning and it steamed at me like a kettle. Under the eggshells and the "
            "tea leaves there was a hand's breadth of the real thing: dark, crumbly, smelling of rain.</p>"
            "<p>What I would tell myself a year ago: <strong>more brown than you think.</strong> Torn cardboard, "
            "straw, last autumn's leaves. The heap sulks when it is all peelings.</p>"
        ),
        excerpt="Steam, eggshells, and what I would tell myself a year ago about cardboard.",
        days_ago=19,
        categories=("Soil",),
        comments=(
            SeedComment(name="Ines", text="Mine perked up with torn egg boxes. They vanish in a fortnight."),
            SeedComment(name="Old Tom", text="Leaves from the path work too, if you have the patience.", answers=0),
        ),
    ),
    SeedPost(
        title="Four rows of lettuce, and a gap",
        html=(
            "<p>They are up! Four rows, straight as I could make them with a string and two sticks, and one gap "
            "where the blackbird had a look before I did.</p>"
            "<p>I sow a short row every other Sunday, so that we eat <em>some</em> lettuce all summer instead of "
            "all the lettuce in June. The calendar by the door has little green dots for it:</p>"
            "<ul><li>first row: eat from late May</li><li>second row: half-way through June</li>"
            "<li>the gap: reserved for the blackbird</li></ul>"
        ),
        excerpt="They are up. A short row every other Sunday, and a seat kept for the blackbird.",
        days_ago=6,
        categories=("Vegetables", "Sowing"),
        has_picture=True,
        comments=(SeedComment(name="Wren", text="The blackbird thanks you. What do you do about slugs?"),),
    ),
    SeedPost(
        title="Watering by lantern",
        html=(
            "<p>It was too warm to water before ten, so I went out with the lantern and the old can. Everything "
            "looks taller at night. The beans had climbed past the first knot of the string since breakfast.</p>"
            "<p>One can for the tomatoes, one for the beans, half a can for whatever looked at me sadly.</p>"
        ),
        excerpt="Everything looks taller at night, beans above all.",
        days_ago=1,
        categories=("Vegetables",),
    ),
)


async def plant(blog: SmallBlog, posts: tuple[SeedPost, ...] = POSTS) -> list[int]:
    """Publish the posts with their comments, oldest first; return their ids in that order."""
    ids: list[int] = []
    for post in posts:
        post_id = await blog.publish(
            post.title,
            post.html,
            excerpt=post.excerpt,
            published_at=blog.store.now() - timedelta(days=post.days_ago),
            categories=post.categories,
            image=_picture() if post.has_picture else None,
        )
        comments: list[int] = []
        for comment in post.comments:
            parent_id = 0 if comment.answers is None else comments[comment.answers]
            email = f"{comment.name.split()[-1].lower()}@readers.example"
            comments.append(
                await blog.add_comment(post_id, comment.text, name=comment.name, email=email, parent_id=parent_id)
            )
        ids.append(post_id)
    return ids


def _picture() -> Picture:
    return Picture(name="seedlings.png", content=seedlings(), alt="Rows of seedlings in dark soil at dusk")

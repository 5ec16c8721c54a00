"""The pages of the small blog: its index, a post with its comments, and nothing a browser would run."""

from html import escape
from importlib import resources
from itertools import groupby
from urllib.parse import urlsplit

from aiohttp import web

from bot.demo.blog import kses
from bot.demo.blog.addresses import Addresses
from bot.demo.blog.rest_posts import PostRoutes
from bot.demo.blog.store import Row, Store, StoredPost
from bot.demo.blog.texturize import texturize

POLICY = "default-src 'none'; style-src 'self'; img-src 'self'; form-action 'self'; base-uri 'none'"
THREAD_DEPTH = 5
"""How deep a page nests answers; deeper ones stand beside their parent."""


class Pages:
    """Draws what a visitor sees."""

    def __init__(self, store: Store, addresses: Addresses) -> None:
        self._store = store
        self._addresses = addresses
        self._posts = PostRoutes(store, addresses)

    def index(self) -> web.Response:
        """Return the front page: the newest posts with their beginnings."""
        items = "".join(self._beginning(post) for post in self._store.published())
        content = f'<ul class="posts">{items}</ul>' if items else "<p>Nothing has been published yet.</p>"
        return self._page(self._store.title, content)

    def _beginning(self, post: StoredPost) -> str:
        excerpt = "" if post.password else kses.shown(self._posts.excerpt(post))
        heading = f'<h2><a href="{escape(self._addresses.post(post))}">{_title(post)}</a></h2>'
        return f"<li><article>{heading}{self._byline(post)}<p>{excerpt}</p></article></li>"

    def post(self, post: StoredPost) -> web.Response:
        """Return a post with its approved comments; every word of a stranger is escaped or cleaned."""
        content = "<p>This post is protected by a password.</p>" if post.password else self._content(post)
        main = f'<article id="post-{post.post_id}"><h1>{_title(post)}</h1>{self._byline(post)}{content}</article>'
        response = self._page(_title(post), main + self._comments(post))
        links = (
            f'<{self._addresses.rest(f"wp/v2/posts/{post.post_id}")}>; rel="alternate"; type="application/json"',
            f"<{self._addresses.shortlink(post)}>; rel=shortlink",
        )
        for link in links:
            response.headers.add("Link", link)
        return response

    def missing(self) -> web.Response:
        """Return the page for an address where nothing is."""
        return self._page("Page not found", "<h1>There is nothing here</h1>", status=404)

    def stylesheet(self) -> web.Response:
        """Return the blog's style sheet."""
        text = resources.files(__package__).joinpath("style.css").read_text()
        return web.Response(text=text, content_type="text/css")

    def _content(self, post: StoredPost) -> str:
        figure = ""
        if post.image_id:
            picture = self._store.pictures[post.image_id]
            address = urlsplit(self._addresses.picture(post.image_id)).path
            figure = f'<figure><img src="{escape(address)}" alt="{escape(picture.alt)}"></figure>'
        return figure + kses.shown(kses.rendered_content(post.html))

    def _comments(self, post: StoredPost) -> str:
        rows = self._store.comments_of(post.post_id, only_approved=True)
        ordered = sorted(rows, key=lambda row: row.parent_id)
        answers = {parent: list(group) for parent, group in groupby(ordered, key=lambda row: row.parent_id)}
        count = "1 comment" if len(rows) == 1 else f"{len(rows)} comments"
        form = _form(post) if self._store.is_open(post) and not post.password else "<p>Comments are closed.</p>"
        if post.password:
            return ""
        thread = self._thread(answers.get(0, []), answers, depth=1)
        return f'<section id="comments"><h2>{count}</h2>{thread}{form}</section>'

    def _thread(self, rows: list[Row], answers: dict[int, list[Row]], *, depth: int) -> str:
        """Return one level. As on WordPress, answers to a comment that is not shown are not shown either."""
        if not rows:
            return ""
        items = "".join(self._comment(row, answers, depth=depth) for row in rows)
        return f'<ol class="comment-list">{items}</ol>' if depth <= THREAD_DEPTH else items

    def _comment(self, row: Row, answers: dict[int, list[Row]], *, depth: int) -> str:
        name = kses.shown(row.author_name) or "Anonymous"
        if row.author_url.startswith(("http://", "https://")):
            name = f'<a href="{escape(row.author_url)}" rel="external nofollow ugc">{name}</a>'
        inner = self._thread(answers.get(row.comment_id, []), answers, depth=depth + 1)
        nested, beside = (inner, "") if depth < THREAD_DEPTH else ("", inner)
        moment = f"{row.created_at:%Y-%m-%dT%H:%M:%SZ}"
        return (
            f'<li><article id="comment-{row.comment_id}" class="comment"><header><cite>{name}</cite> '
            f'<time datetime="{moment}">{row.created_at:%d %B %Y, %H:%M}</time></header>'
            f"{kses.shown(kses.rendered_content(row.content))}</article>{nested}</li>{beside}"
        )

    def _byline(self, post: StoredPost) -> str:
        author = self._store.user_by_id(post.author_id)
        categories = ", ".join(escape(name) for name in post.categories) or "Uncategorized"
        return (
            f'<p class="byline">By {escape(author.display_name if author else "nobody")}, '
            f'<time datetime="{post.created_at:%Y-%m-%dT%H:%M:%SZ}">{post.created_at:%d %B %Y}</time>, '
            f"in {categories}</p>"
        )

    def _page(self, title: str, main: str, *, status: int = 200) -> web.Response:
        base, site = self._addresses.base, escape(self._store.title)
        motto = escape(self._store.description)
        text = (
            f'<!DOCTYPE html>\n<html lang="en">\n<head>\n<meta charset="utf-8">\n<title>{kses.plain(title)}</title>\n'
            '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
            '<meta name="color-scheme" content="light dark">\n<link rel="stylesheet" href="/style.css">\n'
            f'<link rel="alternate" type="application/rss+xml" title="{site} &raquo; Feed" '
            f'href="{escape(self._addresses.feed())}">\n'
            f'<link rel="https://api.w.org/" href="{escape(self._addresses.rest())}">\n</head>\n<body>\n'
            f'<header class="site"><p><a href="{base}/">{site}</a></p><p>{motto}</p></header>\n'
            f"<main>{main}</main>\n</body>\n</html>\n"
        )
        headers = {"Content-Security-Policy": POLICY, "X-Content-Type-Options": "nosniff"}
        response = web.Response(text=text, status=status, content_type="text/html", headers=headers)
        response.headers.add("Link", self._addresses.rest_link())
        return response


def _title(post: StoredPost) -> str:
    title = texturize(kses.shown(post.title)) or f"Untitled, {post.created_at:%d %B %Y}"
    return f"Protected: {title}" if post.password else title


def _form(post: StoredPost) -> str:
    return (
        '<form method="post" action="/wp-comments-post.php"><h3>Leave a comment</h3>'
        f'<input type="hidden" name="comment_post_ID" value="{post.post_id}">'
        '<label>Name <input name="author" required maxlength="245" autocomplete="name"></label>'
        '<label>E-mail, never shown <input name="email" type="email" required maxlength="100"></label>'
        '<label>Comment <textarea name="comment" required maxlength="65525" rows="4"></textarea></label>'
        "<button>Post comment</button></form>"
    )

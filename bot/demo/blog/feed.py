"""The small blog's feeds, with WordPress' validators and their one-second blindness."""

import hashlib
import re
from datetime import UTC, datetime
from email.utils import format_datetime, parsedate_to_datetime
from html.entities import name2codepoint
from xml.sax.saxutils import escape

from aiohttp import web

from bot.demo.blog.addresses import Addresses
from bot.demo.blog.rest_call import RestCall
from bot.demo.blog.rest_posts import PostRoutes
from bot.demo.blog.store import Store, StoredPost
from bot.demo.blog.texturize import texturize
from bot.demo.blog.users import Visitor

PASSWORD_FORM = "<p>This content is password protected. To view it please enter your password on the blog.</p>\n"  # noqa: S105
NO_EXCERPT = "There is no excerpt because this is a protected post."
_NAMED_ENTITY = re.compile(r"&([a-zA-Z]\w*);")
RSS_NAMESPACES = " ".join(
    (
        'xmlns:content="http://purl.org/rss/1.0/modules/content/"',
        'xmlns:wfw="http://wellformedweb.org/CommentAPI/"',
        'xmlns:dc="http://purl.org/dc/elements/1.1/"',
        'xmlns:atom="http://www.w3.org/2005/Atom"',
        'xmlns:slash="http://purl.org/rss/1.0/modules/slash/"',
    )
)


class Feeds:
    """Answers `/feed/` and `/feed/atom/`."""

    def __init__(self, store: Store, addresses: Addresses) -> None:
        self._store = store
        self._addresses = addresses
        self._posts = PostRoutes(store, addresses)

    def answer(self, request: web.Request, *, is_atom: bool) -> web.Response:
        """Return the feed, or 304 when the validators say that nothing changed."""
        modified = self.modified_at().strftime("%a, %d %b %Y %H:%M:%S GMT")
        etag = f'"{hashlib.md5(modified.encode(), usedforsecurity=False).hexdigest()}"'
        headers = {"Last-Modified": modified, "ETag": etag, "Link": self._addresses.rest_link()}
        if _is_unchanged(request, etag, modified):
            return web.Response(status=304, headers=headers)
        kind = "atom" if is_atom else "rss"
        return web.Response(
            text=self._atom() if is_atom else self.rss(),
            content_type=f"application/{kind}+xml",
            charset="UTF-8",
            headers=headers,
        )

    def modified_at(self) -> datetime:
        """Return when what is published was last changed; a post that went away leaves no trace in it."""
        return max((post.modified_at for post in self._store.published()), default=self._store.now())

    def _listed(self) -> list[StoredPost]:
        return self._store.published()[: int(self._store.options["posts_per_rss"])]

    def rss(self) -> str:
        """Return the RSS document."""
        items = "".join(self._item(post) for post in self._listed())
        built = max((post.modified_at for post in self._listed()), default=self.modified_at())
        return (
            f'<?xml version="1.0" encoding="UTF-8"?><rss version="2.0" {RSS_NAMESPACES}>\n<channel>\n'
            f"<title>{escape(self._store.title)}</title>\n"
            '<atom:link href="http://127.0.0.1/feed/" rel="self" type="application/rss+xml" />\n'
            f"<link>{self._addresses.base}</link>\n<description>{escape(self._store.description)}</description>\n"
            f"<lastBuildDate>{format_datetime(built)}</lastBuildDate>\n<language>en-US</language>\n"
            f"<generator>https://wordpress.org/?v=6.1.9</generator>\n{items}</channel>\n</rss>\n"
        )

    def _item(self, post: StoredPost) -> str:
        link = escape(self._addresses.post(post))
        categories = "".join(f"<category>{_cdata(escape(name))}</category>" for name in _categories(post))
        comments = ""
        count = len(self._store.comments_of(post.post_id, only_approved=True))
        if self._store.is_open(post) or count:
            comments = (
                f"<wfw:commentRss>{escape(self._comment_feed(post))}</wfw:commentRss>\n"
                f"<slash:comments>{count}</slash:comments>\n<comments>{link}#comments</comments>\n"
            )
        return (
            f"<item>\n<title>{_title(post)}</title>\n<link>{link}</link>\n"
            f"<dc:creator>{_cdata(self._author(post))}</dc:creator>\n"
            f"<pubDate>{format_datetime(post.created_at)}</pubDate>\n{categories}\n"
            f'<guid isPermaLink="false">{escape(post.guid)}</guid>\n'
            f"<description>{_cdata(self._description(post))}</description>\n"
            f"<content:encoded>{_cdata(self._content(post))}</content:encoded>\n{comments}</item>\n"
        )

    def _atom(self) -> str:
        entries = "".join(self._entry(post) for post in self._listed())
        return (
            '<?xml version="1.0" encoding="UTF-8"?><feed xmlns="http://www.w3.org/2005/Atom" '
            'xmlns:thr="http://purl.org/syndication/thread/1.0" xml:lang="en-US">\n'
            f'<title type="text">{escape(self._store.title)}</title>\n'
            f"<updated>{self.modified_at():%Y-%m-%dT%H:%M:%SZ}</updated>\n"
            f'<link rel="alternate" type="text/html" href="{self._addresses.base}" />\n'
            f"<id>{escape(self._addresses.atom())}</id>\n{entries}</feed>\n"
        )

    def _entry(self, post: StoredPost) -> str:
        link = escape(self._addresses.post(post))
        terms = "".join(f'<category term="{escape(name, {chr(34): "&quot;"})}" />' for name in _categories(post))
        count = len(self._store.comments_of(post.post_id, only_approved=True))
        return (
            f"<entry>\n<author><name>{escape(self._author(post))}</name></author>\n"
            f'<title type="html">{_cdata(_title(post))}</title>\n'
            f'<link rel="alternate" type="text/html" href="{link}" />\n<id>{escape(post.guid)}</id>\n'
            f"<updated>{post.modified_at:%Y-%m-%dT%H:%M:%SZ}</updated>\n"
            f"<published>{post.created_at:%Y-%m-%dT%H:%M:%SZ}</published>\n{terms}\n"
            f'<summary type="html">{_cdata(self._description(post))}</summary>\n'
            f'<content type="html">{_cdata(self._content(post))}</content>\n'
            f"<thr:total>{count}</thr:total>\n</entry>\n"
        )

    def _comment_feed(self, post: StoredPost) -> str:
        if self._store.plain_permalinks:
            return f"{self._addresses.base}/?feed=rss2&p={post.post_id}"
        return f"{self._addresses.post(post)}feed/"

    def _author(self, post: StoredPost) -> str:
        user = self._store.user_by_id(post.author_id)
        return user.display_name if user else ""

    def _description(self, post: StoredPost) -> str:
        return NO_EXCERPT if post.password else self._posts.excerpt(post)

    def _content(self, post: StoredPost) -> str:
        nobody = RestCall(method="GET", visitor=Visitor(), query={})
        shaped = self._posts.shape(post, nobody)
        return PASSWORD_FORM if post.password else str(shaped["content"]["rendered"])


def _is_unchanged(request: web.Request, etag: str, modified: str) -> bool:
    """Compare as WordPress does: the ETag to the letter, the date as a date, and both when both are sent."""
    sent_etag = request.headers.get("If-None-Match")
    sent_date = request.headers.get("If-Modified-Since")
    is_same = sent_etag == etag
    is_current = False
    if sent_date:
        try:
            is_current = parsedate_to_datetime(sent_date) >= parsedate_to_datetime(modified).replace(tzinfo=UTC)
        except (ValueError, TypeError):
            is_current = False
    if sent_etag and sent_date:
        return is_same and is_current
    return is_same or is_current


def _title(post: StoredPost) -> str:
    prefix = "Protected: " if post.password else ""
    bare = re.sub(r"<[^>]*>", "", prefix + texturize(post.title)).strip()
    return _NAMED_ENTITY.sub(_numbered, bare).replace("<", "&#060;").replace(">", "&#062;")


def _numbered(match: re.Match[str]) -> str:
    """Return a named entity as a number, for XML knows only five names."""
    return f"&#{name2codepoint.get(match[1], 0xFFFD):03d};"


def _categories(post: StoredPost) -> list[str]:
    return post.categories or ["Uncategorized"]


def _cdata(text: str) -> str:
    return f"<![CDATA[{text.replace(']]>', ']]]]><![CDATA[>')}]]>"

"""`/wp/v2/posts` and what is embedded in a post: its author, picture and categories."""

from typing import Any

from bot.demo.blog import kses
from bot.demo.blog.addresses import Addresses
from bot.demo.blog.comment_fields import clean_name
from bot.demo.blog.rest_call import RestAnswer, RestCall
from bot.demo.blog.rest_errors import RestError, forbidden, invalid_parameter
from bot.demo.blog.store import Store, StoredPost, slug_of
from bot.demo.blog.texturize import texturize

EXCERPT_WORDS = 55


class PostRoutes:
    """The posts of one blog."""

    def __init__(self, store: Store, addresses: Addresses) -> None:
        self._store = store
        self._addresses = addresses

    def find(self, call: RestCall) -> RestAnswer:
        """Answer a list of what the visitor may read, newest first."""
        page, per_page = call.page_of()
        is_edit = call.wants_edit_context("edit_posts")
        found = [post for post in self._candidates(call) if self._matches(post, call)]
        self._sort(found, call)
        pages = -(-len(found) // per_page)
        if page > max(pages, 1):
            message = "The page number requested is larger than the number of pages available."
            raise RestError(400, "rest_post_invalid_page_number", message)
        here = found[(page - 1) * per_page : page * per_page]
        return RestAnswer(
            body=[self.shape(post, call, is_edit=is_edit) for post in here],
            headers={"X-WP-Total": str(len(found)), "X-WP-TotalPages": str(pages)},
        )

    def read(self, call: RestCall, post_id: int) -> RestAnswer:
        """Answer one post; what was unpublished is refused, what was deleted is not found."""
        post = self._store.posts.get(post_id)
        if post is None:
            raise RestError(404, "rest_post_invalid_id", "Invalid post ID.")
        is_edit = call.query.get("context") == "edit"
        if is_edit and not call.visitor.may_edit_post(post):
            raise forbidden(call.visitor, "rest_forbidden_context", "Sorry, you are not allowed to edit this post.")
        self._store.published()
        if not call.visitor.may_read_post(post):
            raise forbidden(call.visitor, "rest_forbidden", "Sorry, you are not allowed to do that.")
        headers = {"Link": f'<{self._addresses.post(post)}>; rel="alternate"; type=text/html'}
        return RestAnswer(body=self.shape(post, call, is_edit=is_edit), headers=headers)

    def media(self, call: RestCall, image_id: int) -> RestAnswer:
        """Answer one uploaded picture."""
        del call
        if image_id not in self._store.pictures:
            raise RestError(404, "rest_post_invalid_id", "Invalid post ID.")
        return RestAnswer(body=self._media(image_id))

    def shape(self, post: StoredPost, call: RestCall, *, is_edit: bool = False) -> dict[str, Any]:
        """Return a post as REST shows it; a protected one without its content."""
        is_hidden = bool(post.password) and call.value("password") != post.password and not is_edit
        title: dict[str, str] = {"rendered": ("Private: " if post.status == "private" else "") + texturize(post.title)}
        content = "" if is_hidden else kses.rendered_content(post.html)
        excerpt = "" if is_hidden else self.excerpt(post)
        fields = call.text("_fields")
        whole: dict[str, Any] = {
            "id": post.post_id,
            "date": f"{post.created_at:%Y-%m-%dT%H:%M:%S}",
            "date_gmt": f"{post.created_at:%Y-%m-%dT%H:%M:%S}",
            "guid": {"rendered": post.guid},
            "modified": f"{post.modified_at:%Y-%m-%dT%H:%M:%S}",
            "modified_gmt": f"{post.modified_at:%Y-%m-%dT%H:%M:%S}",
            "slug": post.slug,
            "status": post.status,
            "type": "post",
            "link": self._addresses.post(post),
            "title": title | ({"raw": post.title} if is_edit else {}),
            "content": {"rendered": content, "protected": bool(post.password)},
            "excerpt": {"rendered": f"<p>{excerpt}</p>\n" if excerpt else "", "protected": bool(post.password)},
            "author": post.author_id,
            "featured_media": post.image_id,
            "comment_status": post.comment_status,
            "ping_status": "open",
            "sticky": False,
            "format": "standard",
            "meta": [],
            "categories": [self._category_id(name) for name in post.categories] or [1],
            "tags": [],
            "_links": {"self": [{"href": self._addresses.rest(f"wp/v2/posts/{post.post_id}")}]},
        }
        if "_embed" in call.query and (not fields or "_links" in fields or "_embedded" in fields):
            whole["_embedded"] = self._embedded(post)
        return whole

    def excerpt(self, post: StoredPost) -> str:
        """Return the excerpt as HTML text: the author's own, else the post's first words."""
        if post.excerpt:
            return texturize(post.excerpt)
        words = kses.plain(post.html).split()
        text = " ".join(words[:EXCERPT_WORDS]).replace("&", "&#038;").replace("<", "&lt;")
        return texturize(text) + (" [&hellip;]" if len(words) > EXCERPT_WORDS else "")

    def _candidates(self, call: RestCall) -> list[StoredPost]:
        wanted = call.text("status") or "publish"
        if wanted == "publish":
            return self._store.published()
        if not call.visitor.may("edit_posts"):
            raise invalid_parameter("status", "Status is forbidden.")
        visible = [post for post in self._store.posts.values() if call.visitor.may_read_post(post)]
        return [post for post in visible if wanted == "any" or post.status in wanted.split(",")]

    def _matches(self, post: StoredPost, call: RestCall) -> bool:
        slugs = [slug for slug in call.text("slug").split(",") if slug]
        include, exclude = call.numbers("include"), call.numbers("exclude")
        modified_after, after = call.moment("modified_after"), call.moment("after")
        text = f"{post.title}\n{post.excerpt}\n{post.html}".casefold()
        return (
            (not slugs or post.slug in slugs)
            and (not include or post.post_id in include)
            and post.post_id not in exclude
            and (not modified_after or post.modified_at > modified_after)
            and (not after or post.created_at > after)
            and all(word in text for word in call.text("search").casefold().split())
        )

    def _sort(self, found: list[StoredPost], call: RestCall) -> None:
        key = {"id": "post_id", "modified": "modified_at", "slug": "slug", "title": "title"}
        name = key.get(call.text("orderby"), "created_at")
        found.sort(key=lambda post: (getattr(post, name), post.post_id), reverse=call.value("order", "desc") != "asc")

    def _embedded(self, post: StoredPost) -> dict[str, Any]:
        author = self._store.user_by_id(post.author_id)
        terms = [
            {"id": self._category_id(name), "name": clean_name(name), "slug": slug_of(name), "taxonomy": "category"}
            for name in post.categories or ["Uncategorized"]
        ]
        embedded: dict[str, Any] = {
            "author": [{"id": post.author_id, "name": author.display_name if author else ""}],
            "wp:term": [terms, []],
        }
        if post.image_id:
            embedded["wp:featuredmedia"] = [self._media(post.image_id)]
        return embedded

    def _media(self, image_id: int) -> dict[str, Any]:
        picture = self._store.pictures[image_id]
        return {
            "id": image_id,
            "type": "attachment",
            "alt_text": picture.alt,
            "media_type": "image",
            "mime_type": picture.media_type,
            "source_url": self._addresses.picture(image_id),
        }

    def _category_id(self, name: str) -> int:
        names = sorted({category for post in self._store.posts.values() for category in post.categories})
        return names.index(name) + 2 if name in names else 1

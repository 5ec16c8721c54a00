"""Where everything on the small blog is found, with pretty permalinks or plain ones."""

from bot.demo.blog.store import Row, Store, StoredPost


class Addresses:
    """Makes the blog's addresses. `base` is known once the blog has its port."""

    def __init__(self, store: Store, base: str = "") -> None:
        self._store = store
        self.base = base

    def post(self, post: StoredPost) -> str:
        """Return a post's permalink."""
        if self._store.plain_permalinks or post.status not in {"publish", "private", "trash"}:
            return self.shortlink(post)
        return f"{self.base}/{post.slug}/"

    def shortlink(self, post: StoredPost) -> str:
        """Return the address by id, which never changes."""
        return f"{self.base}/?p={post.post_id}"

    def comment(self, row: Row) -> str:
        """Return the place of a comment on its post's page."""
        return f"{self.post(self._store.posts[row.post_id])}#comment-{row.comment_id}"

    def rest(self, route: str = "") -> str:
        """Return the address of a REST route such as `wp/v2/posts`."""
        if self._store.plain_permalinks:
            return f"{self.base}/index.php?rest_route=/{route.replace('?', '&')}"
        return f"{self.base}/wp-json/{route}"

    def feed(self) -> str:
        """Return the RSS feed's address."""
        return f"{self.base}/?feed=rss2" if self._store.plain_permalinks else f"{self.base}/feed/"

    def atom(self) -> str:
        """Return the Atom feed's address."""
        return f"{self.base}/?feed=atom" if self._store.plain_permalinks else f"{self.base}/feed/atom/"

    def picture(self, image_id: int) -> str:
        """Return the address of an uploaded picture."""
        return f"{self.base}/wp-content/uploads/{image_id}/{self._store.pictures[image_id].name}"

    def rest_link(self) -> str:
        """Return the `Link` header by which the API is found from any page."""
        return f'<{self.rest()}>; rel="https://api.w.org/"'

"""What people without an account do on the small blog: they comment by its form."""

from bot.demo.blog import kses
from bot.demo.blog.comment_fields import clean_name, clean_url
from bot.demo.blog.comment_rules import check_lengths, decide_status
from bot.demo.blog.store import Row, Store
from bot.demo.blog.users import Visitor

BROWSER = "a web browser"


class Readers:
    """Takes comments from web visitors, by the same rules as from anybody."""

    def __init__(self, store: Store) -> None:
        self._store = store

    def comment(
        self,
        post_id: int,
        text: str,
        *,
        name: str,
        email: str,
        url: str = "",
        parent_id: int = 0,
        may_flood: bool = False,
    ) -> Row:
        """Store a visitor's comment where the blog's rules put it; RestError when they refuse it."""
        row = Row(
            comment_id=0,
            post_id=post_id,
            parent_id=parent_id,
            approved="hold",
            author_name=name,
            author_email=email,
            author_url=url,
            author_ip="127.0.0.1",
            user_agent=BROWSER,
            user_id=0,
            content=text,
            created_at=self._store.now(),
        )
        check_lengths(row)
        row.approved = decide_status(row, text, Visitor(), self._store, may_flood=may_flood)
        row.content = kses.stored_content(text, is_unfiltered=False)
        row.author_name, row.author_url = clean_name(name), clean_url(url)
        row.comment_id = self._store.next_comment_id()
        self._store.comments[row.comment_id] = row
        return row

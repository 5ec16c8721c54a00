"""`/wp/v2/comments`: list, search, create, read, edit, bin and delete."""

import re
from dataclasses import replace
from typing import Any

from bot.demo.blog import kses
from bot.demo.blog.addresses import Addresses
from bot.demo.blog.comment_fields import clean_name, clean_url, take_author, take_fields
from bot.demo.blog.comment_rules import check_lengths, decide_status
from bot.demo.blog.rest_call import RestAnswer, RestCall
from bot.demo.blog.rest_errors import RestError, forbidden
from bot.demo.blog.store import Row, Store, StoredPost
from bot.demo.blog.users import Visitor

STATUS_WORDS = {"approved": "approved", "approve": "approved", "1": "approved", "hold": "hold", "0": "hold"}
STATUS_WORDS |= {"spam": "spam", "trash": "trash"}
"""Any other word is ignored in silence, and the blog's own rules stand."""


class CommentRoutes:
    """The comments of one blog."""

    def __init__(self, store: Store, addresses: Addresses) -> None:
        self._store = store
        self._addresses = addresses

    def find(self, call: RestCall) -> RestAnswer:
        """Answer a list, newest first; the total counts what the visitor may not read."""
        page, per_page = call.page_of()
        self._check_posts(call)
        is_edit = call.wants_edit_context("moderate_comments")
        self._check_filters(call)
        found = [row for row in self._store.comments.values() if self._matches(row, call)]
        key = "comment_id" if call.text("orderby") == "id" else "created_at"
        found.sort(key=lambda row: (getattr(row, key), row.comment_id), reverse=call.value("order", "desc") != "asc")
        here = found[(page - 1) * per_page : page * per_page]
        readable = [row for row in here if self._may_read(row, call)]
        total = len(found)
        pages = -(-total // per_page)
        return RestAnswer(
            body=[self.shape(row, is_edit=is_edit) for row in readable],
            headers={"X-WP-Total": str(total), "X-WP-TotalPages": str(pages)},
        )

    def read(self, call: RestCall, comment_id: int) -> RestAnswer:
        """Answer one comment; a held one only to those who may edit its post."""
        row = self._row(comment_id)
        is_edit = call.wants_edit_context("moderate_comments")
        if not self._may_read(row, call):
            raise forbidden(call.visitor, "rest_cannot_read", "Sorry, you are not allowed to read this comment.")
        return RestAnswer(body=self.shape(row, is_edit=is_edit))

    def create(self, call: RestCall) -> RestAnswer:
        """Take a new comment. 201 does not mean that anybody can see it."""
        fields = take_fields(call)
        self._check_create(call)
        row = self._new_row(call)
        author = take_author(call, self._store)
        row = replace(row, **(fields | author))
        incoming = row.content
        self._check_content(call, row)
        check_lengths(row)
        row.approved = decide_status(row, incoming, call.visitor, self._store)
        self.filter(row, call.visitor)
        row.comment_id = self._store.next_comment_id()
        self._store.comments[row.comment_id] = row
        if call.has("status"):
            row.approved = STATUS_WORDS.get(str(call.value("status")), row.approved)
        location = self._addresses.rest(f"wp/v2/comments/{row.comment_id}")
        body = self.shape(row, is_edit=call.visitor.may("moderate_comments"))
        return RestAnswer(body=body, status=201, headers={"Location": location})

    def edit(self, call: RestCall, comment_id: int) -> RestAnswer:
        """Change what was sent of a comment, and answer it as it is then."""
        fields = take_fields(call)
        row = self._row(comment_id)
        self._check_may_change(call, row, "rest_cannot_edit")
        if "content" in fields and not fields["content"].strip():
            raise RestError(400, "rest_comment_content_invalid", "Invalid comment content.")
        changed = replace(row, **fields)
        check_lengths(changed)
        if fields:
            self.filter(changed, call.visitor)
        if call.has("status"):
            changed.approved = STATUS_WORDS.get(str(call.value("status")), changed.approved)
        self._store.comments[comment_id] = changed
        return RestAnswer(body=self.shape(changed, is_edit=True))

    def delete(self, call: RestCall, comment_id: int) -> RestAnswer:
        """Bin a comment, or with `force` delete it for good."""
        row = self._row(comment_id)
        self._check_may_change(call, row, "rest_cannot_delete")
        if call.is_true("force"):
            previous = self.shape(row, is_edit=True)
            self._store.delete_comment(comment_id)
            return RestAnswer(body={"deleted": True, "previous": previous})
        if row.approved == "trash":
            raise RestError(410, "rest_already_trashed", "The comment has already been trashed.")
        row.status_before_trash, row.approved = row.approved, "trash"
        return RestAnswer(body=self.shape(row, is_edit=True))

    def shape(self, row: Row, *, is_edit: bool) -> dict[str, Any]:
        """Return a comment as REST shows it; e-mail, address and raw content only to moderators."""
        content: dict[str, str] = {"rendered": kses.rendered_content(row.content)}
        moment = f"{row.created_at:%Y-%m-%dT%H:%M:%S}"
        private = {"author_email": row.author_email, "author_ip": row.author_ip, "author_user_agent": row.user_agent}
        return {
            "id": row.comment_id,
            "post": row.post_id,
            "parent": row.parent_id,
            "author": row.user_id,
            "author_name": row.author_name,
            **(private if is_edit else {}),
            "author_url": row.author_url,
            "date": moment,
            "date_gmt": moment,
            "content": content | ({"raw": row.content} if is_edit else {}),
            "link": self._addresses.comment(row),
            "status": row.approved,
            "type": "comment",
            "author_avatar_urls": {},
            "meta": [],
        }

    def filter(self, row: Row, visitor: Visitor) -> None:
        """Put a row's fields through the filters that run before anything is stored."""
        row.content = kses.stored_content(row.content, is_unfiltered=visitor.may("unfiltered_html"))
        row.author_name = clean_name(row.author_name)
        row.author_url = clean_url(row.author_url)

    def _row(self, comment_id: int) -> Row:
        if row := self._store.comments.get(comment_id):
            return row
        raise RestError(404, "rest_comment_invalid_id", "Invalid comment ID.")

    def _new_row(self, call: RestCall) -> Row:
        return Row(
            comment_id=0,
            post_id=call.number("post"),
            parent_id=0,
            approved="hold",
            author_name="",
            author_email="",
            author_url="",
            author_ip=call.remote_ip,
            user_agent=call.user_agent,
            user_id=0,
            content="",
            created_at=self._store.now(),
        )

    def _check_content(self, call: RestCall, row: Row) -> None:
        if not row.content.strip():
            raise RestError(400, "rest_comment_content_invalid", "Invalid comment content.")
        if self._store.options["require_name_email"] and not (row.author_name and row.author_email):
            message = "Creating a comment requires valid author name and email values."
            raise RestError(400, "rest_comment_author_data_required", message)

    def _check_posts(self, call: RestCall) -> None:
        for post_id in call.numbers("post"):
            post = self._store.posts.get(post_id)
            if post and not self._may_read_post(post, call):
                message = "Sorry, you are not allowed to read the post for this comment."
                raise forbidden(call.visitor, "rest_cannot_read_post", message)

    def _check_filters(self, call: RestCall) -> None:
        is_asking_more = call.value("status", "approve") != "approve" or call.text("author_email")
        if is_asking_more and not call.visitor.may("edit_posts"):
            raise forbidden(call.visitor, "rest_forbidden_param", "Query parameter not permitted: status")

    def _matches(self, row: Row, call: RestCall) -> bool:
        status = call.value("status", "approve")
        shown = {"approve": {"approved"}, "all": {"approved", "hold"}}.get(status, {status})
        ids, parents, posts = call.numbers("include"), call.numbers("parent"), call.numbers("post")
        after = call.moment("after")
        return (
            (status == "any" or row.approved in shown)
            and (not posts or row.post_id in posts)
            and (not ids or row.comment_id in ids)
            and (not parents or row.parent_id in parents)
            and (not after or row.created_at > after)
            and (not call.text("author_email") or row.author_email == call.text("author_email"))
            and _is_found(row, call.text("search"))
        )

    def _check_create(self, call: RestCall) -> None:
        visitor = call.visitor
        if visitor.user is None:
            raise RestError(401, "rest_comment_login_required", "Sorry, you must be logged in to comment.")
        if not visitor.may("moderate_comments"):
            for name in ("author", "author_ip", "status"):
                if call.has(name) and not (name == "author" and call.number(name) == visitor.user_id):
                    message = f"Sorry, you are not allowed to edit '{name}' for comments."
                    raise RestError(403, f"rest_comment_invalid_{name}", message)
        post = self._store.posts.get(call.number("post"))
        if post is None:
            message = "Sorry, you are not allowed to create this comment without a post."
            raise RestError(403, "rest_comment_invalid_post_id", message)
        if post.status in {"draft", "trash"}:
            message = "Sorry, you are not allowed to create a comment on this post."
            raise RestError(403, f"rest_comment_{post.status}_post", message)
        if not self._may_read_post(post, call):
            message = "Sorry, you are not allowed to read the post for this comment."
            raise RestError(403, "rest_cannot_read_post", message)
        if not self._store.is_open(post):
            raise RestError(403, "rest_comment_closed", "Sorry, comments are closed for this item.")

    def _check_may_change(self, call: RestCall, row: Row, code: str) -> None:
        if call.visitor.user is None or not (
            call.visitor.may("moderate_comments") or call.visitor.may_edit_post(self._store.posts[row.post_id])
        ):
            raise forbidden(call.visitor, code, "Sorry, you are not allowed to edit this comment.")

    def _may_read_post(self, post: StoredPost, call: RestCall) -> bool:
        if post.password and call.value("password") != post.password:
            return call.visitor.may_edit_post(post)
        return call.visitor.may_read_post(post)

    def _may_read(self, row: Row, call: RestCall) -> bool:
        post = self._store.posts[row.post_id]
        if row.approved == "approved" and self._may_read_post(post, call):
            return True
        if call.visitor.user is None:
            return False
        return row.user_id == call.visitor.user_id or call.visitor.may_edit_post(post)


def _is_found(row: Row, wanted: str) -> bool:
    text = (row.author_name, row.author_email, row.author_url, row.author_ip, row.content)
    return all(word.casefold() in "\n".join(text).casefold() for word in re.findall(r"\S.*\S|\S", wanted))

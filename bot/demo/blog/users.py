"""The small blog's users: what each role may do, and who a request comes from."""

import base64
import binascii
import secrets
from dataclasses import dataclass

from bot.demo.blog.controls import BlogUser
from bot.demo.blog.store import Store, StoredPost, new_password

_SUBSCRIBER = frozenset({"read"})
_AUTHOR = _SUBSCRIBER | {
    "upload_files",
    "edit_posts",
    "edit_published_posts",
    "publish_posts",
    "delete_posts",
    "delete_published_posts",
}
_EDITOR = _AUTHOR | {
    "moderate_comments",
    "manage_categories",
    "manage_links",
    "unfiltered_html",
    "edit_others_posts",
    "edit_private_posts",
    "read_private_posts",
    "delete_others_posts",
    "delete_private_posts",
    "edit_pages",
    "edit_others_pages",
    "edit_published_pages",
    "edit_private_pages",
    "publish_pages",
    "read_private_pages",
    "delete_pages",
    "delete_others_pages",
    "delete_published_pages",
    "delete_private_pages",
}
_ADMINISTRATOR = _EDITOR | {
    "activate_plugins",
    "create_users",
    "delete_plugins",
    "delete_themes",
    "delete_users",
    "edit_files",
    "edit_plugins",
    "edit_theme_options",
    "edit_themes",
    "edit_users",
    "export",
    "import",
    "install_plugins",
    "install_themes",
    "list_users",
    "manage_options",
    "promote_users",
    "remove_users",
    "switch_themes",
    "unfiltered_upload",
    "update_core",
    "update_plugins",
    "update_themes",
}
CAPABILITIES: dict[str, frozenset[str]] = {
    "administrator": _ADMINISTRATOR,
    "editor": _EDITOR,
    "relayer": frozenset({"read", "edit_posts", "edit_others_posts", "edit_published_posts", "moderate_comments"}),
    "moderator": frozenset({"read", "edit_posts", "moderate_comments"}),
    "author": _AUTHOR,
    "subscriber": _SUBSCRIBER,
}


def new_users() -> dict[str, BlogUser]:
    """Return one user of each role, each with a fresh application password."""
    users: dict[str, BlogUser] = {}
    for user_id, role in enumerate(CAPABILITIES, start=1):
        login = "admin" if role == "administrator" else role
        users[role] = BlogUser(
            user_id=user_id,
            login=login,
            email=f"{login}@blog.example",
            application_password=new_password(),
            display_name="admin" if role == "administrator" else role.capitalize(),
        )
    return users


@dataclass(frozen=True, slots=True)
class Visitor:
    """Whoever sent a request: a user, or nobody in particular."""

    user: BlogUser | None = None
    role: str = ""

    @property
    def user_id(self) -> int:
        """The user's id; 0 for an anonymous visitor."""
        return self.user.user_id if self.user else 0

    def may(self, capability: str) -> bool:
        """Return whether the visitor's role has a capability."""
        return capability in CAPABILITIES.get(self.role, ())

    def may_edit_post(self, post: StoredPost) -> bool:
        """Return whether the visitor may edit a post, which is also who may read what is held on it.

        Somebody else's published post takes three capabilities at once.
        """
        needed = {"edit_posts"} if post.author_id == self.user_id else {"edit_others_posts"}
        needed |= {"publish": {"edit_published_posts"}, "private": {"edit_private_posts"}}.get(post.status, set())
        return self.user is not None and all(self.may(capability) for capability in needed)

    def may_read_post(self, post: StoredPost) -> bool:
        """Return whether the visitor may read a post that has no password."""
        if post.status == "publish":
            return True
        if post.status == "private":
            return self.may("read_private_posts") or (self.user is not None and post.author_id == self.user_id)
        return self.may_edit_post(post)


def visitor_from(authorization: str | None, store: Store) -> Visitor:
    """Return who an `Authorization: Basic` header stands for.

    A wrong password is silent, as on WordPress: the visitor is nobody in particular. Login or e-mail
    will do, and the password's spaces do not matter.
    """
    login, password = _credentials(authorization)
    for role, user in store.users.items():
        is_named = login.casefold() in {user.login.casefold(), user.email.casefold()}
        wanted = user.application_password.replace(" ", "")
        is_right = secrets.compare_digest(password.replace(" ", "").encode(), wanted.encode())
        if is_named and is_right and user.user_id not in store.revoked:
            return Visitor(user, role)
    return Visitor()


def _credentials(authorization: str | None) -> tuple[str, str]:
    kind, _, encoded = (authorization or "").partition(" ")
    if kind.lower() != "basic":
        return "", ""
    try:
        login, _, password = base64.b64decode(encoded, validate=True).decode().partition(":")
    except (binascii.Error, UnicodeDecodeError):
        return "", ""
    return login, password

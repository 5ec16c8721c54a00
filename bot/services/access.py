"""How to reach a stored blog: its address and its password, opened for the moment of a call."""

from bot.domain.models import BlogAccess
from db.models import StoredBlog
from db.secrets import SecretBox


def access_of(blog: StoredBlog, secrets: SecretBox) -> BlogAccess | None:
    """Return how to talk to a blog, or None when its REST API is closed to us."""
    if blog.api_root is None:
        return None
    return BlogAccess(
        api_root=blog.api_root,
        url=blog.url,
        username=blog.username,
        application_password=secrets.open(blog.sealed_password),
    )

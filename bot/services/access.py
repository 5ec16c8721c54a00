"""How to reach a stored blog: its address and its password, opened for the moment of a call."""

from bot.domain.models import BlogAccess
from db.models import StoredBlog
from db.secrets import SecretBox


def access_of(blog: StoredBlog, secrets: SecretBox) -> BlogAccess | None:
    """Return how to talk to a blog, or None when its REST API is closed to us.

    A password that was refused is not tried again until it is renewed: what is public can be read without.
    """
    if blog.api_root is None:
        return None
    is_refused = blog.state == "credentials"
    return BlogAccess(
        api_root=blog.api_root,
        url=blog.url,
        username=blog.username,
        application_password=None if is_refused else secrets.open(blog.sealed_password),
    )

"""How to reach a stored blog: its address and its password, opened for the moment of a call."""

import json
from urllib.parse import urlsplit

from bot.domain.models import BlogAccess
from db.models import StoredBlog
from db.secrets import SecretBox


def access_of(blog: StoredBlog, secrets: SecretBox) -> BlogAccess | None:
    """Return how to talk to a blog, or None when its REST API is closed to us.

    A password that was refused is not tried again until it is renewed: what is public can be read without.
    A password that was given for another origin than the API's is not handed out: it counts as none.
    """
    if blog.api_root is None:
        return None
    is_refused = blog.state == "credentials"
    return BlogAccess(
        api_root=blog.api_root,
        url=blog.url,
        username=blog.username,
        application_password=None if is_refused else _password_for(blog, blog.api_root, secrets),
    )


def seal_password(password: str, api_root: str, secrets: SecretBox) -> str | None:
    """Return the password sealed together with the only origin that may get it, or None without a key."""
    return secrets.seal(json.dumps({"password": password, "origin": origin_of(api_root)}))


def may_keep_password(blog: StoredBlog, api_root: str | None, secrets: SecretBox) -> bool:
    """Return whether the blog's password may stay while its API moves to `api_root` (None: closed for now)."""
    if blog.sealed_password is None or api_root is None:
        return True
    origin = _opened(blog, secrets)[1] or (origin_of(blog.api_root) if blog.api_root else "")
    return origin == origin_of(api_root)


def origin_of(url: str) -> str:
    """Return an address' scheme, host and port in one notation, or nothing when it has no host."""
    try:
        parts = urlsplit(url)
        port = parts.port or {"http": 80, "https": 443}.get(parts.scheme)
    except ValueError:
        return ""
    return f"{parts.scheme}://{parts.hostname}:{port}" if parts.hostname and port else ""


def is_same_site(one: str | None, other: str | None) -> bool:
    """Return whether two addresses are on the same host, `www.` or not, at the same port (80 and 443 are one)."""
    return _site_of(one or "") != "" and _site_of(one or "") == _site_of(other or "")


def _site_of(url: str) -> str:
    host_and_port = origin_of(url).partition("://")[2].removeprefix("www.").removesuffix(":443")
    return host_and_port.removesuffix(":80")


def _password_for(blog: StoredBlog, api_root: str, secrets: SecretBox) -> str | None:
    password, origin = _opened(blog, secrets)
    return password if origin in {None, origin_of(api_root)} else None


def _opened(blog: StoredBlog, secrets: SecretBox) -> tuple[str | None, str | None]:
    """Return the password and the origin it was given for; None for the origin of one sealed before it was noted."""
    opened = secrets.open(blog.sealed_password)
    if opened is None:
        return None, None
    try:
        noted = json.loads(opened)
    except ValueError:
        return opened, None
    if not isinstance(noted, dict) or "password" not in noted:
        return opened, None
    return str(noted["password"]), str(noted.get("origin", ""))

"""WordPress' page on which a user grants an application its own password, for whoever sits at this machine."""

import re
from html import escape

from aiohttp import web
from yarl import URL

from bot.demo.blog.addresses import Addresses
from bot.demo.blog.controls import BlogUser
from bot.demo.blog.store import Store

_UUID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", re.IGNORECASE)
POLICY = "default-src 'none'; style-src 'self'; base-uri 'none'"


class Authorize:
    """Answers `/wp-admin/authorize-application.php`: the relayer sits before it and is logged in."""

    def __init__(self, store: Store, addresses: Addresses) -> None:
        self._store = store
        self._addresses = addresses

    async def answer(self, request: web.Request) -> web.Response:
        """Show the question, or carry out the answer: back to the application with a password, or without."""
        asked = dict(request.query)
        if (wrong := _what_is_wrong(asked)) is not None:
            return _page(f"<p>{wrong}</p>", status=500)
        if request.method != "POST":
            return _page(_question(asked))
        form = await request.post()
        success, reject = asked.get("success_url"), asked.get("reject_url")
        if "approve" not in form:
            target = URL(reject) if reject else URL(success or self._addresses.base).update_query(success="false")
            raise web.HTTPFound(target)
        user = self._store.users["relayer"]
        self._store.revoked.discard(user.user_id)
        if not success:
            return _page(f"<p>Your password for {escape(asked['app_name'])}:</p><p><code>{_compact(user)}</code></p>")
        granted = {"site_url": self._addresses.base, "user_login": user.login, "password": _compact(user)}
        raise web.HTTPFound(URL(success).update_query(granted))


def _compact(user: BlogUser) -> str:
    return user.application_password.replace(" ", "")


def _what_is_wrong(asked: dict[str, str]) -> str | None:
    if asked.get("app_id") and not _UUID.fullmatch(asked["app_id"]):
        return "The application ID must be a UUID."
    for name in ("success_url", "reject_url"):
        if asked.get(name) and URL(asked[name]).scheme in {"javascript", "data"}:
            return "Invalid URL format."
    return None if asked.get("app_name") else "An application name is required."


def _question(asked: dict[str, str]) -> str:
    name = escape(asked["app_name"])
    return (
        f"<h1>Authorize application</h1><p>Would you like to give <strong>{name}</strong> access to this blog? "
        "It will be able to write, edit and remove comments.</p>"
        '<form method="post"><button name="approve" value="1">Yes, I approve</button> '
        '<button name="reject" value="1">No, I do not</button></form>'
    )


def _page(main: str, *, status: int = 200) -> web.Response:
    text = (
        '<!DOCTYPE html>\n<html lang="en">\n<head>\n<meta charset="utf-8">\n<title>Authorize application</title>\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        f'<link rel="stylesheet" href="/style.css">\n</head>\n<body>\n<main>{main}</main>\n</body>\n</html>\n'
    )
    return web.Response(text=text, status=status, content_type="text/html", headers={"Content-Security-Policy": POLICY})

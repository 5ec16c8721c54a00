"""Who may use the page: browsers on this machine that opened it themselves, and no other site's script."""

from aiohttp import web
from aiohttp.typedefs import Handler, Middleware

LOCAL_NAMES = ("127.0.0.1", "localhost")
REFUSED = "Only this page itself may use this address."


class Doorman:
    """Refuses requests with a foreign Host or Origin, and sends every answer with the page's policy.

    `pictures_from` are the origins whose pictures may be shown, `frames` the one that may be framed, if any.
    Call `stand_at` once the port is known.
    """

    def __init__(self, *, pictures_from: tuple[str, ...], frames: str | None) -> None:
        self._hosts: frozenset[str] = frozenset()
        self.policy = _policy(pictures_from, frames)
        self._headers = {
            "Content-Security-Policy": self.policy,
            "Cross-Origin-Opener-Policy": "same-origin",
            "Cross-Origin-Resource-Policy": "same-origin",
            "Referrer-Policy": "no-referrer",
            "X-Content-Type-Options": "nosniff",
            "X-Frame-Options": "DENY",
        }

    def stand_at(self, port: int) -> None:
        """Take the port the page is served on."""
        self._hosts = frozenset(f"{name}:{port}" for name in LOCAL_NAMES)

    async def note_headers(self, _request: web.Request, response: web.StreamResponse) -> None:
        """Add the policy to a response that is about to be sent."""
        response.headers.update(self._headers)

    def middleware(self) -> Middleware:
        """Return what looks at each request before anything else does."""

        @web.middleware
        async def look(request: web.Request, handler: Handler) -> web.StreamResponse:
            if not self._may(request):
                return web.Response(status=403, text=REFUSED)
            return await handler(request)

        return look

    def _may(self, request: web.Request) -> bool:
        if request.host not in self._hosts:
            return False
        origin = request.headers.get("Origin")
        if origin is not None and origin != f"http://{request.host}":
            return False
        if request.method == "POST":
            return request.content_type == "application/json"
        is_foreign = request.headers.get("Sec-Fetch-Site") in ("cross-site", "same-site")
        return not is_foreign or request.headers.get("Sec-Fetch-Mode") == "navigate"


def _policy(pictures_from: tuple[str, ...], frames: str | None) -> str:
    rules = {
        "default-src": ("'none'",),
        "script-src": ("'self'",),
        "style-src": ("'self'",),
        "img-src": ("'self'", *pictures_from),
        "connect-src": ("'self'",),
        "frame-src": (frames or "'none'",),
        "base-uri": ("'none'",),
        "form-action": ("'none'",),
        "frame-ancestors": ("'none'",),
        "require-trusted-types-for": ("'script'",),
        "trusted-types": ("'none'",),
    }
    return "; ".join(f"{name} {' '.join(values)}" for name, values in rules.items())

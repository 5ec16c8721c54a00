"""Plain HTTP calls to the loopback Discord, for what discord.py would never send or would hide."""

from typing import Any

import aiohttp

from bot.demo.loopback import LoopbackDiscord


class Rest:
    """Calls with the bot's token; each returns the status and the JSON body (None without one)."""

    def __init__(self, session: aiohttp.ClientSession, loopback: LoopbackDiscord) -> None:
        self._session = session
        self._loopback = loopback
        self.headers: dict[str, str] = {}

    async def __call__(self, method: str, path: str, json: Any = None, *, token: str | None = None) -> tuple[int, Any]:
        headers = {"Authorization": f"Bot {self._loopback.token if token is None else token}"}
        url = self._loopback.api_url + path
        async with self._session.request(method, url, json=json, headers=headers) as response:
            self.headers = dict(response.headers)
            is_json = response.content_type == "application/json"
            return response.status, await response.json() if is_json else await response.text() or None

    async def code(self, method: str, path: str, json: Any = None) -> int:
        """Return Discord's error code, or 0 when the call worked."""
        status, body = await self(method, path, json)
        return 0 if status < 400 else int(body["code"])

    async def control(self, method: str, path: str, json: Any = None) -> tuple[int, Any]:
        """Call the control plane."""
        async with self._session.request(method, f"{self._loopback.base_url}/control{path}", json=json) as response:
            return response.status, await response.json()

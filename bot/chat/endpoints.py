"""Points discord.py at another address than Discord's own: a proxy, or the loopback Discord."""

import discord
from discord.gateway import DiscordWebSocket
from yarl import URL

_API_PATH = "/api/v10"
"""The version that discord.py 2 speaks."""


def point_at(api_url: str | None, gateway_url: str | None) -> None:
    """Have every client of this process use these addresses; None leaves Discord's own.

    `api_url` may end in the API's path and version, or leave them out. To be called before login:
    the library reads both at the moment of use, from its own classes.
    """
    if api_url:
        address = URL(api_url)
        base = address if address.path.strip("/") else address.with_path(_API_PATH)
        discord.http.Route.BASE = str(base).rstrip("/")
    if gateway_url:
        DiscordWebSocket.DEFAULT_GATEWAY = URL(gateway_url)

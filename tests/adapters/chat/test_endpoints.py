import discord
import pytest
from discord.gateway import DiscordWebSocket
from yarl import URL

from bot.chat.endpoints import point_at


def test_without_addresses_discord_is_discord() -> None:
    point_at(None, None)

    assert discord.http.Route.BASE == "https://discord.com/api/v10"
    assert URL("wss://gateway.discord.gg/") == DiscordWebSocket.DEFAULT_GATEWAY


@pytest.mark.parametrize(
    ("given", "used"),
    [
        ("http://127.0.0.1:4000", "http://127.0.0.1:4000/api/v10"),
        ("http://127.0.0.1:4000/", "http://127.0.0.1:4000/api/v10"),
        ("http://127.0.0.1:4000/api/v10/", "http://127.0.0.1:4000/api/v10"),
        ("https://proxy.example/discord/v10", "https://proxy.example/discord/v10"),
    ],
)
def test_an_api_address_may_leave_out_the_path(given: str, used: str) -> None:
    point_at(given, None)

    assert discord.http.Route("GET", "/users/@me").url == f"{used}/users/@me"


def test_the_gateway_is_the_one_given() -> None:
    point_at(None, "ws://127.0.0.1:4001/")

    assert URL("ws://127.0.0.1:4001/") == DiscordWebSocket.DEFAULT_GATEWAY

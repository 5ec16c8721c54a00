from typing import Any

import pytest

from bot.demo.loopback import LoopbackDiscord
from bot.demo.loopback.server import ROUTES
from bot.demo.loopback.world import message_payloads
from tests.loopback.contract import OpenApiContract, description_path


@pytest.fixture
def checker() -> OpenApiContract:
    path = description_path()
    if path is None:
        pytest.skip("Discord's API description is not here; name it in DISCORD_OPENAPI")
    return OpenApiContract(path)


def a_message() -> dict[str, Any]:
    world = LoopbackDiscord().world
    channel = world.add_channel(world.add_guild(), "talk")
    return message_payloads.message(world, world.post(world.bot, channel, {"content": "x"}))


def test_a_good_body_passes_and_a_missing_field_is_found(checker: OpenApiContract) -> None:
    template = "/channels/{channel_id}/messages"
    message = a_message()
    checker.check_response("POST", template, 200, message)
    checker.check_event("MESSAGE_CREATE", message)
    assert checker.findings == []
    del message["author"]
    checker.check_response("POST", template, 200, message)
    checker.check_event("MESSAGE_CREATE", message)
    assert ["author" in finding for finding in checker.findings] == [True, True]


def test_a_bad_request_an_unknown_status_and_an_unknown_route_are_found(checker: OpenApiContract) -> None:
    checker.check_request("POST", "/channels/{channel_id}/messages", {"content": 1})
    checker.check_response("DELETE", "/channels/{channel_id}/messages/{message_id}", 200, {})
    checker.check_request("GET", "/nowhere", None)
    assert len(checker.findings) == 3


def test_every_route_of_the_loopback_is_one_of_discords(checker: OpenApiContract) -> None:
    for route in ROUTES:
        checker.check_request(route.method, route.template, None)
    assert checker.findings == []

"""What is left of a gateway connection that was given up."""

from types import SimpleNamespace
from typing import Any

from discord.gateway import KeepAliveHandler

from tests.heartbeats import beating, end_heartbeats


def test_heartbeat_that_nobody_ended_is_ended_after_a_test() -> None:
    given_up: Any = SimpleNamespace(thread_id=0, _max_heartbeat_timeout=60.0)
    KeepAliveHandler(ws=given_up, interval=60.0).start()
    assert beating()

    end_heartbeats()
    assert not beating()

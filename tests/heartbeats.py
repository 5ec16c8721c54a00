"""The threads in which discord.py beats for a gateway connection."""

import threading

from discord.gateway import KeepAliveHandler


def beating() -> list[KeepAliveHandler]:
    """Return those that still beat in this process."""
    return [thread for thread in threading.enumerate() if isinstance(thread, KeepAliveHandler)]


def end_heartbeats() -> None:
    """End what discord.py leaves behind when it is closed while it connects: it beats before it keeps a connection."""
    for thread in beating():
        thread.stop()
        thread.join()

"""What discord.py leaves behind where it is closed while it connects: it beats before it keeps a connection."""

import gc
import threading
import warnings

from discord.gateway import KeepAliveHandler


def beating() -> list[KeepAliveHandler]:
    """Return those that still beat in this process."""
    return [thread for thread in threading.enumerate() if isinstance(thread, KeepAliveHandler)]


def end_heartbeats() -> None:
    """End every heartbeat that is left, and let go of the connection it was for."""
    if sum(map(_ended, beating())):
        sweep_up()


def sweep_up() -> None:
    """Let go of what a crash left open, now: later another test would be blamed for it."""
    with warnings.catch_warnings(action="ignore", category=ResourceWarning):
        gc.collect()


def _ended(thread: KeepAliveHandler) -> bool:
    thread.stop()
    thread.join()
    return True

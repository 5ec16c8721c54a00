"""`python -m tests.wordpress.serve`: serve one fresh WordPress until stopped, and print how to reach it."""

import asyncio
import signal
import sys
from contextlib import suppress
from datetime import UTC, datetime

from tests.wordpress import core, snapshot
from tests.wordpress.real_blog import RealBlog


async def _serve_until_stopped() -> None:
    await asyncio.to_thread(core.require_tools)
    ready, _ = await asyncio.to_thread(snapshot.provision)
    stopped = asyncio.Event()
    for word in (signal.SIGINT, signal.SIGTERM):
        asyncio.get_running_loop().add_signal_handler(word, stopped.set)
    async with RealBlog.serve(ready) as blog:
        await blog.publish("A first walk", "<p>Up the hill and down again.</p>", published_at=datetime.now(UTC))
        user = blog.user("relayer")
        sys.stdout.write(f"url={blog.url}\nuser={user.login}\npassword={user.application_password}\n")
        sys.stdout.flush()
        await stopped.wait()


def main() -> int:
    """Serve; 0 once stopped, 1 when there is no WordPress to be had."""
    try:
        with suppress(KeyboardInterrupt):
            asyncio.run(_serve_until_stopped())
    except core.ProvisionError as error:
        sys.stderr.write(f"No WordPress: {error}\n")
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())

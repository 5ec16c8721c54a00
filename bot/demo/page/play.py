"""`backchannel demo`: sets the stage, serves the page, and clears everything away when it is stopped."""

import asyncio
import errno
import os
import signal
import sys
import webbrowser
from pathlib import Path
from typing import TextIO

from bot.demo.page.framing import look_at
from bot.demo.page.scene import open_scene
from bot.demo.page.server import serve
from bot.demo.page.story import Story
from bot.demo.process import BotEndedError
from bot.demo.stage import RealBlog, set_up
from bot.demo.walk import real_blog
from bot.domain.errors import BackchannelError, SettingsError
from bot.domain.translation import _

EXIT_SECONDS = 1.5
"""For the bot, when the demo is stopped; nothing of what it leaves is kept, or the next start takes it up."""
GRAPHIC = ("DISPLAY", "WAYLAND_DISPLAY")


def run_page(
    *,
    blog: str | None,
    username: str | None,
    application_password: str | None,
    keep: Path | None,
    port: int,
    opens_browser: bool,
) -> int:
    """Serve the demo until it is stopped (Ctrl-C, SIGTERM), and return the exit code.

    `port` 0 takes a free one. A browser is opened only from a terminal with a screen beside it.
    """
    real = None if blog is None else real_blog(blog, username, application_password)
    try:
        asyncio.run(_play(sys.stdout, real, keep=keep, port=port, opens_browser=opens_browser))
    except (KeyboardInterrupt, asyncio.CancelledError):
        _tell(sys.stdout, _("Everything is cleared away.") if keep is None else _("Kept: {place}").format(place=keep))
    except OSError as error:
        if error.errno != errno.EADDRINUSE:
            raise
        raise SettingsError(_("Port {port} is in use; choose another with --port.").format(port=port)) from error
    except (TimeoutError, BotEndedError) as error:
        why = str(error) or _("it took too long.")
        raise BackchannelError(_("The demo could not start: {why}").format(why=why)) from error
    return 0


async def _play(out: TextIO, real: RealBlog | None, *, keep: Path | None, port: int, opens_browser: bool) -> None:
    loop, playing = asyncio.get_running_loop(), asyncio.current_task()
    assert playing is not None
    for one in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        loop.add_signal_handler(one, playing.cancel)
    story = Story()
    _tell(out, _("Starting a Discord, a blog and the bot on this machine …"))
    framing = None if real is None else await look_at(real)
    async with set_up(real, keep=keep, hear=story.hear, exit_seconds=EXIT_SECONDS) as stage:
        await open_scene(stage)
        async with serve(stage, story, port=port, framing=framing) as address:
            _tell(out, _("The demo is at {address} (Ctrl-C ends it).").format(address=address))
            if opens_browser and _has_screen():
                await asyncio.to_thread(webbrowser.open, address)
            await asyncio.Event().wait()


def _has_screen() -> bool:
    """Return whether a browser would come up where the visitor sees it, rather than in the terminal."""
    return sys.stdout.isatty() and (sys.platform != "linux" or any(name in os.environ for name in GRAPHIC))


def _tell(out: TextIO, what: str) -> None:
    out.write(f"{what}\n")
    out.flush()

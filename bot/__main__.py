"""The command line: what may be typed, which module answers, and the exit codes.

0: fine. 1: it failed. 2: wrong use, or settings that cannot be understood.
"""

import argparse
import gc
import importlib.util
import logging
import os
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Final

import bot
from bot.domain.errors import BackchannelError, SettingsError
from bot.domain.translation import _

if TYPE_CHECKING:
    from bot.settings import Settings

FAILED: Final = 1
WRONG_USE: Final = 2
DOTENV: Final = Path(".env")


def main(argv: Sequence[str] | None = None) -> int:
    """Do what the arguments (by default the process' own) ask for and return the exit code."""
    try:
        arguments = _parser().parse_args(argv)
    except SystemExit as end:  # argparse has said why
        return int(end.code or 0)
    try:
        _require_own_packages()
        return _answer(arguments)
    except SettingsError as error:
        sys.stderr.write(f"{error}\n")
        return WRONG_USE
    except BackchannelError as error:
        sys.stderr.write(f"{error}\n")
        return FAILED
    except KeyboardInterrupt:
        return FAILED
    except BrokenPipeError:  # whoever read our answer has enough of it
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return FAILED
    except Exception:
        logging.getLogger("backchannel").exception("crashed")
        return FAILED


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="backchannel",
        description=_("Announces a blog's posts on Discord and carries chosen replies back as comments."),
    )
    parser.add_argument("--version", action="version", version=f"backchannel {bot.__version__}")
    commands = parser.add_subparsers(dest="command", required=True, metavar=_("COMMAND"))
    commands.add_parser("init", help=_("write .env with a fresh key, and print the invite link"))
    commands.add_parser("check", help=_("look at token, permissions, database and blog, and say how to mend them"))
    commands.add_parser("run", help=_("start the bot"))
    _add_demo(commands.add_parser("demo", help=_("show everything on this machine, without any account")))
    status = commands.add_parser("status", help=_("tell what is announced, on its way, and waiting"))
    status.add_argument("--json", action="store_true", help=_("for machines"))
    why = commands.add_parser("why", help=_("tell why a post or a reply is where it is"))
    why.add_argument("asked", metavar=_("POST_OR_MESSAGE"), help=_("a post's address or title, a message's link or id"))
    backup = commands.add_parser("backup", help=_("copy the database while the bot goes on working"))
    backup.add_argument("file", metavar=_("FILE"), type=Path, help=_("where to; it must not exist"))
    commands.add_parser("migrate", help=_("bring the database to this version; a start does so too"))
    return parser


def _add_demo(demo: argparse.ArgumentParser) -> None:
    demo.add_argument("--walk", action="store_true", help=_("play the story by itself in the terminal, and end"))
    demo.add_argument("--blog", metavar=_("URL"), help=_("play it on this WordPress, where one comment is left"))
    demo.add_argument("--username", metavar=_("NAME"), help=_("the user on that blog"))
    demo.add_argument(
        "--application-password",
        metavar=_("PASSWORD"),
        help=_("that user's application password; better in the environment, as BLOG_APPLICATION_PASSWORD"),
    )
    demo.add_argument("--undo", action="store_true", help=_("with --walk: take that comment away again at the end"))
    demo.add_argument(
        "--port", metavar=_("NUMBER"), type=int, default=0, help=_("the page's port; without it, a free one")
    )
    demo.add_argument("--no-browser", action="store_true", help=_("print the page's address and open nothing"))
    demo.add_argument("--keep", metavar=_("FOLDER"), type=Path, help=_("leave the demo's database and log there"))


def _require_own_packages() -> None:
    """Raise SettingsError when another package named `db` or `cogs` would be imported instead of ours."""
    home = Path(bot.__file__).resolve().parent.parent
    for name in ("cogs", "db"):
        found = importlib.util.find_spec(name)
        place = Path(found.origin).resolve().parent if found and found.origin else None
        if place != home / name:
            raise SettingsError(
                _(
                    "Another package named {name} stands before Backchannel's own ({place}). "
                    "Start in another folder, with the command backchannel, in a virtual environment of its own."
                ).format(name=name, place=place or _("it is missing"))
            )


def _answer(arguments: argparse.Namespace) -> int:
    """Load the one module that the command needs: `--help` and a mistyped word stay quick."""
    match arguments.command:
        case "demo":
            return _demo(arguments)
        case "init":
            from bot.program.init import set_up

            return set_up(Path.cwd(), os.environ, out=sys.stdout)
        case "run":
            with _nothing_thrown_away():
                settings = _settings()
                from bot.program.run import run

            return run(settings)
        case "check":
            settings = _quiet_settings()
            from bot.program.check import check

            return check(settings, out=sys.stdout)
        case _:
            return _answer_from_database(arguments)


@contextmanager
def _nothing_thrown_away() -> Iterator[None]:
    """Look for no garbage meanwhile, and never in what is there at the end: modules stay, and cost a start a tenth."""
    gc.disable()
    try:
        yield
    finally:
        gc.freeze()
        gc.enable()


def _answer_from_database(arguments: argparse.Namespace) -> int:
    settings, now = _quiet_settings(), datetime.now(UTC)
    match arguments.command:
        case "status":
            from bot.program.status import show_status, show_status_json

            show = show_status_json if arguments.json else show_status
            return show(settings, now=now, out=sys.stdout)
        case "why":
            from bot.program.why import explain

            return explain(settings, arguments.asked, out=sys.stdout)
        case "backup":
            from bot.program.backup import back_up

            return back_up(settings, arguments.file, out=sys.stdout)
        case _:
            from bot.program.migrate import migrate

            return migrate(settings, now=now, out=sys.stdout)


def _demo(arguments: argparse.Namespace) -> int:
    if arguments.undo and not arguments.walk:
        raise SettingsError(_("--undo belongs to --walk; on the page everybody takes off what they sent."))
    if not arguments.walk:
        from bot.demo.page.play import run_page

        return run_page(
            blog=arguments.blog,
            username=arguments.username,
            application_password=arguments.application_password,
            keep=arguments.keep,
            port=arguments.port,
            opens_browser=not arguments.no_browser,
        )
    from bot.demo.walk import run_demo

    return run_demo(
        blog=arguments.blog,
        username=arguments.username,
        application_password=arguments.application_password,
        undo=arguments.undo,
        keep=arguments.keep,
    )


def _settings() -> "Settings":
    from bot.settings import load_settings

    return load_settings(os.environ, DOTENV)


def _quiet_settings() -> "Settings":
    """Return the settings with the logs set up so that only what went wrong is told beside the answer."""
    from bot.logs import set_up_logs

    settings = _settings()
    level = "debug" if settings.log_level == "debug" else "error"
    set_up_logs(level=level, log_format=settings.log_format, secrets=settings.secrets(), stream=sys.stderr)
    return settings


if __name__ == "__main__":
    sys.exit(main())

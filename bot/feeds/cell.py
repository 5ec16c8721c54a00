"""The cell: a process of its own that parses strangers' bytes, with little memory and little time.

Run as `python -m bot.feeds.cell`; it reads documents from its standard input and writes an answer to each,
as `bot.feeds.wire` frames them, until the input ends.
"""

import os
import resource
import sys
import traceback
from typing import BinaryIO, Final

from bot.feeds.reading import read_feed
from bot.feeds.recent import RecentEntries
from bot.feeds.screening import RefusedError
from bot.feeds.wire import LENGTH, Document, ParsedFeed, Refusal, Refused, pack_answer, unpack_document

CPU_SECONDS: Final = 5
"""For one document; an ordinary feed takes a hundredth of a second."""
MEMORY_BYTES: Final = 256 * 1024 * 1024


def main() -> None:
    """Answer documents until there are no more."""
    source, sink = sys.stdin.buffer, os.fdopen(os.dup(sys.stdout.fileno()), "wb")
    # Whatever a library prints must not end up between two answers.
    os.dup2(sys.stderr.fileno(), sys.stdout.fileno())
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY_BYTES, MEMORY_BYTES))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    recent = RecentEntries()
    while (said := _receive(source)) is not None and (body := _receive(source)) is not None:
        _allow_cpu()
        sink.write(pack_answer(answer(unpack_document(said, body), recent)))
        sink.flush()


def answer(document: Document, recent: RecentEntries) -> ParsedFeed | Refused:
    """Return what the document says, or why it was not read; MemoryError ends the cell."""
    try:
        return read_feed(document, recent)
    except RefusedError as error:
        return Refused(error.refusal)
    except (
        ArithmeticError,
        AssertionError,
        AttributeError,
        LookupError,
        RecursionError,
        TypeError,
        ValueError,
    ) as error:
        # A library stumbled over a stranger's bytes. Where it did so helps to mend it; what it says may quote them.
        place = traceback.extract_tb(error.__traceback__)[-1]
        return Refused(Refusal.FAULT, f"{type(error).__name__} in {place.name}, line {place.lineno}")


def _allow_cpu() -> None:
    used = resource.getrusage(resource.RUSAGE_SELF)
    _soft, hard = resource.getrlimit(resource.RLIMIT_CPU)
    # The limit counts from the start of the process, in whole seconds.
    resource.setrlimit(resource.RLIMIT_CPU, (int(used.ru_utime + used.ru_stime) + CPU_SECONDS + 1, hard))


def _receive(source: BinaryIO) -> bytes | None:
    prefix = source.read(LENGTH.size)
    if len(prefix) < LENGTH.size:
        return None
    (length,) = LENGTH.unpack(prefix)
    block = source.read(length)
    return block if len(block) == length else None


if __name__ == "__main__":
    main()

"""What must be true of both worlds after a life. Of our own database only the consents are asked."""

import re
from collections.abc import Iterator

from bot.demo.blog.controls import StoredComment
from bot.demo.loopback.world.models import Message
from bot.domain.relays import text_hash
from bot.text.markdown_to_html import markdown_to_html
from tests.lives.history import READERS_WORDS, Did, History, Read, Said, is_live, words_in
from tests.lives.places import QUEUE, Places
from tests.lives.store import BotsFile, Yes

EMOJI = "✅"


async def findings(places: Places, history: History, file: BotsFile) -> list[str]:
    """Return what is wrong, a line each."""
    look = Look(places, history, file.consents(), await places.comments())
    return [*look.consents(), *look.replies(), *look.thread(), *look.readers()]


class Look:
    """Both worlds as they are now, beside what happened."""

    def __init__(self, places: Places, history: History, consents: list[Yes], comments: list[StoredComment]) -> None:
        self._places = places
        self._history = history
        self._consents = consents
        self._comments = comments
        self._shown = places.bots(places.thread)
        self._queue = places.bots(places.channel(QUEUE))

    # --- consents --------------------------------------------------------------------------------

    def consents(self) -> Iterator[str]:
        """Every text that was ever on the blog has its own yes; what is there now has one that still stands."""
        ever = {yes.text_hash for yes in self._consents}
        for name, text in self._history.texts:
            if _hash(name, text) not in ever:
                yield f"“{text}” by {name!r} was on the blog and nobody agreed to it"
        for said in self._history.said:
            its_own = [yes for yes in self._consents if yes.message_id == said.message_id]
            standing = {yes.text_hash for yes in its_own if not yes.is_withdrawn}
            for comment in self._live(said):
                is_changed = comment.comment_id in self._history.changed
                if not is_changed and _hash(comment.author_name, words_in(comment)) not in standing:
                    yield f"reply {said.number} is on the blog ({words_in(comment)!r}) without a yes that stands"

    def _live(self, said: Said) -> list[StoredComment]:
        whose = self._history.whose
        return [one for one in self._comments if whose.get(one.comment_id) == said.number and is_live(one)]

    # --- replies ---------------------------------------------------------------------------------

    def replies(self) -> Iterator[str]:
        for said in self._history.said:
            live = self._live(said)
            if len(live) > 1:
                yield f"reply {said.number} is on the blog {len(live)} times"
            for line in self._must_be_gone(said):
                if live:
                    yield f"reply {said.number} is on the blog although {line}"
            yield from self._must_be_there(said, live)
            yield from self._text(said, live)
            yield from self._marks(said, live)
            yield from self._asked(said)
        lost = [said for said in self._history.said if not said.is_there and self._live(said)]
        held = sum(_number_in(one) for one in self._queue if _is_about_what_stays(one))
        if len(lost) > held:
            yield f"{len(lost)} replies without a message are on the blog, and the author was asked about {held}"

    def _must_be_gone(self, said: Said) -> Iterator[str]:
        if said.went_alone:
            yield "its message was deleted"
        if said.number in self._history.removed:
            yield "the blog's owner removed it"
        newest = said.last(Did.SENT, Did.TOOK_BACK, Did.CANCELLED)
        if newest is not None and newest[0] is not Did.SENT and Did.SENT not in said.maybe:
            yield f"its writer said no: {newest[0].value}"
        if newest is None and Did.SENT not in said.maybe:
            yield "its writer never agreed"
        decided = said.last(Did.PUBLISHED, Did.REFUSED, Did.UNDONE)
        is_a_no = decided is not None and decided[0] is not Did.PUBLISHED and Did.PUBLISHED not in said.maybe
        if is_a_no and decided is not None and newest is not None and _came_after(said, decided, newest):
            yield f"the author said no: {decided[0].value}"

    def _must_be_there(self, said: Said, live: list[StoredComment]) -> Iterator[str]:
        """Nothing is lost that was agreed to, let through, and left alone since."""
        steps = [did for did, _version in said.did if did in {Did.SENT, Did.PUBLISHED}]
        is_disturbed = (
            said.maybe
            or any(did not in {Did.SENT, Did.PUBLISHED, Did.EDIT_LEFT, Did.EDIT_REFUSED} for did, _v in said.did)
            or not said.is_there
            or said.number in self._history.removed
        )
        is_let_through = steps[-2:] == [Did.SENT, Did.PUBLISHED] or (said.writer.name == "Mira" and steps == [Did.SENT])
        if live or is_disturbed or not is_let_through:
            return
        if said.number in self._history.taken_away or self._cards(said, "Publish"):
            return  # gone before the bot saw it, or waiting anew for somebody who may decide
        yield f"reply {said.number} was let through and is not on the blog"

    def _text(self, said: Said, live: list[StoredComment]) -> Iterator[str]:
        """A comment says what its message says, or somebody was asked, or somebody said no."""
        for comment in live:
            text = words_in(comment)
            if comment.comment_id in self._history.changed or not said.is_there or text == said.text:
                continue
            if text.startswith(f"Reply {said.number}, typed "):
                continue
            if any(said.text in card.text for card in self._cards(said, "Publish the edit")):
                continue
            if said.preview and "Send the edited text" in said.preview.buttons and said.text in said.preview.text:
                continue  # its writer was shown it, and has not said a word
            newest = said.last(Did.EDIT_REFUSED, Did.EDIT_LEFT)
            if newest is not None and newest[1] == said.version:
                continue
            if said.maybe & {Did.EDIT_REFUSED, Did.EDIT_LEFT}:
                continue
            yield f"reply {said.number} says {text!r} on the blog and {said.text!r} in the thread, and nobody is asked"

    def _cards(self, said: Said, label: str) -> list[Message]:
        about = f"Reply {said.number},"
        return [card for card in self._queue if label in card.button_labels and about in card.text]

    def _marks(self, said: Said, live: list[StoredComment]) -> Iterator[str]:
        message = self._places.world.find_message(said.message_id)
        if message is None:
            return
        marks = [one for one in message.reactions.get(EMOJI, []) if one == self._places.world.bot.id]
        wanted = int(any(comment.status == "approved" for comment in live))
        if len(marks) != wanted:
            yield f"{len(marks)} marks on reply {said.number}, not {wanted}"

    def _asked(self, said: Said) -> Iterator[str]:
        questions = [one for one in self._shown if "See it first" in one.button_labels]
        n = sum(str(said.message_id) in one.text for one in questions)
        if n > 1:
            yield f"the writer of reply {said.number} is asked {n} times"
        for label in ("Publish", "Publish the edit"):
            if len(self._cards(said, label)) > 1:
                yield f"{len(self._cards(said, label))} cards “{label}” about reply {said.number}"

    # --- the thread's line -----------------------------------------------------------------------

    def thread(self) -> Iterator[str]:
        whose = self._history.whose
        published = [
            one for one in self._comments if whose.get(one.comment_id) and is_live(one) and one.status == "approved"
        ]
        counted = [read for read in self._public_readers() if not self._messages_of(read)]
        lines = [one.text for one in self._shown if re.search(r"\d+ (repl|comment).* on the blog", one.text)]
        if len(lines) > 1:
            yield f"{len(lines)} lines of good news"
        line = lines[0] if lines else ""
        for word, n in (("repl", len(published)), ("comment", len(counted))):
            told = re.search(rf"(\d+) {word}\w* (?:is|are|of)", line)
            if (int(told[1]) if told else 0) != n:
                yield f"the line says {line!r}, and there are {n} {word}…"

    # --- readers ---------------------------------------------------------------------------------

    def _public_readers(self) -> list[Read]:
        public = {one.comment_id for one in self._comments if one.status == "approved"}
        return [read for read in self._history.readers if read.comment_id in public]

    def _messages_of(self, read: Read) -> list[Message]:
        about = f"Reader {read.number},"
        return [one for one in self._shown if about in one.text]

    def readers(self) -> Iterator[str]:
        public = self._public_readers()
        for read in self._history.readers:
            shown = self._messages_of(read)
            if read not in public and shown:
                yield f"reader {read.number} is in the thread and not public on the blog"
            elif len(shown) > 1:
                yield f"reader {read.number} is in the thread {len(shown)} times"
            elif shown and f"> {read.text}" not in shown[0].text:
                yield f"reader {read.number} is in the thread with other words: {READERS_WORDS.findall(shown[0].text)}"
            elif read.parent in self._history.taken_away:
                continue  # the blog moves the answers of a deleted comment up, maybe before the bot saw whose they were
            elif read in public and read.parent is not None and not shown:
                yield f"reader {read.number} answered reply {read.parent} and is not in the thread"
            elif shown and read.parent is not None:
                yield from self._place(read, shown[0])

    def _place(self, read: Read, message: Message) -> Iterator[str]:
        answered = next(said for said in self._history.said if said.number == read.parent)
        target = (message.reference or {}).get("message_id")
        if answered.is_there and str(answered.message_id) != target:
            yield f"reader {read.number} does not stand under reply {read.parent}"


def _hash(name: str, text: str) -> str:
    return text_hash(name, markdown_to_html(text))


def _came_after(said: Said, decided: tuple[Did, int], sent: tuple[Did, int]) -> bool:
    newest = list(reversed(said.did))
    return newest.index(decided) < newest.index(sent)


def _is_about_what_stays(message: Message) -> bool:
    return "still on" in message.text or "stay on" in message.text or "stays on" in message.text


def _number_in(message: Message) -> int:
    found = re.match(r"(\d+) ", message.text)
    return int(found[1]) if found else 0

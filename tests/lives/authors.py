"""What the author and the blog's owner do: in Discord's queue, and on the blog itself."""

import random

from bot.demo.blog.controls import StoredComment
from bot.demo.loopback import Actor
from bot.demo.loopback.world.models import Message
from tests.lives.history import Did, Read, Said, is_live
from tests.lives.members import Members
from tests.lives.places import QUEUE

MODERATE = "Moderate comment"
SHUTS = ("Block this writer", "Stop relaying in this thread")
OPENS = ("Unblock this writer", "Relay in this thread again")
OBJECTIONS = ("nothing was done", "You take no replies", "takes nothing more")


class Authors(Members):
    """Steps of whoever speaks for the blog, and of its readers."""

    # --- in Discord ------------------------------------------------------------------------------

    async def approve(self, chance: random.Random) -> None:
        await self._decide(chance, "Publish", Did.PUBLISHED)

    async def refuse(self, chance: random.Random) -> None:
        await self._decide(chance, "Not this one", Did.REFUSED)

    async def undo(self, chance: random.Random) -> None:
        await self._decide(chance, "Undo", Did.UNDONE)

    async def publish_edit(self, chance: random.Random) -> None:
        await self._decide(chance, "Publish the edit", Did.EDIT_PUBLISHED)

    async def edit_goes_through(self, chance: random.Random) -> None:
        """Have an edit go all the way."""
        await self.edit(chance)
        if self.bot.is_alive:
            await self.bot.rest(is_held=self.is_holding or self.wire.is_deaf)
            await self.publish_edit(chance)

    async def refuse_edit(self, chance: random.Random) -> None:
        await self._decide(chance, "Keep the old text", Did.EDIT_REFUSED)

    async def _decide(self, chance: random.Random, label: str, did: Did) -> None:
        pairs = [(said, card) for said in self.history.said for card in self.in_queue(label, said)]
        if not pairs or not self.can_hear:
            return
        said, card = chance.choice(pairs)
        before = card.version
        answer = await self.press(self._author(chance), card, label, said, did)
        is_done = answer is not None and not any(one in answer.text for one in OBJECTIONS)
        if did is Did.REFUSED and answer is not None:  # a card that is not renewed yet may be about a published one
            is_done = "not to publish" in answer.text
        if is_done and card.version >= before:
            self.note(said, did)

    async def answer_removals(self, chance: random.Random) -> None:
        label = chance.choice(["Take them off the blog", "Keep them", "Undo"])
        notices = [one for one in self._notices() if label in one.button_labels]
        if notices and self.can_hear:
            await self.answered(self._author(chance).press(notices[-1], label))

    def _notices(self) -> list[Message]:
        """Return the notices about messages that vanished together."""
        return [one for one in self.places.bots(self.places.channel(QUEUE)) if "deleted on Discord" in one.text]

    async def moderate_here(self, chance: random.Random) -> None:
        said = self.any_said(chance)
        if said is None or not self.can_hear:
            return
        author = self._author(chance)
        menu = await self.answered(author.use_menu(MODERATE, self.places.thread, said.message_id))
        labels = [one for one in ("Approve", "Mark as spam", "Take it off the blog") if menu and one in menu.buttons]
        if menu is None or not labels:
            return
        label = chance.choice(labels)
        did = Did.UNDONE if label.startswith("Take") else Did.MODERATED
        if await self.press(author, menu, label, said, did) is not None:
            self.note(said, did)

    async def shut(self, chance: random.Random) -> None:
        """Block a writer or stop the thread."""
        await self._shut_or_open(self.any_said(chance), self._author(chance), chance.choice(SHUTS))

    async def open(self, chance: random.Random) -> None:
        """Take that back."""
        await self._shut_or_open(self.any_said(chance), self._author(chance), chance.choice(OPENS))

    async def open_all(self) -> None:
        """Let everything in again, however often an answer is lost."""
        for said in [one for one in self.history.said if one.is_there]:
            for label in OPENS:
                while await self._shut_or_open(said, self.places.person("Mira"), label):
                    pass

    async def _shut_or_open(self, said: Said | None, author: Actor, label: str) -> bool:
        """Use the author's menu, if there is such a button; return whether there was."""
        if said is None or not self.can_hear:
            return False
        menu = await self.answered(author.use_menu(MODERATE, self.places.thread, said.message_id))
        if menu is None or label not in menu.buttons:
            return False
        if label in SHUTS:  # an author's own reply that is on its way ends where its thread is stopped
            for one in self.history.said:
                if one.writer.name == "Mira":
                    one.maybe.add(Did.UNDONE)
        await self.answered(author.press(menu, label))
        return True

    # --- on the blog -----------------------------------------------------------------------------

    async def _any_comment(self, chance: random.Random) -> StoredComment | None:
        await self.observe()
        ours = [one for one in await self.places.comments() if one.comment_id in self.history.whose and is_live(one)]
        return chance.choice(ours) if ours else None

    async def moderate(self, chance: random.Random) -> None:
        comment = await self._any_comment(chance)
        if comment is not None:
            await self.places.blog.set_comment_status(comment.comment_id, chance.choice(["approved", "hold", "spam"]))

    async def owner_edits(self, chance: random.Random) -> None:
        comment = await self._any_comment(chance)
        if comment is not None:
            self.history.changed.add(comment.comment_id)
            await self.places.blog.edit_comment(comment.comment_id, f"The owner's words, {chance.randint(1, 99)}.")

    async def owner_removes(self, chance: random.Random) -> None:
        comment = await self._any_comment(chance)
        if comment is None:
            return
        self.history.taken_away.add(self.history.whose[comment.comment_id])
        if self.bot_has_seen(comment.comment_id):
            self.history.removed.add(self.history.whose[comment.comment_id])
        if chance.random() < 0.5:
            await self.places.blog.delete_comment(comment.comment_id)
        else:
            await self.places.blog.set_comment_status(comment.comment_id, "trash")

    def bot_has_seen(self, comment_id: int) -> bool:
        """Return whether the bot knows that this comment of ours is there."""
        raise NotImplementedError

    # --- readers ---------------------------------------------------------------------------------

    async def reader_writes(self, chance: random.Random) -> None:
        if len(self.history.readers) >= self.most_readers:
            return
        comment = await self._any_comment(chance)
        parent = comment if comment is not None and comment.status == "approved" and chance.random() < 0.8 else None
        number = len(self.history.readers) + 1
        read = Read(number, 0, None if parent is None else self.history.whose[parent.comment_id])
        read.is_public = chance.random() < 0.8
        read.comment_id = await self.places.blog.add_comment(
            self.places.post_id,
            read.text,
            name=f"Rosa {number}",
            parent_id=0 if parent is None else parent.comment_id,
            status="approved" if read.is_public else "hold",
        )
        self.history.readers.append(read)

    async def reader_changes(self, chance: random.Random) -> None:
        if not self.history.readers:
            return
        read = chance.choice(self.history.readers)
        if chance.random() < 0.5:
            read.version += 1
            await self.places.blog.edit_comment(read.comment_id, read.text)
        else:
            read.is_public = not read.is_public
            status = "approved" if read.is_public else chance.choice(["hold", "spam"])
            await self.places.blog.set_comment_status(read.comment_id, status)

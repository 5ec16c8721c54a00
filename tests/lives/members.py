"""What members do in the thread, and what writers decide about their own replies."""

import random

from bot.demo.loopback import Actor, Answer
from tests.lives.hands import MENU, Hands
from tests.lives.history import Did, Said

TAKE_BACK = ("Take it off the blog", "Take it back", "Withdraw my yes")


class Members(Hands):
    """Steps of whoever writes."""

    async def write(self, chance: random.Random) -> None:
        if len(self.history.said) >= self.most_messages:
            return
        writer = self.places.person(chance.choice(["Ada", "Ada", "Ben", "Ben", "Mira"]))
        number = len(self.history.said) + 1
        said = Said(number, 0, writer)
        answered = [one.id for one in self.places.world.messages(self.places.thread.id)]
        reply_to = chance.choice(answered) if answered and chance.random() < 0.4 else None
        said.message_id = await writer.say(self.places.thread, said.text, reply_to=reply_to)
        self.history.said.append(said)

    async def edit(self, chance: random.Random) -> None:
        said = self.any_said(chance)
        if said is not None:
            said.version += 1
            await said.writer.edit(self.places.thread, said.message_id, said.text)

    async def delete(self, chance: random.Random) -> None:
        said = self.any_said(chance)
        if said is not None:
            said.is_there = False
            said.went_alone = self.bot.is_alive and not self.wire.is_deaf
            await said.writer.delete(self.places.thread, said.message_id)

    async def purge(self, chance: random.Random) -> None:
        there = [said for said in self.history.said if said.is_there]
        gone = chance.sample(there, k=chance.randint(0, len(there)))
        for said in gone:
            said.is_there = False
        if gone:
            self.places.world.delete_many(self.places.thread, [said.message_id for said in gone])

    async def _menu(self, who: Actor, said: Said) -> Answer | None:
        """Use *Send to blog*; an author's own message goes out by that alone."""
        if who.name == "Mira" and said.writer.id == who.id:
            said.maybe.add(Did.SENT)
        answer = await self.answered(who.use_menu(MENU, self.places.thread, said.message_id))
        is_writers = answer is not None and said.writer.id == who.id
        if answer is not None and is_writers and Did.SENT in said.maybe and _is_agreed(answer):
            said.maybe.discard(Did.SENT)
            newest = said.last(Did.SENT, Did.TOOK_BACK)
            if newest is None or newest[0] is Did.TOOK_BACK:  # taken back before it was sent, and sent again
                self.note(said, Did.SENT)
        return answer

    async def propose(self, chance: random.Random) -> None:
        said = self.any_said(chance)
        if said is not None and self.can_hear:
            await self._propose(said)

    async def _propose(self, said: Said) -> None:
        answer = await self._menu(said.writer, said)
        if answer is None:
            return
        said.preview = answer

    async def ask(self, chance: random.Random) -> None:
        said = self.any_said(chance)
        if said is not None and self.can_hear and said.writer.name != "Mira":
            await self._menu(self._author(chance), said)

    async def suggest(self, chance: random.Random) -> None:
        said = self.any_said(chance)
        other = self.places.person(chance.choice(["Ada", "Ben"]))
        if said is not None and self.can_hear and said.writer.id != other.id:
            await self._menu(other, said)

    async def see(self, chance: random.Random) -> None:
        await self._answer_question(chance, "See it first")

    async def decline(self, chance: random.Random) -> None:
        await self._answer_question(chance, "No, thanks")

    async def _answer_question(self, chance: random.Random, label: str) -> None:
        asked = [one for one in self.places.bots(self.places.thread) if label in one.button_labels]
        if not asked or not self.can_hear:
            return
        question = chance.choice(asked)
        said = next((one for one in self.history.said if str(one.message_id) in question.text), None)
        if said is None:
            return
        answer = await self.answered(said.writer.press(question, label))
        if answer is not None and label == "See it first":
            said.preview = answer

    async def change(self, chance: random.Random) -> None:
        said = self.any_said(chance)
        if said is None or not self.can_hear or not _offers(said, "Change text or name"):
            return
        assert said.preview is not None
        form = await self.answered(said.writer.press(said.preview, "Change text or name"))
        if form is None or form.modal is None:
            return
        said.typed += 1
        answer = await self.answered(said.writer.submit(form, {"Your comment": said.typed_text}))
        if answer is not None:
            said.preview = answer

    async def consent(self, chance: random.Random) -> None:
        said = self.any_said(chance)
        if said is not None and self.can_hear:
            await self._consent(said)

    async def _consent(self, said: Said) -> None:
        if not _offers(said, "Send"):
            return
        assert said.preview is not None
        answer = await self.press(said.writer, said.preview, "Send", said, Did.SENT)
        if answer is not None:
            said.preview = answer
            if _is_agreed(answer):
                self.note(said, Did.SENT)

    async def cancel(self, chance: random.Random) -> None:
        said = self.any_said(chance)
        if said is None or not self.can_hear or not _offers(said, "Cancel"):
            return
        assert said.preview is not None
        answer = await self.press(said.writer, said.preview, "Cancel", said, Did.CANCELLED)
        if answer is not None and "stays on Discord" in answer.text:
            self.note(said, Did.CANCELLED)

    async def withdraw(self, chance: random.Random) -> None:
        said = self.any_said(chance)
        if said is None or not self.can_hear:
            return
        shown = await self._menu(said.writer, said)
        label = next((label for label in TAKE_BACK if shown is not None and label in shown.buttons), None)
        if shown is None or label is None:
            return
        answer = await self.press(said.writer, shown, label, said, Did.TOOK_BACK)
        if answer is not None and "All right" in answer.text:
            self.note(said, Did.TOOK_BACK)

    async def decide_edit(self, chance: random.Random) -> None:
        """Use the menu on a message that was edited, and say yes or no to the edited text."""
        said = self.any_said(chance)
        if said is None or not self.can_hear:
            return
        shown = await self._menu(said.writer, said)
        if shown is None:
            return
        label, did = chance.choice(
            [("Send the edited text", Did.EDIT_SENT), ("Leave it as it is", Did.EDIT_LEFT)],
        )
        if label not in shown.buttons:
            said.preview = shown
            return
        answer = await self.press(said.writer, shown, label, said, did)
        if answer is not None and (did is Did.EDIT_SENT or "All right" in answer.text):
            self.note(said, did)

    def _author(self, chance: random.Random) -> Actor:
        is_editor = chance.random() < 0.5 and not self.history.is_role_taken
        return self.places.person("Nora" if is_editor else "Mira")

    async def bring(self, chance: random.Random) -> None:
        """Have a message go all the way, so that most of a life is what comes after."""
        await self.write(chance)
        said = self.any_said(chance)
        if said is None or not self.can_hear:
            return
        await self._propose(said)
        await self._consent(said)
        if self.bot.is_alive:
            await self.bot.rest(is_held=self.is_holding)
        await self._publish(said, self._author(chance))

    async def _publish(self, said: Said, author: Actor) -> None:
        cards = self.in_queue("Publish", said)
        if not cards or not self.can_hear:
            return
        answer = await self.press(author, cards[0], "Publish", said, Did.PUBLISHED)
        if answer is not None and "Undo" in answer.buttons:
            self.note(said, Did.PUBLISHED)


def _offers(said: Said, label: str) -> bool:
    return said.preview is not None and label in said.preview.buttons and not said.preview.is_deleted


def _is_agreed(answer: Answer) -> bool:
    return bool(set(TAKE_BACK) & set(answer.buttons))

"""The story that is played: three posts, an edited title, an /announce, six replies.

Each step says when it is possible and does it; it tells whether the bot confirmed it. Whoever plays it does the next
possible step until all are done, so it ends wherever the bot was killed: what was not confirmed is done again, as a
person would do who saw "The application did not respond". What was confirmed is never done again: losing that is
what the story is there to find.
"""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from bot.demo.loopback.actors import Actor
from bot.demo.loopback.answers import Answer
from bot.demo.loopback.world.models import Channel, Message
from tests.kill.worlds import World

MENU = "Send to blog"
OLD = "What a window sill can carry"
FIRST, SECOND, THIRD = "The first peas are up", "Slugs at dsuk", "A frame of willow"
SECOND_EDITED = "Slugs at dusk"
TITLES = (OLD, FIRST, SECOND_EDITED, THIRD)
BODY = "<p>Eleven days in the ground, and every morning a look.</p>"
CHANGE_SECONDS = 3.0


class Way(StrEnum):
    """How a reply gets to the blog."""

    OWN_PICK = "its writer sends it, the author publishes it"
    REFUSED = "its writer sends it, the author refuses it"
    ASKED = "the author asks for it, its writer agrees"
    AUTHORS_OWN = "the author sends their own"


@dataclass(frozen=True, slots=True, kw_only=True)
class ToldReply:
    """One reply: who writes what under which post, and how it must look on the blog."""

    writer: str
    post: str
    text: str
    html: str
    """As the blog stores it, whose own filter takes paragraphs away from a user without `unfiltered_html`."""
    way: Way
    answers: str | None = None

    @property
    def sent(self) -> str:
        """The same as we send it: our links bear one word more."""
        return self.html.replace("nofollow ugc", "nofollow ugc noopener")


REPLIES = (
    ToldReply(
        writer="ada",
        post=FIRST,
        text="I use **bubble wrap** on willow rods.",
        html="I use <strong>bubble wrap</strong> on willow rods.",
        way=Way.OWN_PICK,
    ),
    ToldReply(
        writer="ben",
        post=FIRST,
        text="Does it not tear?",
        html="Does it not tear?",
        way=Way.OWN_PICK,
        answers="I use **bubble wrap** on willow rods.",
    ),
    ToldReply(
        writer="ada",
        post=SECOND,
        text="I simply shout at them.",
        html="I simply shout at them.",
        way=Way.REFUSED,
    ),
    ToldReply(
        writer="ben",
        post=SECOND,
        text="Copper tape, twice around, see https://tape.example/slugs",
        html="Copper tape, twice around, see "
        '<a href="https://tape.example/slugs" rel="nofollow ugc">https://tape.example/slugs</a>',
        way=Way.ASKED,
    ),
    ToldReply(
        writer="author",
        post=THIRD,
        text="The willow was cut in *February*.",
        html="The willow was cut in <em>February</em>.",
        way=Way.AUTHORS_OWN,
    ),
    ToldReply(
        writer="ada",
        post=OLD,
        text="Mine carries three cats.",
        html="Mine carries three cats.",
        way=Way.ASKED,
    ),
)


@dataclass(slots=True)
class Step:
    """One thing that a person does. `do` returns whether it is done for good."""

    name: str
    is_possible: Callable[[], bool]
    do: Callable[[], Awaitable[bool]]
    is_done: bool = False
    tries: int = 0


class Story:
    """The steps, bound to one world."""

    def __init__(self, world: World[Any]) -> None:
        self._world = world
        self.post_ids: dict[str, int] = {}
        self._publishing: dict[str, asyncio.Task[int]] = {}
        self.message_ids: dict[str, int] = {}
        self.steps = [*self._post_steps(), *(step for reply in REPLIES for step in self._reply_steps(reply))]

    def next_step(self) -> Step | None:
        """Return the first step that is possible now."""
        return next((step for step in self.steps if not step.is_done and step.is_possible()), None)

    @property
    def is_told(self) -> bool:
        """Whether every step is done."""
        return all(step.is_done for step in self.steps)

    async def begin(self) -> None:
        """Write the post that is there before the bot comes."""
        await self._publish(OLD)

    # --- what is seen ----------------------------------------------------------------------------

    def card(self, title: str) -> Message | None:
        """Return the first announcement that shows a title."""
        return next((one for one in self._world.bots(self._world.news) if title in one.text), None)

    def thread(self, title: str) -> Channel | None:
        """Return the thread of the post that was published under this title."""
        titles = (SECOND, SECOND_EDITED) if title == SECOND else (title,)
        cards = [card for one in titles if (card := self.card(one)) is not None]
        return self._world.discord.world.channels.get(cards[0].id) if cards else None

    def _card_in_queue(self, reply: ToldReply, label: str) -> Message | None:
        found = self._world.bots(self._world.queue)
        return next((one for one in found if is_about(reply, one) and label in one.button_labels), None)

    def _question(self, reply: ToldReply) -> Message | None:
        thread = self.thread(reply.post)
        link = f"/{self.message_ids.get(reply.text, 0)}"
        found = self._world.bots(thread) if thread is not None else []
        return next((one for one in found if link in one.text and "See it first" in one.button_labels), None)

    def _actor(self, reply: ToldReply) -> Actor:
        actor: Actor = getattr(self._world, reply.writer)
        return actor

    # --- posts -----------------------------------------------------------------------------------

    def _post_steps(self) -> list[Step]:
        return [
            Step("publish the first", self._world.is_feed_remembered, lambda: self._publish(FIRST)),
            Step("publish the second", lambda: self.card(FIRST) is not None, lambda: self._publish(SECOND)),
            Step("mend the title", lambda: self.thread(SECOND) is not None, self._mend),
            Step("announce the old one", lambda: self.thread(SECOND) is not None, self._announce),
            Step("publish the third", lambda: SECOND in self.post_ids, lambda: self._publish(THIRD)),
        ]

    async def _publish(self, title: str) -> bool:
        # published once, whoever dies meanwhile: a second post would be the doing of the story, not of the bot
        publishing = self._publishing.get(title) or asyncio.create_task(self._world.blog.publish(title, BODY))
        self._publishing[title] = publishing
        self.post_ids[title] = await asyncio.shield(publishing)
        self._world.titles.append(title)
        return True

    async def _mend(self) -> bool:
        await self._world.blog.edit_post(self.post_ids[SECOND], title=SECOND_EDITED)
        self._world.titles[self._world.titles.index(SECOND)] = SECOND_EDITED
        return True

    async def _announce(self) -> bool:
        address = await self._world.blog.post_address(self.post_ids[OLD])
        answer = await self._world.author.use_command("announce", in_channel=self._world.news, post=address)
        if "Change its lead line" in answer.buttons:
            return True
        if "Announce" not in answer.buttons:
            return False
        pressed = await shown(await self._world.author.press(answer, "Announce"))
        return "is being announced" in pressed.text or "Change its lead line" in pressed.buttons

    # --- replies ---------------------------------------------------------------------------------

    def _reply_steps(self, reply: ToldReply) -> list[Step]:
        def is_said() -> bool:
            return reply.text in self.message_ids

        def may_be_said() -> bool:
            is_answerable = reply.answers is None or reply.answers in self.message_ids
            return self.thread(reply.post) is not None and is_answerable

        say = Step(f"say {reply.text}", may_be_said, lambda: self._say(reply))
        if reply.way is Way.ASKED:
            ask = Step(f"ask for {reply.text}", is_said, lambda: self._ask(reply))
            agree = Step(f"agree to {reply.text}", lambda: False, lambda: self._agree_when_asked(reply))
            agree.is_possible = lambda: ask.is_done and (agree.tries > 0 or self._question(reply) is not None)
            return [say, ask, agree]
        send = Step(f"send {reply.text}", is_said, lambda: self._send(reply))
        if reply.way is Way.AUTHORS_OWN:
            return [say, send]
        label = "Not this one" if reply.way is Way.REFUSED else "Publish"
        decide = Step(
            f"{label}: {reply.text}",
            lambda: self._may_be_decided(reply, label),
            lambda: self._decide(reply, label),
        )
        return [say, send, decide]

    def _may_be_decided(self, reply: ToldReply, label: str) -> bool:
        """An answer to a reply that is not on its way would rightly stand alone, so the author takes them in turn."""
        earlier = next((step for step in self.steps if step.name == f"Publish: {reply.answers}"), None)
        is_in_turn = earlier is None or earlier.is_done
        return is_in_turn and any(self._card_in_queue(reply, one) for one in (label, "Undo"))

    async def _say(self, reply: ToldReply) -> bool:
        thread = self.thread(reply.post)
        assert thread is not None
        reply_to = self.message_ids[reply.answers] if reply.answers else None
        self.message_ids[reply.text] = await self._actor(reply).say(thread, reply.text, reply_to=reply_to)
        return True

    async def _use_menu(self, actor: Actor, reply: ToldReply) -> Answer:
        thread = self.thread(reply.post)
        assert thread is not None
        return await actor.use_menu(MENU, thread, self.message_ids[reply.text])

    async def _send(self, reply: ToldReply) -> bool:
        return await self._agree(self._actor(reply), await self._use_menu(self._actor(reply), reply))

    async def _ask(self, reply: ToldReply) -> bool:
        answer = await self._use_menu(self._world.author, reply)
        return "yes of its writer" in answer.text

    async def _agree_when_asked(self, reply: ToldReply) -> bool:
        writer, asked = self._actor(reply), self._question(reply)
        if asked is not None:
            return await self._agree(writer, await shown(await writer.press(asked, "See it first")))
        answer = await self._use_menu(writer, reply)
        return _is_agreed(answer)

    async def _agree(self, writer: Actor, answer: Answer) -> bool:
        if "Send" in answer.buttons:
            answer = await shown(await writer.press(answer, "Send"))
        return _is_agreed(answer)

    async def _decide(self, reply: ToldReply, label: str) -> bool:
        card = self._card_in_queue(reply, label)
        if card is None:  # an earlier press counted, and its answer was lost
            return self._card_in_queue(reply, "Undo") is not None
        answer = await shown(await self._world.author.press(card, label))
        return "Undo" in answer.buttons


def is_about(reply: ToldReply, card: Message) -> bool:
    """Return whether a queue card shows the reply, and not only quotes it as what another one answers."""
    lines = [line for line in card.text.splitlines() if not line.startswith("Answers ")]
    return reply.text.split("**")[0] in "\n".join(lines)


async def shown(answer: Answer) -> Answer:
    """Wait for what follows an acknowledged press."""
    return await answer.updated(timeout=CHANGE_SECONDS) if answer.kind == "deferred-update" else answer


def _is_agreed(answer: Answer) -> bool:
    return bool({"Take it back", "Take it off the blog"} & set(answer.buttons))

"""Where entries are announced as the bot does it, and what was sent is held against what it may be."""

from collections.abc import Iterator
from dataclasses import dataclass

from bot.chat.announcer import Announcer
from bot.domain.models import Entry
from bot.text.cards import post_card, thread_name
from tests.adapters.chat.conftest import Place
from tests.hostile.discord_payloads import faults_of, faults_of_thread

MESSAGES = "/channels/{channel_id}/messages"
THREADS = "/channels/{channel_id}/messages/{message_id}/threads"


@dataclass
class Outlet:
    """A channel of the loopback Discord."""

    place: Place
    announcer: Announcer
    sent: int = 0
    judged: int = 0

    async def announce(self, entry: Entry, *, lead: str, blog_title: str) -> None:
        """Send a post's card and open its thread, which sleeps at once: a server has room for a thousand."""
        self.sent += 1
        card = post_card(entry, lead=lead, blog_title=blog_title)
        message_id = await self.announcer.send(self.place.channel.id, card, nonce=f"nonce{self.sent}")
        await self.announcer.open_thread(self.place.channel.id, message_id, name=thread_name(entry))
        self.place.loopback.world.archive_thread(message_id)

    def faults(self) -> Iterator[str]:
        """Yield what acts in what was sent since the last time."""
        requests = self.place.loopback.requests[self.judged :]
        self.judged += len(requests)
        for request in requests:
            if request.template == MESSAGES:
                yield from faults_of(request.json)
            elif request.template == THREADS:
                yield from faults_of_thread(request.json)
        for message in self.place.loopback.world.messages(self.place.channel)[-len(requests) :]:
            if message.mentioned_user_ids or message.mentions_everyone:
                yield f"a ping by {message.text!r}"

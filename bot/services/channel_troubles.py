"""What the author is told when a channel is in the way of an announcement: once for each trouble, not once a post."""

from enum import StrEnum

from bot.domain.messages import OutgoingMessage
from bot.domain.ports import Clock, Randomness
from bot.domain.translation import _
from bot.services.notices import tell_author
from bot.text.escape import escape_markdown
from db import ledger, subscriptions
from db.engine import Transaction

TOO_MANY_THREADS = "too_many_threads"


class Trouble(StrEnum):
    """A trouble that lasts until somebody mends it, by the purpose of the message that tells of it."""

    NO_MESSAGE = ledger.Purpose.CHANNEL_ALERT.value
    NO_THREAD = ledger.Purpose.THREAD_ALERT.value


class ChannelTroubles:
    """Writes down what the author must hear about a channel, and takes it back when it is over."""

    def __init__(self, clock: Clock, randomness: Randomness) -> None:
        self._clock = clock
        self._randomness = randomness

    async def wait(self, tx: Transaction, subscription_id: int, trouble: Trouble, *, reason: str, why: str) -> None:
        """Tell that announcements (or their threads) wait, and why: `why` is a sentence."""
        subscription, blog = await subscriptions.get(tx, subscription_id)
        if trouble is Trouble.NO_MESSAGE:
            sentence = _(
                "I cannot announce **{blog}** in <#{channel}> now. {why} Nothing is lost: its posts wait until that "
                "is mended."
            )
        elif reason == TOO_MANY_THREADS:
            sentence = _(
                "I announced **{blog}** in <#{channel}> without a thread. {why} I open it once there is room: closing "
                "old threads makes some."
            )
        else:
            sentence = _(
                "I announced **{blog}** in <#{channel}> without a thread. {why} I open it once that is mended."
            )
        text = sentence.format(blog=escape_markdown(blog.title or blog.url), channel=subscription.channel_id, why=why)
        await self._tell(tx, subscription_id, trouble, text)

    async def channel_deleted(self, tx: Transaction, subscription_id: int) -> None:
        """Pause the blog there, for nothing can be announced in a channel that is gone, and tell it."""
        subscription, blog = await subscriptions.get(tx, subscription_id)
        subscription.is_paused = True
        text = _(
            "The channel in which I announced **{blog}** is not there any more, so I paused it there. "
            "**/blog connect** announces it in another one."
        ).format(blog=escape_markdown(blog.title or blog.url))
        await self._tell(tx, subscription_id, Trouble.NO_MESSAGE, text)

    async def over(self, tx: Transaction, subscription_id: int, trouble: Trouble) -> None:
        """Take back what was told of a trouble that is over."""
        purpose, about = ledger.Purpose(trouble.value), ledger.Subject(subscription_id=subscription_id)
        row = await ledger.find(tx, purpose, about)
        if row is not None:
            key = self._randomness.key()
            await ledger.want(tx, purpose, about, None, kind=ledger.Kind.MESSAGE, key=key, now=self._clock())

    async def _tell(self, tx: Transaction, subscription_id: int, trouble: Trouble, text: str) -> None:
        await tell_author(
            tx,
            ledger.Purpose(trouble.value),
            ledger.Subject(subscription_id=subscription_id),
            OutgoingMessage(text=text),
            about=await subscriptions.get(tx, subscription_id),
            key=self._randomness.key(),
            now=self._clock(),
        )

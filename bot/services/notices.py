"""Where the author is told something: the queue channel, else a direct message, else a line in the channel."""

from datetime import datetime
from typing import Any

from bot.domain.messages import OutgoingMessage
from bot.domain.translation import _
from bot.services.messages import wish
from db import ledger
from db.engine import Transaction
from db.models import LedgerRow, StoredBlog, Subscription


def authors_wish(
    subscription: Subscription, blog: StoredBlog, message: OutgoingMessage
) -> tuple[dict[str, Any], int | None]:
    """Return what a row that tells the author something wants, and its channel (None: a direct message).

    Without a queue channel it goes to whoever connected the blog, else to the guild's owner; where
    direct messages are closed, a line in the announcements' channel says only that something waits.
    """
    if subscription.queue_channel_id is not None:
        return wish(message, channel_id=subscription.queue_channel_id), subscription.queue_channel_id
    closed = OutgoingMessage(
        text=_("Something waits for the blog's author here, and I cannot write to them directly. **/queue** shows it.")
    )
    wanted = wish(message, fallback=closed, fallback_channel_id=subscription.channel_id)
    if blog.connected_by is None:
        wanted["owner_of_guild_id"] = subscription.guild_id
    else:
        wanted["direct_user_id"] = blog.connected_by
    return wanted, None


async def tell_author(
    tx: Transaction,
    purpose: ledger.Purpose,
    subject: ledger.Subject,
    message: OutgoingMessage,
    *,
    about: tuple[Subscription, StoredBlog],
    key: str,
    now: datetime,
) -> LedgerRow:
    """Want the author to be told; the same purpose and subject is one message, edited when it changes."""
    wanted, channel_id = authors_wish(*about, message)
    return await ledger.want(
        tx, purpose, subject, wanted, kind=ledger.Kind.MESSAGE, key=key, now=now, channel_id=channel_id
    )

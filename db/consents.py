"""A writer's yes as it is kept: whose, to which text, by what wording. A row is never changed, only taken back."""

from datetime import datetime

from sqlalchemy import func, select, update

from db.engine import Transaction
from db.models import Consent, Relay
from db.relays import Place


async def give(
    tx: Transaction,
    relay: Relay,
    place: Place,
    *,
    text_hash: str,
    wording: str,
    now: datetime,
    interaction_id: int | None,
    edited_at: datetime | None = None,
) -> None:
    """Keep the writer's yes to the text with this hash going to this blog.

    `interaction_id` is the click that said it; None: an edit (made at `edited_at`) that an earlier yes covers.
    """
    tx.add(
        Consent(
            relay_id=relay.id,
            writer_id=relay.writer_id,
            guild_id=relay.guild_id,
            blog_url=place.blog.url,
            interaction_id=interaction_id,
            edited_at=edited_at,
            wording=wording,
            text_hash=text_hash,
            agreed_at=now,
        )
    )
    await tx.flush()


async def given_to(tx: Transaction, relay: Relay, text_hash: str | None) -> Consent | None:
    """Return the writer's yes to exactly the text with this hash, unless it was taken back."""
    return await tx.scalar(
        select(Consent)
        .where(
            Consent.relay_id == relay.id,
            Consent.writer_id == relay.writer_id,
            Consent.text_hash == text_hash,
            Consent.withdrawn_at.is_(None),
        )
        .order_by(Consent.id.desc())
        .limit(1)
    )


async def withdraw(tx: Transaction, relay_id: int, *, now: datetime) -> None:
    """Note that the writer's yes no longer holds. The rows stay, for they are proof."""
    await tx.execute(
        update(Consent).where(Consent.relay_id == relay_id, Consent.withdrawn_at.is_(None)).values(withdrawn_at=now)
    )


async def count_replies(tx: Transaction, *, blog_url: str, since: datetime) -> int:
    """Return how many replies writers agreed since then to send to a blog's address, in all guilds.

    However often one is edited, or taken back and sent again, it counts once: nobody fills a blog for all by that.
    """
    query = select(func.count(Consent.relay_id.distinct())).where(
        Consent.blog_url == blog_url, Consent.agreed_at > since, Consent.edited_at.is_(None)
    )
    return await tx.scalar(query) or 0

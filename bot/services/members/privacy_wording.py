"""What /privacy says, in sentences."""

from bot.domain.relays import RelayState
from bot.domain.translation import _, plural
from bot.domain.why import relay_sentence
from bot.services.relaying.relay_wording import blog_name
from db.models import Consent
from db.privacy import Kept, Proof


def kept_sentences(kept: Kept, *, is_asked: bool, is_forgotten: bool) -> list[str]:
    """Return what is kept about a member, one sentence each."""
    counted = [
        (kept.replies, _replies(kept)),
        (
            kept.consents,
            plural(
                "{n} recorded yes of yours: when, which click, which wording, which blog, and the text's hash.",
                "{n} recorded yeses of yours: when, which click, which wording, which blog, and the text's hash.",
                kept.consents,
            ).format(n=kept.consents),
        ),
        (
            kept.emails,
            plural(
                "{n} e-mail address that stands for you on a blog: random, and no mail can reach it.",
                "{n} e-mail addresses that stand for you on blogs: random, and no mail can reach them.",
                kept.emails,
            ).format(n=kept.emails),
        ),
        (
            kept.decisions,
            plural(
                "Your id on {n} reply of somebody else that you picked or decided.",
                "Your id on {n} replies of others that you picked or decided.",
                kept.decisions,
            ).format(n=kept.decisions),
        ),
        (
            kept.other_deeds,
            plural(
                "Your id on {n} other thing that you decided for a blog, such as connecting it or closing a thread.",
                "Your id on {n} other things that you decided for a blog, such as connecting it or closing a thread.",
                kept.other_deeds,
            ).format(n=kept.other_deeds),
        ),
        (
            kept.suggested,
            plural(
                "{n} message of yours that others suggest for the blog, with its text, until the author has looked.",
                "{n} messages of yours that others suggest for the blog, with their text, until the author has looked.",
                kept.suggested,
            ).format(n=kept.suggested),
        ),
        (
            kept.suggestions,
            plural(
                "That you suggested {n} reply of somebody else.",
                "That you suggested {n} replies of others.",
                kept.suggestions,
            ).format(n=kept.suggestions),
        ),
        (
            kept.stances,
            plural(
                "What the author of {n} blog noted about your replies: to trust them, or not to take them.",
                "What the authors of {n} blogs noted about your replies: to trust them, or not to take them.",
                kept.stances,
            ).format(n=kept.stances),
        ),
    ]
    sentences = [sentence for count, sentence in counted if count]
    if kept.is_pinged_here:
        sentences.append(_("That you want to be pinged in this server when a reader answers you."))
    if not sentences:
        sentences.append(_("Nothing that you wrote, agreed to or decided."))
    if is_forgotten:
        sentences.append(_("A mark that tells nobody who you are: you were forgotten, so authors do not ask you."))
    elif not is_asked:
        sentences.append(_("That you do not want to be asked in this server."))
    return sentences


def _replies(kept: Kept) -> str:
    text = plural(
        "{n} message of yours that was picked for a blog, of which {texts} with its text. A text is deleted thirty "
        "days after its way has ended.",
        "{n} messages of yours that were picked for a blog, of which {texts} with their text. A text is deleted thirty "
        "days after its way has ended.",
        kept.replies,
    )
    return text.format(n=kept.replies, texts=kept.texts)


def proof_lines(number: int, proof: Proof) -> list[str]:
    """Return one consent with all that proves it."""
    consent, relay = proof.consent, proof.relay
    blog = blog_name(proof.blog)
    lines = [
        _("{number}. **{blog}** ({url}), {time}").format(
            number=number, blog=blog, url=consent.blog_url, time=f"<t:{int(consent.agreed_at.timestamp())}:f>"
        ),
        relay_sentence(RelayState(relay.state), relay.reason, blog=blog),
        _what_agreed(consent),
        *[f"> {line}" for line in consent.wording.splitlines()],
        _("The SHA-256 of name and text: `{hash}`").format(hash=consent.text_hash),
    ]
    return lines + _withdrawal(consent)


def _what_agreed(consent: Consent) -> str:
    if consent.interaction_id is not None:
        return _("You pressed the button of interaction {interaction} under these words:").format(
            interaction=consent.interaction_id
        )
    edited = consent.edited_at or consent.agreed_at
    return _("You edited your message {time}, and these words that you had agreed to let the edit follow:").format(
        time=f"<t:{int(edited.timestamp())}:f>"
    )


def _withdrawal(consent: Consent) -> list[str]:
    if consent.withdrawn_at is None:
        return []
    return [_("Taken back {time}.").format(time=f"<t:{int(consent.withdrawn_at.timestamp())}:f>")]

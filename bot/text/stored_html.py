"""What a blog leaves of a comment's HTML, so that our own text can be told from somebody else's."""

from typing import Final

_KEPT: Final = {"a", "b", "blockquote", "code", "del", "em", "i", "s", "strike", "strong"}
"""Of what WordPress lets a comment keep (its global `$allowedtags`), what a reader could see changed."""


def stored_form(html: str) -> str:
    """Return what is the same of a text before and after a blog stored it: words, emphasis and links' addresses.

    WordPress drops paragraphs, lists and `<pre>` for whoever may not post unfiltered HTML, adds `rel` to links and
    spells entities in its own way.
    """
    import nh3  # noqa: PLC0415 - imported here: a start needs no sanitizer

    kept = nh3.clean(html, tags=_KEPT, attributes={"a": {"href"}}, clean_content_tags=set(), link_rel=None)
    return "".join(kept.split())

"""A Discord message's Markdown as the HTML of a comment.

Discord's own grammar is parsed, then HTML is built from scratch with a dozen elements of ours. The result
also stands when WordPress keeps only its few comment tags: blocks are parted by blank lines, lines by newlines.
"""

import re
from collections.abc import Iterable, Mapping

from bot.domain.errors import PermanentError
from bot.text.blocks import Block, Code, Heading, Item, Listing, Paragraph, Quote, parse_blocks
from bot.text.characters import clean_text
from bot.text.clean_html import html_is_clean
from bot.text.inlines import Inlines, element, escape_html
from bot.text.limits import COMMENT_CONTENT_BYTES, cut

LONGEST_INPUT = 16_000
"""Characters that are read at all: four times the longest message."""

_TAGS_OF_OURS = re.compile(r"<[^>]*>")
_NO_CHANNELS: Mapping[int, str] = {}


def markdown_to_html(text: str, *, channel_names: Mapping[int, str] = _NO_CHANNELS) -> str:
    """Return a message as a comment's HTML, at most 65,525 bytes; "" when nothing can be read in it.

    `channel_names` are the channels that may be named, by id. The same text always gives the same HTML.
    """
    text = cut(clean_text(text[: 2 * LONGEST_INPUT]), LONGEST_INPUT)
    html = _message_html(text, channel_names)
    while (size := len(html.encode())) > COMMENT_CONTENT_BYTES:
        text = cut(text, len(text) * COMMENT_CONTENT_BYTES // size * 9 // 10)
        html = _message_html(text, channel_names)
    if not html_is_clean(html):
        raise PermanentError("This text could not be made safe for the blog.", reason="unsafe_text")
    return html if _TAGS_OF_OURS.sub("", html).strip() else ""


def _message_html(text: str, channel_names: Mapping[int, str]) -> str:
    return "\n\n".join(_blocks_html(parse_blocks(text), channel_names))


def _blocks_html(blocks: Iterable[Block], channel_names: Mapping[int, str]) -> list[str]:
    return [_block_html(block, channel_names) for block in blocks]


def _block_html(block: Block, channel_names: Mapping[int, str]) -> str:
    match block:
        case Paragraph(text):
            return element("p", Inlines(text, channel_names).to_html())
        case Heading(text):
            return element("p", element("strong", Inlines(text, channel_names, is_bold=True).to_html()))
        case Code(text):
            return element("pre", element("code", escape_html(text)))
        case Quote(blocks):
            return element("blockquote", _on_lines(_blocks_html(blocks, channel_names))) if blocks else ""
        case Listing():
            return _list_html(block, channel_names)


def _list_html(listing: Listing, channel_names: Mapping[int, str]) -> str:
    items = [_item_html(item, channel_names) for item in listing.items]
    return element("ol" if listing.is_ordered else "ul", _on_lines(items))


def _item_html(item: Item, channel_names: Mapping[int, str]) -> str:
    inside = [Inlines(item.text, channel_names).to_html()]
    inside += [_list_html(below, channel_names) for below in item.lists]
    return element("li", "\n".join(inside))


def _on_lines(parts: Iterable[str]) -> str:
    return "\n" + "\n".join(parts) + "\n"

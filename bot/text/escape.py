"""Makes text harmless in Discord: shown as it is written, or at least pinging and hiding nothing."""

import re

from bot.text.characters import clean_text, one_line

_SPECIAL = re.compile(
    r"[\\*_~|`\[\]<]"
    r"|:(?=//)"  # a bare address
    r"|:(?=[\w+-]{1,64}:)"  # an emoji by its name
    r"|(?<=discord)\.(?=(?:gg|com|gift|new)\b)"  # an invite needs no https:// to be one
    r"|(?<=discordapp)\.(?=com\b)",
    re.IGNORECASE,
)
_AT = re.compile(r"@(?=everyone|here)", re.IGNORECASE)
_LINE_START = re.compile(r"^([ \t]*)(#{1,6}(?=[ \t]|$)|>|-(?=[ \t#]|$)|[*+](?=[ \t]|$)|\d+(?=\.))", re.MULTILINE)
_MENTION_START = re.compile(r"(?<!\\)((?:\\\\)*)<(?=[@#/]|id:)")
"""A second backslash would set free what the writer's own already holds."""
_BREAK = "\u200b"
"""Between @ and everyone: Discord looks for the word itself, whatever backslash stands before it."""


def escape_markdown(text: str) -> str:
    """Return Discord Markdown that shows plain `text` literally: no formatting, link, mention or ping.

    Hidden characters are taken out. The result may be twice as long; cut `text`, not the result.
    """
    return escape_line_starts(escape_inline(clean_text(text)))


def escape_inline(text: str) -> str:
    """Return cleaned `text` with what Discord knows inside a line made literal."""
    text = _SPECIAL.sub(r"\\\g<0>", text)
    text = text.replace("<@", "<\\@")
    return _AT.sub("@" + _BREAK, text)


def escape_line_starts(markdown: str) -> str:
    """Return `markdown` with what Discord knows only at the start of a line (headings, lists, quotes) made literal."""
    return _LINE_START.sub(_escape_line_start, markdown)


def soften_markdown(markdown: str) -> str:
    """Return `markdown` with its formatting but without mentions, pings and links that hide their target.

    For words of somebody we trust to format, such as an author's lead line.
    """
    softened = _MENTION_START.sub(r"\1\\<", clean_text(markdown)).replace("](", "]\\(").replace("<@", "<\\@")
    return _AT.sub("@" + _BREAK, softened)


def keep_quiet(code: str) -> str:
    """Return what stands in code so that even there nothing reads as a ping; the difference cannot be seen."""
    return _AT.sub("@" + _BREAK, code.replace("<@", "<" + _BREAK + "@"))


def plain_line(text: str) -> str:
    """Return `text` on one line without hidden characters, for places where Discord knows no Markdown."""
    return one_line(clean_text(text))


def _escape_line_start(match: re.Match[str]) -> str:
    indent, mark = match.groups()
    return f"{indent}{mark}\\" if mark[0].isdigit() else f"{indent}\\{mark}"

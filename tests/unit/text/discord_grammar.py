"""Finds what Discord would act on in a text, by a reading of its grammar of our tests' own.

It shares nothing with the code it judges: one position after the other, backslashes taken off as Discord does.
"""

import re

_ESCAPED = re.compile(r"\\[^0-9A-Za-z\s]")
_ACTIVE = {
    "bold": re.compile(r"\*\*[\s\S]+?\*\*"),
    "italics": re.compile(r"\*[^\s*][\s\S]*?\*|_[^_]+_"),
    "underline": re.compile(r"__[\s\S]+?__"),
    "strikethrough": re.compile(r"~~[\s\S]+?~~"),
    "spoiler": re.compile(r"\|\|[\s\S]+?\|\|"),
    "code": re.compile(r"(`+)[\s\S]+?\1"),
    "masked link": re.compile(r"\[[^\]]*\]\(\s*<?[a-z]+:", re.IGNORECASE),
    "mention": re.compile(r"<(@[!&]?|#)\d+>"),
    "command": re.compile(r"</[^:>]+:\d+>"),
    "time": re.compile(r"<t:-?\d+(:\w)?>"),
    "place": re.compile(r"<id:[\w-]+(:\d+)?>"),
    "custom emoji": re.compile(r"<a?:\w+:\d+>"),
    "emoji": re.compile(r":[a-z][\w+-]*:"),
    "link": re.compile(r"<?(https?|discord|steam)://[^\s<]", re.IGNORECASE),
}
_LINE = {
    "heading": re.compile(r"[ \t]*#{1,3}[ \t]+\S"),
    "subtext": re.compile(r"[ \t]*-#[ \t]+\S"),
    "quote": re.compile(r"[ \t]*>(>>)?[ \t]"),
    "list": re.compile(r"[ \t]*([-*+]|\d+\.)[ \t]+\S"),
}
_ANYWHERE = {
    "ping": re.compile(r"@(everyone|here)|<@[!&]?\d+>", re.IGNORECASE),
    "invite": re.compile(r"discord\.gg/|discord(app)?\.com/invite", re.IGNORECASE),
    "hidden": re.compile("[\u202a-\u202e\u2060-\u206f\u200e\u200f\ufeff\U000e0000-\U000e0fff\x00-\x08\x0e-\x1f]"),
}
_CODE = re.compile(r"```[\s\S]+?```|(`{1,2})(?!`)[\s\S]+?(?<!`)\1(?!`)")
_SOMETHING = "\ufffc"
"""Stands for a piece of code: it is there, and is no letter that could join what stands around it into an emoji."""
FORMATTING = frozenset({"bold", "italics", "strikethrough", "code", "heading", "quote", "list"})


def active(markdown: str) -> set[str]:
    """Return the names of everything that is not literal in `markdown`."""
    found = {name for name, pattern in _ANYWHERE.items() if pattern.search(markdown)}
    for line in markdown.split("\n"):
        found |= {name for name, pattern in _LINE.items() if pattern.match(line)}
    at = 0
    while at < len(markdown):
        if escaped := _ESCAPED.match(markdown, at):
            at = escaped.end()
            continue
        found |= {name for name, pattern in _ACTIVE.items() if pattern.match(markdown, at)}
        at += 1
    return found


def active_outside_code(markdown: str) -> set[str]:
    """Return what is active where text is not code; a backslash before a backtick keeps it from opening any."""
    kept: list[str] = []
    at = 0
    while at < len(markdown):
        if escaped := _ESCAPED.match(markdown, at):
            kept.append(escaped[0])
            at = escaped.end()
        elif code := _CODE.match(markdown, at):
            kept.append(_SOMETHING)
            at = code.end()
        else:
            kept.append(markdown[at])
            at += 1
    return active("".join(kept))

"""The typography WordPress puts on titles and text: curly quotes, dashes, and entities for ampersands."""

import re

_TAG = re.compile(r"(<[^>]*>)")
_STEPS = (
    (re.compile(r"&(?!#?\w+;)"), "&#038;"),
    (re.compile(r"\.\.\."), "&#8230;"),
    (re.compile(r"---|(?<=\s)--(?=\s)"), "&#8212;"),
    (re.compile(r"--|(?<=\s)-(?=\s)"), "&#8211;"),
    (re.compile(r'(^|(?<=[\s(\[]))"'), "&#8220;"),
    (re.compile(r'"'), "&#8221;"),
    (re.compile(r"(^|(?<=[\s(\[]))'"), "&#8216;"),
    (re.compile(r"'"), "&#8217;"),
)


def texturize(text: str) -> str:
    """Return HTML with its text set as WordPress sets it; tags are left alone."""
    parts = _TAG.split(text)
    return "".join(part if _TAG.fullmatch(part) else _set(part) for part in parts)


def _set(text: str) -> str:
    for pattern, replacement in _STEPS:
        text = pattern.sub(replacement, text)
    return text

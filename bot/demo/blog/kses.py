"""What WordPress' own filters make of a comment's content, before it is stored and when it is shown."""

import html
import re
from html.entities import name2codepoint

import nh3

from bot.demo.blog.texturize import texturize

_BLOCK_END = re.compile(r"</(?:p|ul|ol|li|pre|h[1-6]|figure|figcaption|blockquote|div)>|<hr ?/?>")
COMMENT_TAGS: dict[str, frozenset[str]] = {
    "a": frozenset({"href", "title"}),
    "abbr": frozenset({"title"}),
    "acronym": frozenset({"title"}),
    "b": frozenset(),
    "blockquote": frozenset({"cite"}),
    "cite": frozenset(),
    "code": frozenset(),
    "del": frozenset({"datetime"}),
    "em": frozenset(),
    "i": frozenset(),
    "q": frozenset({"cite"}),
    "s": frozenset(),
    "strike": frozenset(),
    "strong": frozenset(),
}
PAGE_TAGS = set(COMMENT_TAGS) | {
    "p",
    "br",
    "ul",
    "ol",
    "li",
    "pre",
    "h2",
    "h3",
    "h4",
    "hr",
    "figure",
    "figcaption",
    "img",
}
"""What may stand on our own pages: an editor's words are stored unfiltered, but never shown so."""

_MARKUP = re.compile(r"<!--.*?-->|<[^>]*(?:>|$)|>", re.DOTALL)
_TAG = re.compile(r"<(?P<slash>/?)\s*(?P<name>[a-zA-Z][a-zA-Z0-9]*)(?P<rest>[^>]*)>", re.DOTALL)
_ATTRIBUTE = re.compile(r"([a-zA-Z-]+)\s*=\s*(\"[^\"]*\"|'[^']*'|[^\s\"'>]+)")
_AMPERSAND = re.compile(
    r"&(?:(?P<name>[a-zA-Z][a-zA-Z0-9]{1,19})|#0*(?P<number>\d{1,7})|#[xX]0*(?P<hex>[0-9a-fA-F]{1,6}));|&"
)
_UNCLOSED = re.compile(r"<[^<>]*(?=<|$)")
_BARE_URL = re.compile(r"(?<![\"'=>\w/])(https?://[^\s<>\"']*[\w/])")
_LAST_CHARACTER = 0x10FFFF
_LINK = re.compile(r"<a\s+([^>]*)>", re.IGNORECASE)
_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f]")


def stored_content(content: str, *, is_unfiltered: bool) -> str:
    """Return a comment's content as the blog stores it.

    `is_unfiltered` is for users with `unfiltered_html`: WordPress' filter does not run for them.
    Links get `rel` in either case.
    """
    if not is_unfiltered:
        content = _UNCLOSED.sub(_escaped, _CONTROL.sub("", content))
        content = _MARKUP.sub(_allowed_markup, content)
        content = normal_entities(content)
    return _LINK.sub(_with_rel, content).strip()


def rendered_content(content: str) -> str:
    """Return stored content as REST and pages show it: paragraphs and line breaks."""
    content = _BARE_URL.sub(r'<a href="\1" rel="nofollow ugc">\1</a>', texturize(content.replace("\r\n", "\n")))
    paragraphs = [part.strip() for part in re.split(r"\n\s*\n", content) if part.strip()]
    return "".join(
        f"{part}\n" if re.match(r"<(?:p|ul|ol|pre|blockquote|h\d)\b", part) else f"<p>{_broken(part)}</p>\n"
        for part in paragraphs
    )


def normal_entities(text: str) -> str:
    """Return text with every `&` that begins no known entity written as one."""
    return _AMPERSAND.sub(_normal_entity, text)


def shown(content: str) -> str:
    """Return HTML that is safe on our own pages, whoever wrote it."""
    return nh3.clean(
        content,
        tags=PAGE_TAGS,
        attributes={"a": {"href", "title"}, "img": {"src", "alt", "width", "height"}, "abbr": {"title"}},
        url_schemes={"http", "https"},
        link_rel="nofollow ugc noopener",
    )


def plain(content: str) -> str:
    """Return HTML as plain text; blocks stay apart, for WordPress ends them with line breaks before it takes tags."""
    apart = _BLOCK_END.sub(r"\g<0>\n\n", content)
    return html.unescape(re.sub(r"<[^>]*>", "", apart)).strip()


def _broken(part: str) -> str:
    return re.sub(r"(?<!<br>)(?<!<br />)\n", "<br />\n", part)


def _normal_entity(match: re.Match[str]) -> str:
    if name := match["name"]:
        is_known = name in name2codepoint or name == "apos"
    elif number := match["number"] or match["hex"]:
        is_known = 0 < int(number, 10 if match["number"] else 16) <= _LAST_CHARACTER
    else:
        is_known = False
    return match.group() if is_known else "&amp;" + match.group()[1:]


def _escaped(match: re.Match[str]) -> str:
    return html.escape(html.unescape(match.group())).replace("&#x27;", "&#039;")


def _allowed_markup(match: re.Match[str]) -> str:
    text = match.group()
    if text.startswith("<!--"):
        return text if text.endswith("-->") else ""
    if text == ">":
        return "&gt;"
    tag = _TAG.fullmatch(text)
    if tag is None or tag["name"].lower() not in COMMENT_TAGS:
        return ""
    if tag["slash"]:
        return f"</{tag['name']}>"
    return f"<{tag['name']}{_allowed_attributes(tag['name'].lower(), tag['rest'])}>"


def _allowed_attributes(name: str, rest: str) -> str:
    kept = ""
    for attribute, value in _ATTRIBUTE.findall(rest):
        bare = value.strip("\"'")
        if attribute.lower() not in COMMENT_TAGS[name]:
            continue
        if attribute.lower() in {"href", "cite"} and (scheme := re.match(r"\s*([a-zA-Z][\w+.-]*):", bare)):
            bare = bare if scheme[1].lower() in {"http", "https", "mailto"} else bare.split(":", 1)[1]
        quote = "'" if value.startswith("'") else '"'
        kept += f" {attribute.lower()}={quote}{bare}{quote}"
    return kept


def _with_rel(match: re.Match[str]) -> str:
    attributes = dict(_ATTRIBUTE.findall(match[1]))
    words = attributes.pop("rel", '""').strip("\"'").split()
    words += [word for word in ("nofollow", "ugc") if word not in words]
    kept = " ".join(f"{name}={value}" for name, value in attributes.items())
    return f'<a {kept} rel="{" ".join(words)}">'

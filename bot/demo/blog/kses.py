"""What WordPress' own filters make of a comment's content, before it is stored and when it is shown."""

import html
import re

import nh3

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
_BARE_AMPERSAND = re.compile(r"&(?!(?:[a-zA-Z][a-zA-Z0-9]{1,19}|#\d{1,7}|#[xX][0-9a-fA-F]{1,6});)")
_LINK = re.compile(r"<a\s+([^>]*)>", re.IGNORECASE)
_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f]")


def stored_content(content: str, *, is_unfiltered: bool) -> str:
    """Return a comment's content as the blog stores it.

    `is_unfiltered` is for users with `unfiltered_html`: WordPress' filter does not run for them.
    Links get `rel` in either case.
    """
    if not is_unfiltered:
        content = _MARKUP.sub(_allowed_markup, _CONTROL.sub("", content))
        content = _BARE_AMPERSAND.sub("&amp;", content)
    return _LINK.sub(_with_rel, content).strip()


def rendered_content(content: str) -> str:
    """Return stored content as REST and pages show it: paragraphs and line breaks."""
    paragraphs = [part.strip() for part in re.split(r"\n\s*\n", content.replace("\r\n", "\n")) if part.strip()]
    return "".join(
        f"{part}\n" if re.match(r"<(?:p|ul|ol|pre|blockquote|h\d)\b", part) else f"<p>{_broken(part)}</p>\n"
        for part in paragraphs
    )


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
    """Return HTML as plain text."""
    return html.unescape(re.sub(r"<[^>]*>", "", content)).strip()


def _broken(part: str) -> str:
    return re.sub(r"(?<!<br>)(?<!<br />)\n", "<br />\n", part)


def _allowed_markup(match: re.Match[str]) -> str:
    text = match.group()
    if text.startswith("<!--"):
        return text if text.endswith("-->") else ""
    if text == ">":
        return "&gt;"
    if not (tag := _TAG.fullmatch(text)):
        return "&lt;" + text[1:].removesuffix(">") + ("&gt;" if text.endswith(">") else "")
    name = tag["name"].lower()
    if name not in COMMENT_TAGS:
        return ""
    if tag["slash"]:
        return f"</{name}>"
    return f"<{name}{_allowed_attributes(name, tag['rest'])}>"


def _allowed_attributes(name: str, rest: str) -> str:
    kept = ""
    for attribute, value in _ATTRIBUTE.findall(rest):
        bare = value.strip("\"'")
        if attribute.lower() not in COMMENT_TAGS[name]:
            continue
        if attribute.lower() in {"href", "cite"} and (scheme := re.match(r"\s*([a-zA-Z][\w+.-]*):", bare)):
            bare = bare if scheme[1].lower() in {"http", "https", "mailto"} else bare.split(":", 1)[1]
        kept += f' {attribute.lower()}="{bare}"'
    return kept


def _with_rel(match: re.Match[str]) -> str:
    attributes = dict(_ATTRIBUTE.findall(match[1]))
    words = attributes.pop("rel", '""').strip("\"'").split()
    words += [word for word in ("nofollow", "ugc") if word not in words]
    kept = " ".join(f"{name}={value}" for name, value in attributes.items())
    return f'<a {kept} rel="{" ".join(words)}">'

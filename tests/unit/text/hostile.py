"""Strings that try to be more than text: our own, and where they lie beside the project, public collections."""

import html
import json
from collections.abc import Callable
from itertools import product
from pathlib import Path
from urllib.parse import quote

_SEEDS = [
    "<script>alert(1)</script>",
    "<img src=x onerror=alert(1)>",
    "<svg/onload=alert(1)>",
    "<a href='javascript:alert(1)'>x</a>",
    "<a href='java&#10;script:alert(1)'>x</a>",
    "<iframe srcdoc='<p>x'>",
    "<!-- x --><![CDATA[<b>]]><?php x ?>",
    "<math><mtext><style><img src=x onerror=y></style></mtext></math>",
    "&lt;script&gt;&#60;b&#62;&amp;lt;",
    "javascript:alert(1)",
    "data:text/html;base64,PHNjcmlwdD4=",
    "https://good.example@evil.example/",
    "https://evil.example/\\@good.example",
    "https://[::1]/ http://0x7f.1/ http://1.2.3.4.5/ http://xn--a/",
    "https://ex…mple/ https://a..b/ https://-a-/ https://a:99999/",
    "https://ok.example/[Claim](https://evil.example)",
    "[https://good.example](https://evil.example)",
    "[a\nb](http://e.example)",
    "[a](<http://e.example> 'title')",
    "@everyone @here @Everyone",
    "<@123456789012345678> <@!1> <@&2> <#3>",
    "</ban now:42> <t:0:R> <id:customize> <a:x:1> <:y:2>",
    ":smile: discord.gg/abc discord.com/invite/abc",
    "# a\n-# b\n> c\n>>> d\n- e\n* f\n1. g",
    "**__~~||`a`||~~__**",
    "```js\n</code></pre><script>x</script>\n```",
    "`` ` `` ``` ````",
    "a\u202eb\u2066c\u200bd\ufeff\U000e0041",
    "Z\u0335\u0321\u0322\u031b\u0317\u0349",
    "\x00\x1b[31m\x7f\x9b",
    "\ud800\udfff\ufffe",
    "[gallery ids=1][embed]x[/embed]<!--more-->",
    "{{7*7}} ${7*7} %s %n ' OR 1=1 --",
    "\\*a\\* \\\\*b\\\\* \\",
]
_FRAMES = [
    "{}",
    "**{}**",
    "> {}",
    "- {}",
    "[{}](https://a.example)",
    "`{}`",
    "```\n{}\n```",
    "||{}||",
    "# {}",
    "{0}{0}",
]

OURS = [frame.format(seed) for frame, seed in product(_FRAMES, _SEEDS)]
"""340 strings."""

_GUISES: list[Callable[[str], str]] = [
    html.escape,
    lambda seed: html.escape(html.escape(seed)),
    lambda seed: "".join(f"&#{ord(mark)};" for mark in seed),
    lambda seed: "".join(f"&#x{ord(mark):x}" for mark in seed),
    lambda seed: quote(seed, errors="replace"),
    lambda seed: f"\u202e{seed[::-1]}\u202c",
    "\u200b".join,
    "\\".join,
    lambda seed: seed.translate({code: code + 0xFEE0 for code in range(0x21, 0x7F)}),
    lambda seed: seed.swapcase(),
    "<b title='{}'>x</b>".format,
    '<a href="https://a.example/{}">x</a>'.format,
    "<!--{}-->".format,
    "</p></div>{}".format,
    "<![CDATA[{}]]>".format,
    "<textarea>{}".format,
    "https://a.example/{}".format,
    "<https://a.example/{}>".format,
    "<@{}>".format,
    "[x]({})".format,
]
_JOINTS = ["{}{}", "{}\n{}"]

MANY = list(
    dict.fromkeys(
        [
            *OURS,
            *(guise(seed) for guise, seed in product(_GUISES, _SEEDS)),
            *(joint.format(one, other) for joint, one, other in product(_JOINTS, _SEEDS, _SEEDS)),
        ]
    )
)
"""More than 3,000: also in every guise, and two of them together."""

_COLLECTIONS = Path(__file__).resolve().parents[4] / "shared" / "corpora"


def public_collections() -> list[str]:
    """Return the strings of the public collections, or none where they are not there."""
    if not _COLLECTIONS.is_dir():
        return []
    naughty: list[str] = json.loads((_COLLECTIONS / "naughty-strings.json").read_text(encoding="utf-8"))
    payloads = (_COLLECTIONS / "xss-payloads.txt").read_text(encoding="utf-8", errors="surrogateescape")
    return [*naughty, *payloads.splitlines()]

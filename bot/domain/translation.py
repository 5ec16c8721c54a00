"""Marks sentences for people, so that they can be translated.

`_()` is gettext's; a catalogue in another language needs no change in the code.
"""

import gettext

_translations = gettext.NullTranslations()


def _(sentence: str) -> str:
    """Return `sentence` in the language in use (English until a catalogue says otherwise)."""
    return _translations.gettext(sentence)


def plural(one: str, many: str, n: int) -> str:
    """Return the form of a sentence that fits the number `n`; `{n}` is left for the caller to fill."""
    return _translations.ngettext(one, many, n)

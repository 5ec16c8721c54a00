# ruff: noqa: RUF001  (characters that look like others are what this table is about)
"""Which characters people take for which: a table of our own, for comparing names, never for showing them."""

_LOOKALIKES: dict[str, str] = {
    "a": "аαɑａ4@ꭺᴀ",
    "b": "ьвβƅ8ʙᏼ",
    "c": "сϲⅽᴄꮯ¢",
    "d": "ԁⅾɗđꓒᴅ",
    "e": "еєεэɛ3℮ҽᴇ€",
    "f": "ϝƒꞙҒғ",
    "g": "ɡցԍɢ69",
    "h": "һհнʜћђ",
    "j": "јϳʝᴊ",
    "k": "кκĸᴋқ",
    "l": "iıіιɩ1|ӏłⅼǀ׀ɪʟ",
    "m": "мⅿᴍϻ",
    "n": "ոռηпɴπ",
    "o": "оοօ0σөø๐০०௦ꓳᴏ°ѳ",
    "p": "рρᴘƿþ",
    "q": "ԛգզ",
    "r": "гʀᴦꭇɾя",
    "s": "ѕꜱ5$ʂƽ",
    "t": "тτᴛ7ţŧƭ",
    "u": "υսцᴜʋµμ",
    "v": "ѵνⅴᴠʌ",
    "w": "ԝωшщɯᴡѡ",
    "x": "хχⅹ×ҳ",
    "y": "уүγʏỿɣ¥ұ",
    "z": "ᴢʐ2ƶżȥ",
}

SHAPES: dict[int, str] = {
    ord(lookalike): letter for letter, lookalikes in _LOOKALIKES.items() for lookalike in lookalikes
}
"""A translation table: each character to the Latin letter that it looks like."""

PAIRS = (("rn", "m"), ("vv", "w"))
"""Two letters that look like one."""

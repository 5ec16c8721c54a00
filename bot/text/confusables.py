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

_CAPITALS: dict[str, str] = {
    "a": "ΑАᎪᗅꓮ",
    "b": "ΒВᏴᗷꓐ",
    "c": "СϹᏟꓚ",
    "d": "Ꭰᗞᗪꓓ",
    "e": "ΕЕᎬꓰ",
    "f": "ϜᖴꓝҒ",
    "g": "ᏀᏳꓖԌ",
    "h": "ΗНᎻᕼꓧ",
    "j": "ЈᎫᒍꓙ",
    "k": "ΚКᏦꓗ",
    "l": "ΙІӀᏆꓲᏞᒪꓡ",
    "m": "ΜМᎷᗰꓟ",
    "n": "ΝꓠͶ",
    "o": "ΟОՕꓳ",
    "p": "ΡРᏢᑭꓑ",
    "q": "Ԛ",
    "r": "ᎡᏒᖇꓣ",
    "s": "ЅՏᏚꓢ",
    "t": "ΤТᎢꓔ",
    "u": "ՍᑌꓴႮ",
    "v": "ѴᏙᐯꓦ",
    "w": "ԜᎳᏔꓪ",
    "x": "ΧХᚷꓫ",
    "y": "ΥҮᎩꓬ",
    "z": "ΖᏃꓜ",
}

CAPITALS: dict[int, str] = {
    ord(lookalike): letter for letter, lookalikes in _CAPITALS.items() for lookalike in lookalikes
}
"""As SHAPES, for capitals whose small letters look like another one: to be used before the case is folded."""

SHAPES: dict[int, str] = {
    ord(lookalike): letter for letter, lookalikes in _LOOKALIKES.items() for lookalike in lookalikes
}
"""A translation table: each character to the Latin letter that it looks like."""

PAIRS = (("rn", "m"), ("vv", "w"))
"""Two letters that look like one."""

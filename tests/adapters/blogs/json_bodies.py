"""Bodies that are nearly JSON, or JSON that hurts: what a broken plugin, a cache or an ill-meaning blog may send."""

_BROKEN_VALUES = [
    # words that are none
    b"nul", b"tru", b"fals", b"True", b"None", b"undefined", b"NaN", b"Infinity", b"-Infinity", b"nulll", b"TRUE",
    # numbers that are none
    b"01", b"-01", b"1.", b".5", b"-.5", b"+1", b"1e", b"1e+", b"1E-", b"1.e3", b"0x10", b"0b1", b"0o7", b"1_000",
    b"--1", b"1-", b"1.2.3", b"1 000", b"-", b"e1", b"0e", b"\xef\xbc\x91", b"\xd9\xa1", b"1/2", b"$5",
    # strings that are none
    b'"', b"'x'", b'"x', b'x"', b'"\\', b'"\\"', b'"\\x"', b'"\\u"', b'"\\u12"', b'"\\u12g4"', b'"\\U0001F600"',
    b'"\\ud800"', b'"\\udc00"', b'"\\ud800\\u0041"', b'"\\ud800\\ud800"', b'"\n"', b'"\t"', b'"\x00"', b'"\x1f"',
    b'"\xff"', b'"\xc0\xaf"', b'"\xed\xa0\x80"', b'"\xf4\x90\x80\x80"', b'"\xe2\x82"', b'"\x80"', b"`x`", b"x",
    # arrays that are none
    b"[", b"[1", b"[1,", b"[,", b"[,1]", b"[1,,2]", b"[1,]", b"[1 2]", b"[1;2]", b"[1:2]", b"[[]", b"[]]", b"[}",
    b'["a]', b"[1,\n", b"[*]", b"[...]", b"(1)",
    # objects that are none
    b"{", b"{]", b'{"a"', b'{"a":', b'{"a":1', b'{"a":1,', b'{"a":1,}', b'{,"a":1}', b'{"a" 1}', b'{"a"=1}',
    b'{"a"::1}', b"{a:1}", b"{'a':1}", b"{1:1}", b"{null:1}", b'{"a":1 "b":2}', b'{"a":1;"b":2}', b'{"a",1}',
    b'{"a":"b"', b'{"a":{}', b'{[1]:2}', b'{"a":}', b'{:"a"}', b"{{}}", b'{"a":1}}',
    # what is no value at all
    b"", b",", b":", b"]", b"}", b"//x", b"/*x*/", b"# x", b"<p>", b"&", b"\x00", b"\xef\xbb\xbf", b"\xfe\xff", b"\x1b",
]  # fmt: skip
_FRAMES = [b"%b", b"[%b]", b'{"id":%b}', b'{"content":{"raw":%b}}']

_WHOLE = [
    b"\xef\xbb\xbf{}",
    b"{}{}",
    b"{} x",
    b"[] []",
    b"null null",
    b"\xff\xfe[\x00]\x00",
    b"\xfe\xff\x00[\x00]",
    b"[" * 100_000,
    b"[" * 5_000 + b"]" * 5_000,
    b'{"a":' * 100_000,
    b'[{"a":' * 50_000,
    b'{"a":' * 2_000 + b"1" + b"}" * 2_000,
    b'"' + b"\\" * 99_999,
    b'"' + b"x" * 1_000_000,
    b"1" * 500_000 + b"x",
    b"[" + b"1," * 100_000,
    b"{}\x00",
    b"\x00" * 1_000,
    b" " * 1_000_000,
    b")]}',\n{}",
    b"while(1);[]",
    b"callback({})",
    b"<!DOCTYPE html><p>{}</p>",
    b"<?xml version='1.0'?><error/>",
    b"Warning: Undefined variable in /x.php on line 1\n{}",
    b"{}\nFatal error: Allowed memory size exhausted",
    b"<br />\n<b>Notice</b>: x\n[]",
    b"2\r\n{}\r\n0\r\n\r\n",
    b"HTTP/1.1 200 OK\r\n\r\n{}",
    b"\x1f\x8b\x08\x00",
    b'a:1:{s:2:"id";i:5;}',
    b"---\nid: 5\n",
    b"id=5&status=approved",
]

NO_JSON = list(
    dict.fromkeys(
        [
            *(frame % value for frame in _FRAMES for value in _BROKEN_VALUES if (frame, value) != (b"[%b]", b"")),
            *_WHOLE,
        ]
    )
)
"""More than five hundred."""

ODD_JSON = [
    b"0", b"-0", b"0.0", b"-0.0", b"1e400", b"-1e400", b"1e-400", b"123456789012345678901234567890", b"0e1", b"1E+2",
    b'""', b'"\\u0000"', b'"\\ud83d\\ude00"', b'"\xf0\x9f\x98\x80"', b'"\\/"', b'"\xe2\x80\xa8"', b'"\xef\xbf\xbf"',
    b"[]", b"[[]]", b"[null]", b"[[[[[[[[[[]]]]]]]]]]", b"{}", b'{"":0}', b'{"a":1,"a":2}', b'{"id":5,"id":6}',
    b'{"id":5.0}', b'{"id":5e0}', b'{"id":true}', b'{"id":[5]}', b'{"id":"5"}', b'{"id":-5}', b'{"id":1e3}',
    b'{"__proto__":{"id":5}}', b'{"constructor":5}', b'{"code":[],"message":{},"data":"x"}',
    b'{"code":"x","data":null}', b" \t\r\n{} \t\r\n", b"\r\n[]",
    b"true", b"false", b"null", b"[" + b"null," * 10_000 + b"null]",
    b"[" * 50 + b"]" * 50, b'{"a":' * 50 + b"1" + b"}" * 50, b'"' + b"x" * 100_000 + b'"', b"9" * 4_000,
    b'[{"id":5},{"id":5}]', b'[{"id":5},null]', b'{"0":{"id":5}}', b'[{"id":' + b"9" * 30 + b"}]",
]  # fmt: skip
"""Well-formed, and never what was asked for."""

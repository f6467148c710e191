# autobahn_cases.py — The 301 cases of the Autobahn test suite outside compression, as a table: what is sent, what must come back.
from wire import BINARY, CLOSE, CONTINUATION, PING, PONG, TEXT, Frame, close_payload


class Case:
    """What is sent in steps, what comes back before the end, and how it ends.

    Each step is a list of frames, and what must come back after it before the next is sent (None: nothing is waited for).
    The end: `fails` with a close code, the peer `answers` our Close with a code (None: one without), or, if neither is
    named, we close when everything has come back."""

    def __init__(self, name, *steps, fails=None, answers="ours", chop=None, informational=False):
        self.name, self.steps, self.chop = name, steps, chop
        self.fails, self.answers, self.informational = fails, answers, informational

    def __repr__(self):
        return self.name


def text(payload="Hello", **shape):
    return Frame(TEXT, payload.encode() if isinstance(payload, str) else payload, **shape)


def more(payload, **shape):
    return Frame(CONTINUATION, payload, **shape)


def ping(payload=b"", **shape):
    return Frame(PING, payload, **shape)


def close(code=1000, reason=b"", **shape):
    return Frame(CLOSE, close_payload(code, reason), **shape)


def message(opcode, parts):
    last = len(parts) - 1
    return [Frame(opcode if i == 0 else CONTINUATION, part, fin=i == last) for i, part in enumerate(parts)]


def cut(payload, size):
    return [payload[i : i + size] for i in range(0, len(payload), size)] or [b""]


HELLO = ("text", b"Hello")
ODD_TEXT = "Hello-µ@ßöäüàá-UTF-8!!".encode()
KOSME = "κ\u1f79σμε".encode()  # 11 bytes
assert len(KOSME) == 11


def section_1():
    for group, opcode, kind, byte in ((1, TEXT, "text", b"*"), (2, BINARY, "binary", b"\xfe")):
        for number, size in enumerate((0, 125, 126, 127, 128, 65535, 65536, 65536), 1):
            payload = byte * size
            yield Case(f"1.{group}.{number}", ([Frame(opcode, payload)], [(kind, payload)]), chop=997 if number == 8 else None)


def section_2():
    longest = b"\xfe" * 125
    ten = [b"payload-%d" % i for i in range(10)]
    yield Case("2.1", ([ping()], [("pong", b"")]))
    yield Case("2.2", ([ping(b"Hello, world!")], [("pong", b"Hello, world!")]))
    yield Case("2.3", ([ping(b"\x00\xff\xfe\xfd\xfc\xfb\x00\xff")], [("pong", b"\x00\xff\xfe\xfd\xfc\xfb\x00\xff")]))
    yield Case("2.4", ([ping(longest)], [("pong", longest)]))
    yield Case("2.5", ([ping(longest + b"\xfe")], []), fails=1002)
    yield Case("2.6", ([ping(longest)], [("pong", longest)]), chop=1)
    yield Case("2.7", ([Frame(PONG)], []))
    yield Case("2.8", ([Frame(PONG, b"unsolicited")], []))
    yield Case("2.9", ([Frame(PONG, b"unsolicited"), ping(b"asked")], [("pong", b"asked")]))
    yield Case("2.10", ([ping(each) for each in ten], [("pong", each) for each in ten]))
    yield Case("2.11", ([ping(each) for each in ten], [("pong", each) for each in ten]), chop=1)


def section_3():
    yield Case("3.1", ([text(rsv=1)], []), fails=1002)
    yield Case("3.2", ([text(), text(rsv=2), ping()], [HELLO]), fails=1002)
    yield Case("3.3", ([text()], [HELLO]), ([text(rsv=3), ping()], []), fails=1002)
    yield Case("3.4", ([text(), text(rsv=4), ping()], [HELLO]), fails=1002, chop=1)
    yield Case("3.5", ([Frame(BINARY, b"\x00\xff\xfe\xfd\xfc\xfb\x00\xff", rsv=5)], []), fails=1002)
    yield Case("3.6", ([ping(b"Hello, world!", rsv=6)], []), fails=1002)
    yield Case("3.7", ([close(rsv=7)], []), fails=1002)


def section_4():
    for group, opcodes in ((1, range(3, 8)), (2, range(11, 16))):
        for number, opcode in enumerate(opcodes, 1):
            reserved = Frame(opcode, b"reserved opcode" if number in (2, 4, 5) else b"")
            alone = number <= 2
            frames = [reserved] if alone else [text(), reserved, ping()]
            yield Case(f"4.{group}.{number}", (frames, [] if alone else [HELLO]), fails=1002, chop=1 if number == 5 else None)


def in_frames(frames):
    """One step for each frame, so that each is a write of its own."""
    return [([each], None) for each in frames]


def section_5():
    two = message(TEXT, [b"fragment1", b"fragment2"])
    whole = ("text", b"fragment1fragment2")
    between = [two[0], ping(b"ping"), two[1]]
    yield Case("5.1", ([ping(b"fragment1", fin=False), more(b"fragment2")], []), fails=1002)
    yield Case("5.2", ([Frame(PONG, b"fragment1", fin=False), more(b"fragment2")], []), fails=1002)
    yield Case("5.3", (two, [whole]))
    yield Case("5.4", *in_frames(two), ([], [whole]))
    yield Case("5.5", (two, [whole]), chop=1)
    yield Case("5.6", (between, [("pong", b"ping"), whole]))
    yield Case("5.7", (between[:2], [("pong", b"ping")]), (between[2:], [whole]))
    yield Case("5.8", (between, [("pong", b"ping"), whole]), chop=1)
    for first, fin in ((9, True), (12, False)):
        orphan = [more(b"non-continuation", fin=fin), text()]
        yield Case(f"5.{first}", (orphan, []), fails=1002)
        yield Case(f"5.{first + 1}", *in_frames(orphan), fails=1002)
        yield Case(f"5.{first + 2}", (orphan, []), fails=1002, chop=1)
    yield Case("5.15", (two + [more(b"fragment3", fin=False), text("fragment4")], [whole]), fails=1002)
    for number, fin in ((16, False), (17, True)):
        again = [more(b"fragment1", fin=fin), text("fragment2", fin=False), more(b"fragment3")]
        yield Case(f"5.{number}", (again * 2, []), fails=1002)
    yield Case("5.18", ([text("fragment1", fin=False), text("fragment2")], []), fails=1002)
    five = message(TEXT, [b"fragment%d" % i for i in range(1, 6)])
    early, late = five[:2] + [ping(b"pongme 1!")], five[2:4] + [ping(b"pongme 2!")] + five[4:]
    pongs, all_five = [("pong", b"pongme 1!"), ("pong", b"pongme 2!")], ("text", b"".join(each.payload for each in five))
    yield Case("5.19", (early, pongs[:1]), (late, pongs[1:] + [all_five]))
    yield Case("5.20", (early + late, pongs + [all_five]))


def section_6_fragments():
    yield Case("6.1.1", ([text("")], [("text", b"")]))
    yield Case("6.1.2", (message(TEXT, [b"", b"", b""]), [("text", b"")]))
    yield Case("6.1.3", (message(TEXT, [b"", b"middle frame payload", b""]), [("text", b"middle frame payload")]))
    yield Case("6.2.1", ([text(ODD_TEXT)], [("text", ODD_TEXT)]))
    yield Case("6.2.2", (message(TEXT, [ODD_TEXT[:12], ODD_TEXT[12:]]), [("text", ODD_TEXT)]))
    yield Case("6.2.3", (message(TEXT, cut(ODD_TEXT, 1)), [("text", ODD_TEXT)]))
    yield Case("6.2.4", (message(TEXT, cut(KOSME, 1)), [("text", KOSME)]))
    wrong = KOSME + b"\xed\xa0\x80edited"
    yield Case("6.3.1", ([text(wrong)], []), fails=1007)
    yield Case("6.3.2", (message(TEXT, cut(wrong, 1)), []), fails=1007)
    # 6.4: the rest is never sent, so whoever waits for it is found out. 0xf4 may begin a character, 0x90 may not follow.
    good, bad = KOSME + b"\xf4", b"\x90"
    yield Case("6.4.1", ([text(good, fin=False)], None), ([more(bad, fin=False)], []), fails=1007)
    yield Case("6.4.2", ([text(KOSME, fin=False)], None), ([more(b"\xf4\x90", fin=False)], []), fails=1007)
    for number, sent in ((3, good + bad), (4, KOSME + b"\xf4\x90")):
        rest = len(b"\x80\x80edited")
        yield Case(f"6.4.{number}", ([text(sent, claims=len(sent) + rest, form=7)], []), fails=1007, chop=12 if number == 3 else 1)


def plane_ends():
    for plane in range(17):
        for low in (0xFFFE, 0xFFFF):
            yield chr(plane << 16 | low).encode()


def lonely(first, last):
    return b"".join(bytes([each]) + b" " for each in range(first, last + 1))


def hexes(*lines):
    return [bytes.fromhex(line) for line in lines]


CUT_SHORT = hexes("c0", "e080", "f08080", "f8808080", "fc80808080", "df", "efbf", "f7bfbf", "fbbfbfbf", "fdbfbfbfbf")
SURROGATES = hexes("eda080", "edadbf", "edae80", "edafbf", "edb080", "edbe80", "edbfbf")
PAIRS = [high + low for high in (SURROGATES[0], SURROGATES[1], SURROGATES[2], SURROGATES[3]) for low in (SURROGATES[4], SURROGATES[6])]

UTF8 = {  # section 6.5 on: texts, and whether they are UTF-8
    5: (["hello$world".encode(), "hello\u00a2world".encode(), "hello\u20acworld".encode(), "hello\U00024b62world".encode(), KOSME], True),
    6: ([KOSME[:size] for size in range(1, 12)], None),
    7: (hexes("00", "c280", "e0a080", "f0908080"), True),
    8: (hexes("f888808080", "fc8480808080"), False),
    9: (hexes("7f", "dfbf", "efbfbf", "f48fbfbf"), True),
    10: (hexes("f7bfbfbf", "fbbfbfbfbf", "fdbfbfbfbfbf"), False),
    11: (hexes("ed9fbf", "ee8080", "efbfbd", "f48fbfbf", "f4908080"), None),
    12: ([b"\x80", b"\xbf"] + [(b"\x80\xbf" * 4)[:size] for size in range(2, 7)] + [bytes(range(0x80, 0xC0))], False),
    13: ([lonely(0xC0, 0xDF), lonely(0xE0, 0xEF), lonely(0xF0, 0xF7), lonely(0xF8, 0xFB), lonely(0xFC, 0xFD)], False),
    14: (CUT_SHORT, False),
    15: ([b"".join(CUT_SHORT)], False),
    16: (hexes("fe", "ff", "fefeffff"), False),
    17: (hexes("c0af", "e080af", "f08080af", "f8808080af", "fc80808080af"), False),
    18: (hexes("c1bf", "e09fbf", "f08fbfbf", "f887bfbfbf", "fc83bfbfbfbf"), False),
    19: (hexes("c080", "e08080", "f0808080", "f880808080", "fc8080808080"), False),
    20: (SURROGATES, False),
    21: (PAIRS, False),
    22: (list(plane_ends()), True),
    23: ([chr(point).encode() for point in range(0xFFF9, 0x10000)], True),
}


def is_utf8(payload):
    try:
        return bool(payload.decode()) or not payload
    except UnicodeDecodeError:
        return False


def section_6():
    yield from section_6_fragments()
    for group, (texts, all_valid) in UTF8.items():
        for number, payload in enumerate(texts, 1):
            valid = is_utf8(payload)
            assert all_valid in (None, valid), (group, number)
            ending = {} if valid else {"fails": 1007}
            yield Case(f"6.{group}.{number}", ([text(payload)], [("text", payload)] if valid else []), **ending)


GOOD_CODES = (1000, 1001, 1002, 1003, 1007, 1008, 1009, 1010, 1011, 3000, 3999, 4000, 4999)
BAD_CODES = (0, 999, 1004, 1005, 1006, 1016, 1100, 2000, 2999)


def section_7():
    big = b"BAsd7&jh23" * 26214 + b"BAsd"  # 256 KiB
    yield Case("7.1.1", ([text()], [HELLO]))
    yield Case("7.1.2", ([close(), close()], []), answers=1000)
    yield Case("7.1.3", ([close(), ping(b"too late")], []), answers=1000)
    yield Case("7.1.4", ([close(), text()], []), answers=1000)
    yield Case("7.1.5", ([text("fragment1", fin=False), close(), more(b"fragment2")], []), answers=1000)
    yield Case("7.1.6", ([text(big), close(), ping(b"too late")], [("text", big)]), answers=1000, informational=True)
    yield Case("7.3.1", ([Frame(CLOSE)], []), answers=None)
    yield Case("7.3.2", ([Frame(CLOSE, b"a")], []), fails=1002)
    yield Case("7.3.3", ([close()], []), answers=1000)
    yield Case("7.3.4", ([close(reason=b"Hello World!")], []), answers=1000)
    yield Case("7.3.5", ([close(reason=b"*" * 123)], []), answers=1000)
    yield Case("7.3.6", ([close(reason=b"*" * 124)], []), fails=1002)
    yield Case("7.5.1", ([close(reason=KOSME + b"\xed\xa0\x80edited")], []), fails=1007)
    for number, code in enumerate(GOOD_CODES, 1):
        yield Case(f"7.7.{number}", ([close(code)], []), answers=code)
    for number, code in enumerate(BAD_CODES, 1):
        yield Case(f"7.9.{number}", ([close(code)], []), fails=1002)
    for number, code in enumerate((5000, 65535), 1):
        yield Case(f"7.13.{number}", ([close(code)], []), fails=1002, informational=True)


KIB, MIB = 1024, 1024 * 1024


def section_9():
    for group, opcode, kind, byte in ((1, TEXT, "text", b"*"), (2, BINARY, "binary", b"\xfe")):
        for number, size in enumerate((64 * KIB, 256 * KIB, MIB, 4 * MIB, 8 * MIB, 16 * MIB), 1):
            yield Case(f"9.{group}.{number}", ([Frame(opcode, byte * size)], [(kind, byte * size)]))
        payload = byte * (4 * MIB)
        for number, size in enumerate((64, 256, KIB, 4 * KIB, 16 * KIB, 64 * KIB, 256 * KIB, MIB, 4 * MIB), 1):
            yield Case(f"9.{group + 2}.{number}", (message(opcode, cut(payload, size)), [(kind, payload)]))
        payload = byte * MIB
        for number, size in enumerate((64, 128, 256, 512, KIB, 2 * KIB), 1):
            yield Case(f"9.{group + 4}.{number}", ([Frame(opcode, payload)], [(kind, payload)]), chop=size)
        for number, size in enumerate((0, 16, 64, 256, KIB, 4 * KIB), 1):
            roundtrips = [([Frame(opcode, byte * size)], [(kind, byte * size)])] * 1000
            yield Case(f"9.{group + 6}.{number}", *roundtrips)


def section_10():
    payload = b"*" * 65536
    yield Case("10.1.1", (message(TEXT, cut(payload, 1300)), [("text", payload)]))


SECTIONS = {1: section_1, 2: section_2, 3: section_3, 4: section_4, 5: section_5, 6: section_6, 7: section_7, 9: section_9, 10: section_10}

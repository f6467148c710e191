# deflate_frames.py — Compressed messages in every form that a peer must understand, and in those that it must refuse.
import zlib

from autobahn_cases import cut
from deflate import TAIL, Deflater, compressed, in_fragments
from deflate_cases import all_of
from sections import shown
from wire import BINARY, CLOSE, CONTINUATION, PING, PONG, RSV1, TEXT, Broken, Frame

HELLO = bytes.fromhex("f248cdc9c90700")  # RFC 7692, 7.2.3.1

# How "Hello" may look, too.
HELLOS = {
    "a stored block": bytes.fromhex("000500faff48656c6c6f00"),
    "a block that calls itself the last": bytes.fromhex("f348cdc9c9070000"),
    "two blocks": bytes.fromhex("f248050000 00ffffcac9c90700"),
    "an empty block before": bytes.fromhex("000000ffff") + HELLO,
    "empty blocks behind": HELLO[:-1] + bytes.fromhex("000000ffff") * 100 + b"\x00",
    "last blocks in a row": zlib.compress(b"Hel", 1, -15) + zlib.compress(b"lo", 1, -15) + b"\x00",
    "an empty last block before": zlib.compress(b"", 1, -15) + HELLO,
    "codes of its own": Deflater(strategy=zlib.Z_HUFFMAN_ONLY).deflate(b"Hello"),
}

# What no deflater writes, and how it is wrong.
CORRUPT = {
    "a block of no known type": b"\x06\x00",
    "all ones": b"\xff" * 20,
    "a stored block whose lengths differ": bytes.fromhex("000500faf048656c6c6f00"),
    "a stored block that is cut": bytes.fromhex("000500faff4865"),
    "a block that is cut": HELLO[:3],
    "a block that is cut in its codes": Deflater(level=9).deflate(all_of("verses")[:2000])[:40],
    "a last block and nothing behind": zlib.compress(b"Hello", 1, -15),
    "a last block and noise behind": bytes.fromhex("f348cdc9c907ffff"),
    "the tail that is to be left out": HELLO + TAIL[1:] + b"\x00\x01",
    "a distance before the first byte": bytes.fromhex("02001100"),
    "plain text": b"Hello",
}


def in_parts(deflater, parts):
    """Each flushed by itself; together one message."""
    flushed = [deflater.flushed(part) for part in parts]
    return [*flushed[:-1], flushed[-1][: -len(TAIL)]]


def far_references():
    """Noise, and behind it what was there so many bytes before: for each window from 10 bits on a distance that it can
    reach and no smaller one can."""
    noise = all_of("an archive")
    payload = noise[:26_000]
    for number, distance in enumerate((700, 1500, 3000, 6000, 12_000, 24_000)):
        start = len(payload) - distance
        payload += payload[start : start + 60] + noise[27_000 + 100 * number :][:100]
    return payload


def converse(connection, inflater, outgoing):
    """On the terms agreed on: what comes back must keep to them. Gives how many messages came back compressed."""
    connection.inflater = inflater
    for payload in [far_references(), b"a short one " * 20] * 2:
        connection.send(compressed(BINARY, outgoing.deflate(payload)))
        heard = connection.next()
        if heard != ("binary", payload):
            raise Broken(f"heard {shown(heard)} for {shown((payload,))}")
    return connection.heard_compressed


class CompressedFrames:
    """Mixed into a test case that has agreed(**parameters), which gives a connection, and a deflater for what is sent."""

    def echoed(self, connection, frames, payload, kind="text"):
        connection.send(frames)
        heard = connection.next()
        if heard != (kind, payload):
            self.fail(f"expected {shown((kind, payload))}, heard {shown(heard)}")

    def refused(self, connection, codes, *frames):
        connection.send(frames)
        heard = connection.next()
        if heard[0] != "close" or heard[1] not in codes:
            self.fail(f"expected Close with one of {codes}, heard {shown(heard)}")
        connection.close()

    # --- sound

    def test_every_form_of_a_message_is_understood(self):
        connection, _ = self.agreed()
        for form, data in HELLOS.items():
            with self.subTest(form=form):
                self.echoed(connection, compressed(TEXT, data), b"Hello")

    def test_an_empty_message_may_be_compressed(self):
        for context in (False, True):
            connection, _ = self.agreed(client_no_context_takeover=context, server_no_context_takeover=context)
            for data in (b"\x00", bytes.fromhex("0300 00"), bytes.fromhex("000000ffff00"), b"\x00"):
                self.echoed(connection, compressed(TEXT, data), b"")
            self.echoed(connection, in_fragments(TEXT, [b"", b"\x00", b""]), b"")
            self.echoed(connection, compressed(TEXT, HELLO), b"Hello")

    def test_a_message_may_refer_to_those_before_it_where_contexts_are_kept(self):
        connection, _ = self.agreed()
        self.echoed(connection, compressed(TEXT, HELLO), b"Hello")
        self.echoed(connection, [Frame(TEXT, b"as it is")], b"as it is")  # and is no part of the context
        self.echoed(connection, compressed(TEXT, bytes.fromhex("f200110000")), b"Hello")  # RFC 7692, 7.2.3.2

    def test_every_kind_of_block_is_understood_in_any_order(self):
        connection, _ = self.agreed()
        data = all_of("records")[:70_000]
        manners = [{"level": 0}, {"level": 9}]
        manners += [{"strategy": each} for each in (zlib.Z_HUFFMAN_ONLY, zlib.Z_RLE, zlib.Z_FIXED)]
        for each in manners + manners[::-1]:
            message = Deflater(**each).deflate(data)  # a deflater of its own: this side need not refer to anything
            self.echoed(connection, compressed(BINARY, message), data, "binary")

    def test_a_message_may_be_flushed_wherever_its_sender_likes(self):
        connection, deflater = self.agreed()
        for size in (1, 100, 5000):
            data = all_of("verses")[: 200 * size]
            for parts_are_fragments in (True, False):
                parts = in_parts(deflater, cut(data, size))
                fragments = parts if parts_are_fragments else [b"".join(parts)]
                self.echoed(connection, in_fragments(BINARY, fragments), data, "binary")

    def test_fragments_may_be_cut_anywhere_and_be_empty(self):
        connection, deflater = self.agreed()
        for fragment in (1, 2, 3, 7):
            payload = b"a message in fragments of %d bytes" % fragment
            frames = compressed(TEXT, deflater.deflate(payload), fragment)
            with_empty_ones = [part for frame in frames for part in (frame.payload, b"")]
            self.echoed(connection, in_fragments(TEXT, with_empty_ones), payload)
            self.echoed(connection, in_fragments(TEXT, [b"", b"", deflater.deflate(payload)]), payload)

    def test_control_frames_may_come_between_fragments_and_are_never_compressed(self):
        connection, _ = self.agreed()
        first, *more, last = compressed(TEXT, HELLO, 2)
        connection.send([first, Frame(PING, b"one"), *more, Frame(PONG, b"unasked"), Frame(PING, HELLO), last])
        # one pong may stand for several pings (RFC 6455, 5.5.3)
        heard = [connection.next()]
        while heard[-1][0] == "pong":
            heard.append(connection.next())
        both = [("pong", b"one"), ("pong", HELLO), ("text", b"Hello")]
        self.assertIn(heard, (both, both[1:]))

    def test_messages_may_go_as_they_are(self):
        connection, deflater = self.agreed()
        for number in range(20):
            payload = b"message %d " % number * 10
            plain = number % 3 != 0
            frames = [Frame(TEXT, payload)] if plain else compressed(TEXT, deflater.deflate(payload))
            self.echoed(connection, frames, payload)

    # --- reserved bits

    def test_rsv1_belongs_on_the_first_frame_of_a_message_and_nowhere_else(self):
        first, second = compressed(TEXT, HELLO, 4)
        for name, frames in {
            "a continuation": [first, Frame(CONTINUATION, second.payload, rsv=RSV1)],
            "a continuation of a plain message": [Frame(TEXT, b"Hel", fin=False), Frame(CONTINUATION, b"lo", rsv=RSV1)],
            "a ping": [Frame(PING, HELLO, rsv=RSV1)],
            "a pong": [Frame(PONG, HELLO, rsv=RSV1)],
            "a Close": [Frame(CLOSE, b"\x03\xe8", rsv=RSV1)],
            "a ping between fragments": [first, Frame(PING, b"", rsv=RSV1)],
            "a reserved opcode": [Frame(3, HELLO, rsv=RSV1)],
        }.items():
            with self.subTest(frame=name):
                self.refused(self.agreed()[0], {1002}, *frames)

    def test_the_other_reserved_bits_have_no_meaning(self):
        for opcode in (TEXT, BINARY, PING, PONG, CLOSE):
            for rsv in (1, 2, 3, RSV1 | 1, RSV1 | 2, RSV1 | 3):
                with self.subTest(opcode=opcode, rsv=rsv):
                    self.refused(self.agreed()[0], {1002}, Frame(opcode, b"", rsv=rsv))

    # --- corrupt

    def test_what_no_deflater_writes_is_refused(self):
        for form, data in CORRUPT.items():
            for fragment in (0, 1):
                with self.subTest(form=form, fragment=fragment):
                    self.refused(self.agreed()[0], {1002, 1007}, *compressed(BINARY, data, fragment))

    def test_a_message_that_refers_to_one_before_is_refused_where_no_context_is_kept(self):
        connection, _ = self.agreed(client_no_context_takeover=True, server_no_context_takeover=True)
        self.echoed(connection, compressed(TEXT, HELLO), b"Hello")
        self.refused(connection, {1002, 1007}, *compressed(TEXT, bytes.fromhex("f200110000")))

    def test_a_message_that_refers_to_what_its_window_has_lost_is_refused(self):
        noise = all_of("an archive")[:1000]
        connection, _ = self.agreed(client_max_window_bits=9, server_max_window_bits=9)
        too_far = Deflater(level=9)
        self.echoed(connection, compressed(BINARY, too_far.deflate(noise)), noise, "binary")
        self.refused(connection, {1002, 1007}, *compressed(BINARY, too_far.deflate(noise[:500])))

    def test_nothing_counts_after_a_corrupt_message(self):
        connection, _ = self.agreed()
        wrong, sound = compressed(TEXT, CORRUPT["all ones"]), compressed(TEXT, HELLO)
        self.refused(connection, {1002, 1007}, *wrong, *sound, Frame(PING, b""))

    # --- UTF-8

    def test_a_compressed_text_must_be_utf8(self):
        for name, text in {
            "a byte that is never used": b"caf\xe9 noir",
            "a surrogate": b"\xed\xa0\x80",
            "too long a form": b"\xc0\xaf",
            "beyond the last character": b"\xf4\x90\x80\x80",
            "a character that is cut at the end": "café".encode()[:-1],
            "a wrong byte far behind": b"x" * 100_000 + b"\xff",
        }.items():
            for fragment in (0, 1) if len(text) < 100 else (0, 50):
                with self.subTest(text=name, fragment=fragment):
                    connection, deflater = self.agreed()
                    self.refused(connection, {1007}, *compressed(TEXT, deflater.deflate(text), fragment))
            connection, deflater = self.agreed()
            self.echoed(connection, compressed(BINARY, deflater.deflate(text)), text, "binary")

    def test_a_character_may_be_cut_by_fragments_and_blocks(self):
        connection, deflater = self.agreed()
        text = "κόσμε 🙂".encode()
        self.echoed(connection, in_fragments(TEXT, in_parts(deflater, cut(text, 1))), text)

# deflate_against_server.py — Holds `chorus-echo --deflate` to RFC 7692: the suite's 216 cases, offers, frames, bombs.
#
#   deflate_against_server.py FOLDER_OF_PROGRAMS [--messages NUMBER] [NAME_OF_A_TEST…]
import functools
import unittest
import zlib

import deflate_offers
import handshakes
from against_server import Against
from deflate import NAME, TAIL, Deflater, Inflater, Terms, compressed, extension
from deflate_cases import all_of
from deflate_frames import HELLO, CompressedFrames, converse, far_references
from deflate_offers import TWELVE
from deflate_sections import CompressionSections
from memory import Memory
from wire import BINARY, RSV1, TEXT, Broken, Frame

WRONG_OFFERS = [f"{NAME}; {wrong}" for wrong in deflate_offers.WRONG_PARAMETERS + deflate_offers.UNWELCOME]


class Deflate(Against):
    OPTIONS = ("--deflate",)

    def offer(self, *offers):
        """The connection and the answer, None where nothing was agreed on."""
        return self.shake_hands(handshakes.request(*(f"Sec-WebSocket-Extensions: {each}" for each in offers)))


class Autobahn(CompressionSections, Deflate):
    def agree(self, case):
        connection, answer = self.offer(case.offer)
        return connection, Terms(answer)

    def must_compress(self, terms):
        """Without a context it shares what it compresses with, which has the largest window; who wants a smaller one
        hears messages as they are."""
        return terms.keeps_context("server") or terms.window("server") == 15


class Frames(CompressedFrames, Deflate):
    def agreed(self, **parameters):
        connection, answer = self.offer(extension(**parameters))
        terms = Terms(answer)
        connection.inflater = terms.inflater("server")
        return connection, terms.deflater("client")


class Negotiation(Deflate):
    """What is offered, and what chorus-echo makes of it: contexts are kept where the client has nothing against it."""

    def test_a_window_that_is_too_large_would_be_noticed(self):
        for window in range(10, 16):
            with self.subTest(window=window), self.assertRaises(Broken):
                Inflater(window=window - 1).inflate(Deflater(window=window, level=9).deflate(far_references()))

    def test_every_sound_offer_is_accepted_and_kept_to(self):
        for offer in deflate_offers.EVERY_OFFER:
            with self.subTest(offer=extension(**offer)):
                connection, answer = self.offer(extension(**offer))
                terms = Terms(answer)
                self.assertTrue(deflate_offers.fits(offer, terms), answer)
                converse(connection, terms.inflater("server"), terms.deflater("client", level=9))
                connection.close()

    def test_a_wrong_offer_is_declined_and_the_connection_goes_on(self):
        for wrong in WRONG_OFFERS:
            with self.subTest(offer=wrong):
                connection, answer = self.offer(wrong)
                self.assertIsNone(answer)
                connection.send([Frame(TEXT, b"as it is"), *compressed(TEXT, HELLO)])
                self.assertEqual(connection.next(), ("text", b"as it is"))
                self.assertEqual(connection.next()[:2], ("close", 1002))

    def test_of_several_offers_the_first_sound_one_is_taken(self):
        for wrong in WRONG_OFFERS:
            in_two_fields = [f"x-other, {wrong}", f"x-other, {TWELVE}, {wrong}"]
            for offers in ([f"{wrong}, {TWELVE}, {NAME}"], [wrong, TWELVE, NAME], in_two_fields):
                with self.subTest(offers=offers):
                    connection, answer = self.offer(*offers)
                    connection.close()
                    self.assertEqual(answer, TWELVE)

    def test_other_spellings_and_other_extensions(self):
        for offers, expected in deflate_offers.SPELLINGS:
            with self.subTest(offers=offers):
                connection, answer = self.offer(*offers)
                connection.close()
                self.assertEqual(answer, expected)


class NegotiationWithTheChat(Deflate):
    """The same by a server that compresses once for all: it keeps no context, and asks its clients to keep none."""

    PROGRAM = "chorus-chat"
    NO_CONTEXT = extension(server_no_context_takeover=True, client_no_context_takeover=True)

    def test_every_sound_offer_is_accepted_without_contexts(self):
        for offer in deflate_offers.EVERY_OFFER:
            with self.subTest(offer=extension(**offer)):
                connection, answer = self.offer(extension(**offer))
                connection.close()
                self.assertTrue(deflate_offers.fits(offer, Terms(answer)), answer)
                self.assertTrue(answer.startswith(self.NO_CONTEXT), answer)

    def test_a_wrong_offer_is_declined_and_the_next_is_taken(self):
        for wrong in WRONG_OFFERS:
            for offers, expected in (([wrong], None), ([f"{wrong}, permessage-deflate"], self.NO_CONTEXT)):
                with self.subTest(offers=offers):
                    connection, answer = self.offer(*offers)
                    connection.close()
                    self.assertEqual(answer, expected)


class WithoutTheOption(Deflate):
    OPTIONS = ()

    def test_every_offer_is_declined(self):
        for offer in (extension(), TWELVE, *WRONG_OFFERS):
            connection, answer = self.offer(offer)
            self.assertIsNone(answer)
            connection.send(compressed(TEXT, HELLO))
            self.assertEqual(connection.next()[:2], ("close", 1002))
            connection.close()


class Bombs(Deflate):
    """What is small until it is inflated. The memory of the server hardly moves, whatever it is sent."""

    LIMIT = 1 << 20
    SLACK = 4 * LIMIT  # what is gathered, what is inflated, and as much again while it grows
    OPTIONS = ("--deflate", "--max-message", "1MiB")

    def agreed(self):
        connection, answer = self.offer(NAME)
        terms = Terms(answer)
        connection.inflater = terms.inflater("server")
        return connection, terms.deflater("client")

    def setUp(self):
        self.memory = Memory(self.server.process)

    def refused(self, frames):
        connection, _ = self.agreed()
        connection.send(frames)
        self.assertEqual(connection.next()[:2], ("close", 1009))
        self.assertEqual(connection.next(), ("end",))
        connection.close()

    def test_a_message_of_exactly_the_limit_is_taken_and_one_byte_more_is_1009(self):
        for kind in ("records", "an archive"):
            payload = (all_of(kind) * 4)[: self.LIMIT]
            for fragment in (0, 1000):
                connection, deflater = self.agreed()
                connection.send(compressed(BINARY, deflater.deflate(payload), fragment))
                self.assertTrue(connection.next() == ("binary", payload))
                connection.close()
                _, deflater = self.agreed()
                self.refused(compressed(BINARY, deflater.deflate(payload + b"!"), fragment))

    def test_a_gigabyte_in_a_megabyte_is_1009_and_costs_nothing(self):
        gigabyte = bomb(1 << 30)
        self.assertLess(len(gigabyte), self.LIMIT)  # its size alone gives no reason to refuse it
        self.refused(compressed(TEXT, bomb(self.LIMIT + 1)))
        for fragment in (0, 0, 0, 1000, 125):
            self.refused(compressed(TEXT, gigabyte, fragment))
        self.assertLess(self.memory.peak_growth(), self.SLACK)

    def test_many_bombs_at_once_cost_no_more_than_one(self):
        connections = [self.agreed()[0] for _ in range(100)]
        for connection in connections:
            connection.send(compressed(TEXT, bomb(20 << 20)))
        for connection in connections:
            self.assertEqual(connection.next()[:2], ("close", 1009))
            connection.close()
        self.assertLess(self.memory.peak_growth(), self.SLACK + 100 * (64 << 10))

    def test_a_bomb_of_blocks_that_say_nothing_is_bounded_as_well(self):
        self.refused(compressed(TEXT, b"\x00\x00\x00\xff\xff" * self.LIMIT))
        self.refused([Frame(TEXT, b"", rsv=RSV1, claims=1 << 40, form=64)])
        self.assertLess(self.memory.peak_growth(), self.SLACK)

    def test_a_bomb_behind_sound_messages_is_found_too(self):
        connection, deflater = self.agreed()
        for _ in range(3):
            connection.send(compressed(TEXT, deflater.deflate(b"\0" * self.LIMIT)))
            self.assertTrue(connection.next() == ("text", b"\0" * self.LIMIT))
        connection.send(compressed(TEXT, deflater.deflate(b"\0" * (self.LIMIT + 1))))
        self.assertEqual(connection.next()[:2], ("close", 1009))
        connection.close()


@functools.cache
def bomb(size):
    """So many zeros. What is flushed in full stands for itself, so that it can be repeated."""
    deflater, part = zlib.compressobj(9, zlib.DEFLATED, -15), min(size, 1 << 24)
    repeated = deflater.compress(b"\0" * part) + deflater.flush(zlib.Z_FULL_FLUSH)
    rest = deflater.compress(b"\0" * (size % part)) + deflater.flush(zlib.Z_SYNC_FLUSH)
    return (repeated * (size // part) + rest).removesuffix(TAIL)


if __name__ == "__main__":
    unittest.main(verbosity=2)

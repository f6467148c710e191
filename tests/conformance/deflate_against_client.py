# deflate_against_client.py — Holds the library's client role to RFC 7692: the suite's 216 cases, answers, and frames.
#
#   deflate_against_client.py PROGRAM [--messages NUMBER] [NAME_OF_A_TEST…]
import unittest

import deflate_offers
import handshakes
from against_client import Against
from deflate import NAME, Deflater, Inflater, Terms, compressed, extension
from deflate_cases import ANY_WINDOW, SEVERAL, offer_of
from deflate_frames import HELLO, CompressedFrames, converse
from deflate_sections import CompressionSections
from wire import TEXT, Connection, Frame

# What the program offers under each name.
OFFERED = {
    "any": ANY_WINDOW,
    "whole_window": NAME,
    "smallest": offer_of(True, 9),
    "several": ", ".join(offer_of(*each) for each in SEVERAL),
}

# What a server may not answer to these, and what it may, each as what follows the name.
UNFIT = {
    "whole_window": [
        "; client_max_window_bits=15",
        "; client_max_window_bits=9",
        "; server_no_context_takeover; client_max_window_bits=10",
    ],
    "smallest": [
        "",
        "; server_no_context_takeover",
        "; server_max_window_bits=9",
        "; client_no_context_takeover; client_max_window_bits=9",
        "; server_no_context_takeover; server_max_window_bits=10",
        "; server_no_context_takeover; server_max_window_bits=15",
        "; server_no_context_takeover; server_max_window_bits=9; client_max_window_bits=10",
    ],
}
FIT = {
    "whole_window": [
        "",
        "; server_no_context_takeover",
        "; client_no_context_takeover",
        "; server_max_window_bits=10",
        "; server_max_window_bits=8",
    ],
    "smallest": [
        "; server_no_context_takeover; server_max_window_bits=9",
        "; server_max_window_bits=8; server_no_context_takeover; client_no_context_takeover",
    ],
    "several": [
        "",
        "; server_max_window_bits=12",
        "; server_no_context_takeover",
        "; client_max_window_bits=12",
        "; server_no_context_takeover; server_max_window_bits=9",
    ],
}


def answering(*answers):
    """A response that chooses extensions, as a function of the client's key."""
    return lambda key: handshakes.response(key, *(f"Sec-WebSocket-Extensions: {each}" for each in answers))


class Deflate(Against):
    OFFERS = "any"
    connection = None

    def agreeing(self, answer, client=None):
        if self.connection:
            self.connection.close()  # it has one at a time
        stream, request = self.asked(client)
        stream.sendall(answering(answer)(handshakes.key_in(request)))
        self.connection = Connection(stream, is_client=False)
        self.connection.request = request
        return self.connection


class Autobahn(CompressionSections, Deflate):
    with_several_offers = None

    @classmethod
    def client_for(cls, case):
        if not case.name.startswith("13.7."):
            return cls.client
        if not cls.with_several_offers:  # it would not wait for its answer as long as a thousand messages take
            cls.with_several_offers = cls.start("several")
        return cls.with_several_offers

    def agree(self, case):
        client = self.client_for(case)
        return self.agreeing(case.answer, client), Terms(case.answer)

    def must_compress(self, _):
        return True


class Frames(CompressedFrames, Deflate):
    def agreed(self, **parameters):
        answer = extension(**parameters)
        connection, terms = self.agreeing(answer), Terms(answer)
        connection.inflater = terms.inflater("client")
        return connection, terms.deflater("server")


class Negotiation(Deflate):
    """What a server may answer, and what it may not."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.clients = {name: cls.start(name) for name in OFFERED}

    def test_offers_are_written_in_order_of_preference(self):
        for name, offered in OFFERED.items():
            fits_all = extension(server_no_context_takeover=True, server_max_window_bits=9)
            connection = self.agreeing(fits_all, self.clients[name])
            self.assertIn(f"\r\nSec-WebSocket-Extensions: {offered}\r\n", connection.request.decode())

    def test_every_answer_that_a_client_without_wishes_allows_is_kept_to(self):
        for answer in deflate_offers.EVERY_ANSWER:
            with self.subTest(answer=extension(**answer)):
                self.converse(extension(**answer))

    def converse(self, answer, client=None, inflater=None):
        terms = Terms(answer)
        window = max(terms.window("server"), 9)  # zlib cannot compress with 8, but what refers to nothing fits it
        outgoing = Deflater(terms.keeps_context("server"), window, level=9 if terms.window("server") >= 9 else 0)
        self.assertEqual(converse(self.agreeing(answer, client), inflater or terms.inflater("client"), outgoing), 4)

    def test_a_server_may_choose_nothing(self):
        for name in OFFERED:
            stream, request = self.asked(self.clients[name])
            stream.sendall(handshakes.response(handshakes.key_in(request)))
            connection = Connection(stream, is_client=False)
            connection.send([Frame(TEXT, b"as it is"), *compressed(TEXT, HELLO)])
            self.assertEqual(connection.next(), ("text", b"as it is"))
            self.assertEqual(connection.next()[:2], ("close", 1002))
            connection.close()

    def test_every_wrong_answer_ends_it_before_anything_is_sent(self):
        for answers in deflate_offers.WRONG_ANSWERS:
            with self.subTest(answers=answers):
                self.see_refusal(answering(*answers), "unexpected_extension")

    def test_an_answer_must_fit_what_was_offered(self):
        for name, answers in UNFIT.items():
            for answer in answers:
                with self.subTest(offered=OFFERED[name], answer=answer):
                    self.see_refusal(answering(f"{NAME}{answer}"), "unexpected_extension", self.clients[name])
        for name, answers in FIT.items():
            for answer in answers:
                with self.subTest(offered=OFFERED[name], answer=answer):
                    self.converse(f"{NAME}{answer}", self.clients[name])

    def test_what_a_client_has_said_of_itself_it_keeps_to_unasked(self):
        """RFC 7692, 7.1.1.2 and 7.1.2.2: a server may rely on it, whether its answer repeats it or not."""
        terms = f"{NAME}; server_no_context_takeover; server_max_window_bits=9"
        for answer in (terms, f"{terms}; client_no_context_takeover", f"{terms}; client_max_window_bits=9"):
            for name in ("smallest", "several"):
                with self.subTest(offered=OFFERED[name], answer=answer):
                    self.converse(answer, self.clients[name], Inflater(keeps_context=False, window=9))


if __name__ == "__main__":
    unittest.main(verbosity=2)

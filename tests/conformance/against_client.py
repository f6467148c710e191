# against_client.py — Holds the library's client role to RFC 6455: this is the server, chorus_echo_client the one judged.
#
#   against_client.py PROGRAM [NAME_OF_A_TEST…]
import socket
import subprocess
import sys
import unittest

import handshakes
from sections import Sections
from wire import BINARY, PATIENCE, PING, TEXT, Connection, Frame

PROGRAM = sys.argv.pop(1) if len(sys.argv) > 1 else "chorus_echo_client"


class Client:
    """The program with a listener of its own: it connects again whenever a connection has ended, until nobody listens
    any more. `offers` is the name of what it offers, see echo_client.cpp."""

    def __init__(self, offers="none"):
        self.listener = socket.create_server(("127.0.0.1", 0))
        self.listener.settimeout(PATIENCE)
        port = self.listener.getsockname()[1]
        self.process = subprocess.Popen([PROGRAM, str(port), offers], stdout=subprocess.PIPE, text=True)

    def accept(self):
        stream, _ = self.listener.accept()
        stream.settimeout(PATIENCE)
        return stream

    def said(self):
        return self.process.stdout.readline()

    def end(self):
        self.listener.close()
        try:
            if self.process.wait(PATIENCE) != 0:
                raise AssertionError(f"the client ended with {self.process.returncode}")
        finally:
            self.process.kill()
            self.process.stdout.close()


class Against(unittest.TestCase):
    OFFERS = "none"

    @classmethod
    def setUpClass(cls):
        cls.client = cls.start(cls.OFFERS)

    @classmethod
    def start(cls, offers):
        client = Client(offers)
        cls.addClassCleanup(client.end)
        return client

    def asked(self, client=None):
        """The next connection, and its request."""
        stream = (client or self.client).accept()
        self.addCleanup(stream.close)
        request = b""
        while not request.endswith(b"\r\n\r\n"):
            request += stream.recv(65536)
        return stream, request

    def open(self, answer=handshakes.response, behind=b""):
        stream, request = self.asked()
        stream.sendall(answer(handshakes.key_in(request)) + behind)
        return Connection(stream, is_client=False)

    def see_refusal(self, answer, reason, client=None):
        """It hangs up without having sent anything, and says why. Returns what it had asked."""
        stream, request = self.asked(client)
        with stream:
            stream.sendall(answer(handshakes.key_in(request)))
            self.assertEqual(all_of(stream), b"")
        self.assertEqual((client or self.client).said(), f"refused: {reason}\n")
        return request


def all_of(stream):
    try:
        return stream.recv(65536)
    except ConnectionResetError:  # it did not read all that was sent
        return b""


class Autobahn(Sections, Against):
    pass


class OpeningHandshake(Against):
    def test_the_request_is_what_the_rfc_asks_for(self):
        stream, request = self.asked()
        first, *lines = request.decode().removesuffix("\r\n\r\n").split("\r\n")
        fields = dict(line.split(": ", 1) for line in lines)
        key = fields.pop("Sec-WebSocket-Key")
        self.assertEqual(first, "GET / HTTP/1.1")
        self.assertEqual(len(handshakes.base64.b64decode(key, validate=True)), 16)
        host = f"127.0.0.1:{stream.getsockname()[1]}"
        expected = {"Host": host, "Upgrade": "websocket", "Connection": "Upgrade", "Sec-WebSocket-Version": "13"}
        self.assertEqual(fields, expected)
        stream.close()
        self.assertEqual(self.client.said(), "refused: no_answer\n")

    def test_every_key_is_another(self):
        keys = set()
        for _ in range(20):
            stream, request = self.asked()
            keys.add(handshakes.key_in(request))
            stream.close()
            self.client.said()
        self.assertEqual(len(keys), 20)

    def test_every_sound_answer_is_accepted(self):
        for name, answer in handshakes.GOOD_RESPONSES.items():
            with self.subTest(form=name):
                connection = self.open(answer)
                connection.send([Frame(TEXT, b"in")])
                self.assertEqual(connection.next(), ("text", b"in"))
                connection.close()

    def test_every_wrong_answer_ends_it_before_anything_is_sent(self):
        for name, (answer, reason) in handshakes.WRONG_RESPONSES.items():
            with self.subTest(form=name):
                self.see_refusal(answer, reason)

    def test_frames_may_follow_the_answer_at_once(self):
        connection = self.open(behind=Frame(TEXT, b"early").encoded(by_client=False))
        self.assertEqual(connection.next(), ("text", b"early"))
        connection.close()


class WhatAutobahnDoesNotAsk(Against):
    def fails(self, code, *frames):
        connection = self.open()
        connection.send(frames)
        self.assertEqual(connection.next()[:2], ("close", code))
        connection.close()

    def test_frames_that_are_masked_are_1002(self):
        for opcode in (TEXT, BINARY, PING, 10, 8):
            with self.subTest(opcode=opcode):
                self.fails(1002, Frame(opcode, b"", mask=False))

    def test_lengths_in_more_bytes_than_they_need_are_1002(self):
        for size, form in ((0, 16), (125, 16), (0, 64), (125, 64), (126, 64), (65535, 64)):
            with self.subTest(size=size, form=form):
                self.fails(1002, Frame(BINARY, claims=size, form=form))

    def test_a_64_bit_length_with_its_topmost_bit_set_is_1002(self):
        for claim in (1 << 63, (1 << 64) - 1):
            self.fails(1002, Frame(BINARY, claims=claim, form=64))


if __name__ == "__main__":
    unittest.main(verbosity=2)

# against_server.py — Holds chorus-echo to RFC 6455: every case of the Autobahn suite, and what that suite does not ask.
#
#   against_server.py FOLDER_OF_PROGRAMS [NAME_OF_A_TEST…]
import json
import socket
import sys
import unittest
from pathlib import Path

import handshakes
from memory import Memory
from sections import Sections
from wire import BINARY, CONTINUATION, PATIENCE, PING, PONG, TEXT, Connection, Frame

sys.path.insert(0, str(Path(__file__).resolve().parent.parent / "support"))
from program import Program  # noqa: E402

FOLDER = sys.argv.pop(1) if len(sys.argv) > 1 else "."


def read_head(stream):
    data = b""
    while b"\r\n\r\n" not in data:
        got = stream.recv(65536)
        if not got:
            break
        data += got
    head, _, rest = data.partition(b"\r\n\r\n")
    return head.decode("latin-1"), rest


class Against(unittest.TestCase):
    PROGRAM = "chorus-echo"
    OPTIONS = ()

    @classmethod
    def setUpClass(cls):
        cls.server = cls.enterClassContext(Program(FOLDER, cls.PROGRAM, "--log-level", "error", *cls.OPTIONS))

    @classmethod
    def enterClassContext(cls, manager):  # unittest has it from Python 3.11 on
        cls.addClassCleanup(manager.__exit__, None, None, None)
        return manager.__enter__()

    def connect(self):
        host, port = self.server.host.rsplit(":", 1)
        stream = socket.create_connection((host, int(port)), PATIENCE)
        self.addCleanup(stream.close)
        return stream

    def open(self, request=handshakes.request(), behind=b""):
        connection, extensions = self.shake_hands(request, behind)
        self.assertIsNone(extensions)
        return connection

    def shake_hands(self, request, behind=b""):
        """The connection, and what the server says of extensions."""
        stream = self.connect()
        stream.sendall(request + behind)
        head, early = read_head(stream)
        self.assertEqual(head.split("\r\n")[0], "HTTP/1.1 101 Switching Protocols")
        fields = {name.lower(): value for name, value in (line.split(": ", 1) for line in head.split("\r\n")[1:])}
        extensions = fields.pop("sec-websocket-extensions", None)
        fields.pop("x-request-id")  # by which the server's log knows the request
        expected = {"upgrade": "websocket", "connection": "Upgrade", "sec-websocket-accept": handshakes.accept_of(handshakes.KEY)}
        self.assertEqual(fields, expected)
        return Connection(stream, is_client=True, early=early), extensions


class Autobahn(Sections, Against):
    OPTIONS = ("--max-message", "0")


class OpeningHandshake(Against):
    def test_every_sound_form_is_accepted(self):
        for name, request in handshakes.GOOD_REQUESTS.items():
            with self.subTest(form=name):
                connection = self.open(request)
                connection.send([Frame(TEXT, b"in")])
                self.assertEqual(connection.next(), ("text", b"in"))

    def test_every_wrong_form_is_refused_with_its_status_and_reason(self):
        for name, (request, status, reason) in handshakes.WRONG_REQUESTS.items():
            with self.subTest(form=name):
                stream = self.connect()
                stream.sendall(request)
                self.see_refusal(stream, status, reason)

    def see_refusal(self, stream, status, reason):
        """One answer that says why, and then the end."""
        answer = b""
        while got := stream.recv(65536):
            answer += got
        head, _, body = answer.decode().partition("\r\n\r\n")
        self.assertEqual(head.split(" ")[:2], ["HTTP/1.1", str(status)], head)
        fields = {name.lower(): value for name, value in (line.split(": ", 1) for line in head.split("\r\n")[1:])}
        self.assertIn("close", fields["connection"])
        if reason:
            self.assertEqual((json.loads(body)["error"], int(fields["content-length"])), (reason, len(body)))
        if status == 426:
            self.assertEqual((fields["sec-websocket-version"], fields["upgrade"]), ("13", "websocket"))

    def test_frames_may_follow_the_request_at_once(self):
        connection = self.open(behind=Frame(TEXT, b"early").encoded(by_client=True))
        self.assertEqual(connection.next(), ("text", b"early"))

    def test_a_request_in_single_bytes_is_the_same_request(self):
        stream = self.connect()
        stream.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        for byte in handshakes.request():
            stream.sendall(bytes([byte]))
        self.assertTrue(read_head(stream)[0].startswith("HTTP/1.1 101 "))


class WhatAutobahnDoesNotAsk(Against):
    OPTIONS = ("--max-message", "1000")

    def fails(self, code, *frames):
        connection = self.open()
        connection.send(frames)
        self.assertEqual(connection.next()[:2], ("close", code))
        self.assertEqual(connection.next(), ("end",))

    def test_frames_that_are_not_masked_are_1002(self):
        for opcode in (TEXT, BINARY, PING, PONG, 8):
            with self.subTest(opcode=opcode):
                self.fails(1002, Frame(opcode, b"", mask=False))

    def test_lengths_in_more_bytes_than_they_need_are_1002(self):
        for size, form in ((0, 16), (125, 16), (0, 64), (125, 64), (126, 64), (65535, 64)):
            with self.subTest(size=size, form=form):
                self.fails(1002, Frame(BINARY, claims=size, form=form))

    def test_a_64_bit_length_with_its_topmost_bit_set_is_1002(self):
        for claim in (1 << 63, (1 << 64) - 1):
            self.fails(1002, Frame(BINARY, claims=claim, form=64))

    def test_a_message_of_the_limit_is_echoed_and_one_byte_more_is_1009_by_its_header_alone(self):
        connection = self.open()
        connection.send([Frame(BINARY, b"x" * 1000)])
        self.assertEqual(connection.next(), ("binary", b"x" * 1000))
        self.fails(1009, Frame(BINARY, claims=1001))
        self.fails(1009, Frame(BINARY, claims=(1 << 63) - 1, form=64))

    def test_fragments_are_summed_up(self):
        self.fails(1009, Frame(TEXT, b"x" * 600, fin=False), Frame(CONTINUATION, claims=401))

    def test_a_flood_of_pings_ends_in_a_pong_for_the_last_and_delays_no_message(self):
        connection = self.open()
        last = 20_000
        connection.send([Frame(PING, b"%d" % number) for number in range(1, last + 1)] + [Frame(TEXT, b"after it")])
        pongs, heard = [], connection.next()
        while heard[0] == "pong":
            pongs.append(int(heard[1]))
            heard = connection.next()
        self.assertEqual(heard, ("text", b"after it"))
        self.assertEqual((pongs, pongs[-1]), (sorted(set(pongs)), last))


class Idle(Against):
    def test_a_connection_keeps_nothing_of_what_it_has_said(self):
        payload = b"x" * (1 << 20)
        self.say(self.open(), payload)  # what the server allocates once is not judged
        connections, memory = [self.open() for _ in range(50)], Memory(self.server.process)
        for connection in connections:
            self.say(connection, payload)
        self.assertLess(memory.growth(), 50 * (64 << 10))

    def say(self, connection, payload):
        connection.send([Frame(BINARY, payload)])
        self.assertTrue(connection.next() == ("binary", payload))


class WhatTheChatDoesNotBear(Against):
    """The limits that chorus-echo does without, as they are by default."""

    PROGRAM = "chorus-chat"

    def ends(self, code, frames):
        connection = self.open()
        connection.send(frames)
        heard = connection.next()
        while heard[0] == "pong":
            heard = connection.next()
        self.assertEqual(heard[:2], ("close", code))
        self.assertEqual(connection.next(), ("end",))

    def test_a_flood_of_pings_or_pongs_is_1008(self):
        for opcode in (PING, PONG):
            self.ends(1008, [Frame(opcode, b"%d" % number) for number in range(20_000)])

    def test_a_thousand_pings_are_answered(self):
        connection = self.open()
        connection.send([Frame(PING, b"%d" % number) for number in range(1000)])
        heard = connection.next()
        while heard != ("pong", b"999"):
            self.assertEqual(heard[0], "pong")
            heard = connection.next()

    def test_a_message_in_too_many_fragments_is_1008(self):
        self.ends(1008, [Frame(TEXT, b"", fin=False), *[Frame(CONTINUATION, b"", fin=False)] * 131_072])

    def test_a_message_over_512_kib_is_1009(self):
        self.ends(1009, [Frame(TEXT, claims=512 * 1024 + 1, form=64)])


if __name__ == "__main__":
    unittest.main(verbosity=2)

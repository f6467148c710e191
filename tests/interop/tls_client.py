# tls_client.py — Python's ssl and `websockets` as clients: wss, certificates that change while people talk, and refusals.
#
#   tls_client.py FOLDER_OF_PROGRAMS [NAME_OF_A_TEST…]
import asyncio
import hashlib
import http.client
import json
import signal
import socket
import ssl
import sys
import tempfile
import time
import unittest
from pathlib import Path

import websockets

sys.path.insert(0, str(Path(__file__).resolve().parent.parent / "support"))
from certificate import Certificate  # noqa: E402
from log_file import LogFile  # noqa: E402
from program import Program  # noqa: E402

FOLDER = sys.argv.pop(1) if len(sys.argv) > 1 else "."
PATIENCE = 10  # seconds until something awaited counts as missing
MEBIBYTE = 1024 * 1024


def fingerprint_of(certificate):
    return fingerprint(ssl.PEM_cert_to_DER_cert(certificate.certificate.read_text()))


def fingerprint(der):
    return hashlib.sha256(der).hexdigest()


def believing_everybody():
    context = ssl.create_default_context()
    context.check_hostname = False
    context.verify_mode = ssl.CERT_NONE
    return context


class OverTls(unittest.IsolatedAsyncioTestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.certificate = Certificate(folder.name)

    def start(self, name, *options):
        self.log = self.enterContext(LogFile())
        server = Program(FOLDER, name, *(options or self.certificate.options()), errors=self.log.errors)
        self.addCleanup(server.__exit__)
        return server

    async def connect(self, server, context=None, **options):
        member = await websockets.connect(server.url, ssl=context or self.certificate.trusting(), max_size=None, **options)
        self.addAsyncCleanup(member.close)
        return member

    def log_so_far(self):
        return self.log.text()

    async def until(self, condition, what):
        deadline = time.monotonic() + PATIENCE
        while not condition():
            self.assertLess(time.monotonic(), deadline, f"{what}; the log: {self.log_so_far()}")
            await asyncio.sleep(0.01)

    def shown_by(self, server):
        host, port = server.host.split(":")
        with socket.create_connection((host, int(port)), PATIENCE) as plain, believing_everybody().wrap_socket(plain) as secured:
            return fingerprint(secured.getpeercert(binary_form=True))


class Chat(OverTls):
    async def test_two_clients_chat_over_wss(self):
        server = self.start("chorus-chat")
        self.assertTrue(server.url.startswith("wss://127.0.0.1:"))
        members = [await self.connect(server, origin=f"https://{server.host}"), await self.connect(server)]
        for member in members:
            await member.send(json.dumps({"type": "chat", "payload": {"text": "hello"}}))
            for each in members:
                heard = json.loads(await asyncio.wait_for(each.recv(), PATIENCE))
                self.assertEqual((heard["type"], heard["payload"]["text"]), ("chat", "hello"))
        self.assertEqual(members[0].transport.get_extra_info("ssl_object").selected_alpn_protocol(), None)  # the package names none

    async def test_the_page_comes_over_https(self):
        server = self.start("chorus-chat")
        for _ in range(2):
            connection = http.client.HTTPSConnection(server.host, context=self.certificate.trusting(), timeout=PATIENCE)
            connection.request("GET", "/")
            response = connection.getresponse()
            self.assertEqual(response.status, 200)
            self.assertIn(b"<title>chorus</title>", response.read())
            connection.close()

    async def test_plain_http_and_other_protocols_are_told(self):
        server = self.start("chorus-chat")
        connection = http.client.HTTPConnection(server.host, timeout=PATIENCE)
        connection.request("GET", "/")
        response = connection.getresponse()
        self.assertEqual((response.status, json.loads(response.read())["error"]), (400, "tls_required"))
        connection.close()
        only_http_2 = self.certificate.trusting()
        only_http_2.set_alpn_protocols(["h2"])
        with self.assertRaisesRegex(ssl.SSLError, "no application protocol"):
            await self.connect(server, only_http_2)
        both = self.certificate.trusting()
        both.set_alpn_protocols(["h2", "http/1.1"])
        member = await self.connect(server, both)
        self.assertEqual(member.transport.get_extra_info("ssl_object").selected_alpn_protocol(), "http/1.1")

    async def test_who_is_somebody_else_is_not_believed(self):
        server = self.start("chorus-chat", "--tls-self-signed")
        with self.assertRaises(ssl.SSLCertVerificationError):
            await self.connect(server)
        await self.connect(server, believing_everybody())
        self.assertIn(self.shown_by(server).upper(), self.log_so_far().replace(":", ""))

    async def test_a_drain_says_goodbye_in_tls(self):
        server = self.start("chorus-chat")
        member = await self.connect(server)
        server.terminate()
        with self.assertRaises(websockets.ConnectionClosed) as ended:
            await asyncio.wait_for(member.recv(), PATIENCE)
        self.assertEqual((ended.exception.rcvd.code, ended.exception.rcvd.reason), (1001, "server shutting down"))
        self.assertEqual(await asyncio.to_thread(server.exit_code), 0)


class Reload(OverTls):
    async def echoed(self, member, message):
        await member.send(message)
        self.assertEqual(await asyncio.wait_for(member.recv(), PATIENCE), message)

    async def test_a_new_certificate_is_shown_to_newcomers_and_drops_nobody(self):
        server = self.start("chorus-echo")
        old = await self.connect(server)
        before = fingerprint_of(self.certificate)
        self.assertEqual(self.shown_by(server), before)
        self.certificate.renew()
        self.assertEqual(self.shown_by(server), before, "not before it is told to")
        server.process.send_signal(signal.SIGHUP)
        await self.until(lambda: self.shown_by(server) != before, "the old certificate is still shown")
        self.assertEqual(self.shown_by(server), fingerprint_of(self.certificate))
        await self.echoed(old, "still here")
        await self.echoed(await self.connect(server), "new here")

    async def test_files_that_are_wrong_change_nothing_and_are_logged(self):
        server = self.start("chorus-echo")
        old = await self.connect(server)
        before = fingerprint_of(self.certificate)
        self.certificate.certificate.write_text("no certificate")
        for times in (1, 2):
            server.process.send_signal(signal.SIGHUP)
            await self.until(lambda: self.log_so_far().count("reload_failed") == times, "nothing is said about the file")
        self.assertIn("holds no certificate in PEM form", self.log_so_far())
        self.assertEqual(self.shown_by(server), before)
        await self.echoed(old, "still here")
        self.certificate.renew()
        server.process.send_signal(signal.SIGHUP)
        await self.until(lambda: self.shown_by(server) == fingerprint_of(self.certificate), "the new certificate is not shown")

    async def test_without_anything_to_read_again_the_signal_ends_the_server_as_ever(self):
        server = self.start("chorus-echo", "--tls-self-signed")
        server.process.send_signal(signal.SIGHUP)
        self.assertEqual(await asyncio.to_thread(server.exit_code), -signal.SIGHUP)


class Echo(OverTls):
    async def test_messages_of_many_sizes_come_back(self):
        member = await self.connect(self.start("chorus-echo"))
        for size in (0, 1, 125, 126, 16_383, 16_384, 16_385, 65_536, MEBIBYTE, 8 * MEBIBYTE):
            await member.send(b"\xa5" * size)
            self.assertEqual(await asyncio.wait_for(member.recv(), PATIENCE), b"\xa5" * size)

    async def test_a_client_that_reads_late_gets_all_in_order(self):
        member = await self.connect(self.start("chorus-echo"), max_queue=1)
        texts = [f"{index} {'é' * (index * 37 % 3000)}" for index in range(2000)]

        async def send_all():
            for text in texts:
                await member.send(text)

        sending = asyncio.create_task(send_all())
        await asyncio.sleep(0)
        self.assertEqual([await asyncio.wait_for(member.recv(), PATIENCE) for _ in texts], texts)
        await sending

    async def test_a_ticket_is_taken_back(self):
        server = self.start("chorus-echo")
        context = self.certificate.trusting()
        host, port = server.host.split(":")
        session, reused = None, []
        for _ in range(2):
            with socket.create_connection((host, int(port)), PATIENCE) as plain:
                with context.wrap_socket(plain, server_hostname="localhost", session=session) as secured:
                    secured.sendall(b"GET /healthz HTTP/1.1\r\nHost: localhost\r\n\r\n")
                    self.assertTrue(secured.recv(1000).startswith(b"HTTP/1.1 200 "))
                    session = secured.session
                    reused.append(secured.session_reused)
        self.assertEqual(reused, [False, True])


if __name__ == "__main__":
    unittest.main(verbosity=2)

# proxies.py — chorus-chat behind nginx and behind HAProxy, each with the configuration that docs/proxies shows.
#
#   proxies.py FOLDER_OF_PROGRAMS [NAME_OF_A_TEST…]
import asyncio
import http.client
import json
import os
import shutil
import socket
import subprocess
import sys
import tempfile
import time
import unittest
from pathlib import Path

import websockets

ROOT = Path(__file__).resolve().parent.parent.parent
sys.path.insert(0, str(ROOT / "tests" / "support"))
from certificate import Certificate  # noqa: E402
from log_file import LogFile  # noqa: E402
from program import Program  # noqa: E402

FOLDER = sys.argv.pop(1) if len(sys.argv) > 1 else "."
PATIENCE = 20  # seconds until something awaited counts as missing
PING_PERIOD = 54  # seconds; what the server's own clients may be silent for
PROXY, ANN, BOB = "127.0.0.1", "127.0.0.2", "127.0.0.3"  # where each of them connects from


def free_port():
    with socket.create_server((PROXY, 0)) as probe:
        return probe.getsockname()[1]


def substituted(text, changes):
    """The text with each of the changes made, and every one of them needed."""
    for old, new in changes.items():
        if old not in text:
            raise AssertionError(f"the configuration no longer says {old!r}")
        text = text.replace(old, new)
    return text


def nobody():
    """What makes a process of root one without privileges; nothing for one that has none."""
    return {"user": "nobody", "group": "nogroup", "extra_groups": []} if os.geteuid() == 0 else {}


class Proxy:
    """A proxy that runs as nobody on a free port, with the page's configuration but for ports and files."""

    def __init__(self, folder, *upstreams):
        self.folder, self.host = Path(folder), f"{PROXY}:{free_port()}"
        self.certificate = Certificate(folder)
        configuration = self.write(upstreams)
        if os.geteuid() == 0:
            for path in [self.folder, *self.folder.iterdir()]:
                shutil.chown(path, "nobody", "nogroup")
        program = shutil.which(self.program, path=os.environ["PATH"] + ":/usr/sbin")
        if not program:
            raise AssertionError(f"{self.program} is missing; the package {self.program} has it, see cmake/setup.sh --tests")
        self.process = subprocess.Popen([program, *self.options(configuration)], cwd=folder, **nobody())

    def wait_until_it_accepts(self):
        host, port = self.host.split(":")
        deadline = time.monotonic() + PATIENCE
        while True:
            try:
                return socket.create_connection((host, int(port)), PATIENCE).close()
            except ConnectionRefusedError:
                if self.process.poll() is not None or time.monotonic() > deadline:
                    raise AssertionError(f"{self.program} does not listen; its exit code: {self.process.poll()}") from None
                time.sleep(0.01)

    def end(self):
        self.process.terminate()
        self.process.wait(PATIENCE)


class Nginx(Proxy):
    program = "nginx"
    page = ROOT / "docs" / "proxies" / "nginx.conf"
    server_options = ["--trusted-proxy", PROXY]

    def write(self, upstreams):
        site = self.folder / "site.conf"
        site.write_text(substituted(self.page.read_text(), {
            "listen 443 ssl": f"listen {self.host} ssl",
            "server 127.0.0.1:8080": ";\n    ".join(f"server {each}" for each in upstreams),
            "/etc/nginx/chat.pem": str(self.certificate.certificate),
            "/etc/nginx/chat.key": str(self.certificate.key),
            "/var/log/nginx/chat.log": str(self.folder / "chat.log"),
        }))
        # What a system's own nginx.conf has around it; all in a folder that nobody may write.
        temporary = "".join(f"{each}_temp_path {self.folder}/{each};\n" for each in ("client_body", "proxy", "fastcgi", "uwsgi", "scgi"))
        around = self.folder / "nginx.conf"
        around.write_text(f"daemon off;\npid {self.folder}/pid;\nerror_log stderr warn;\nevents {{}}\n"
                          f"http {{\naccess_log {self.folder}/access.log;\n{temporary}include {site};\n}}\n")
        return around

    def options(self, configuration):
        return ["-e", "stderr", "-p", str(self.folder), "-c", str(configuration)]


class HAProxy(Proxy):
    program = "haproxy"
    page = ROOT / "docs" / "proxies" / "haproxy.cfg"
    server_options = ["--trusted-proxy", PROXY, "--proxy-protocol"]

    def write(self, upstreams):
        both = self.folder / "both.pem"
        both.write_text(self.certificate.certificate.read_text() + self.certificate.key.read_text())
        configuration = self.folder / "haproxy.cfg"
        configuration.write_text(substituted(self.page.read_text(), {
            "bind :443 ssl": f"bind {self.host} ssl",
            "server one 127.0.0.1:8080": "\n    ".join(f"server number-{number} {each}" for number, each in enumerate(upstreams)),
            "/etc/haproxy/chat.pem": str(both),
        }))
        return configuration

    def options(self, configuration):
        return ["-db", "-f", str(configuration)]


class Behind:
    """What must hold behind either of them."""

    def start(self, *options, servers=1):
        self.log = self.enterContext(LogFile())
        self.servers = [self.start_server(*options) for _ in range(servers)]
        self.server = self.servers[0]
        folder = self.enterContext(tempfile.TemporaryDirectory())
        self.proxy = self.proxy_kind(folder, *(each.host for each in self.servers))
        self.addCleanup(self.proxy.end)
        self.proxy.wait_until_it_accepts()

    def start_server(self, *options):
        server = Program(FOLDER, "chorus-chat", "--log-format", "json", "--admin-listen", f"{PROXY}:0", *self.proxy_kind.server_options, *options, errors=self.log.errors)
        self.addCleanup(server.__exit__)
        return server

    async def connect(self, address=ANN, name="ann", **options):
        url = f"wss://{self.proxy.host}/ws?name={name}"
        member = await websockets.connect(url, ssl=self.proxy.certificate.trusting(), local_addr=(address, 0), open_timeout=PATIENCE, **options)
        self.addAsyncCleanup(member.close)
        return member

    async def refusal(self, address=ANN, **options):
        """Status and fields of the answer that is no upgrade."""
        with self.assertRaises(websockets.InvalidStatusCode) as refused:
            await self.connect(address, **options)
        return refused.exception.status_code, refused.exception.headers

    async def heard(self, member):
        return json.loads(await asyncio.wait_for(member.recv(), PATIENCE))

    async def goodbye(self, member):
        with self.assertRaises(websockets.ConnectionClosed) as ended:
            await asyncio.wait_for(member.recv(), PATIENCE)
        return ended.exception.rcvd.code, ended.exception.rcvd.reason

    async def test_people_chat_and_the_log_says_where_they_really_come_from(self):
        self.start()
        ann, bob = await self.connect(ANN, "ann"), await self.connect(BOB, "bob")
        for member, name in ((ann, "ann"), (bob, "bob")):
            await member.send(json.dumps({"type": "chat", "payload": {"text": "é" * 2000}}))
            for each in (ann, bob):
                said = (await self.heard(each))["payload"]
                self.assertEqual((said["user"], said["text"]), (name, "é" * 2000))
        await bob.close()
        ended = await self.log.until("session_ended")
        self.assertEqual([(each["user"], each["peer"], each["code"]) for each in ended], [("bob", BOB, 1000)])

    async def test_the_page_comes_through(self):
        self.start()
        plain = http.client.HTTPSConnection(self.proxy.host, context=self.proxy.certificate.trusting(), timeout=PATIENCE)
        self.addCleanup(plain.close)
        for path, expected in (("/", b"<title>chorus</title>"), ("/healthz", b"ok\n"), ("/readyz", b"ready\n")):
            plain.request("GET", path)
            answer = plain.getresponse()
            self.assertEqual(answer.status, 200)
            self.assertIn(expected, answer.read())

    async def test_what_is_for_operators_does_not(self):
        self.start()
        for path in ("/metrics", "/status", "/status/events"):
            plain = http.client.HTTPSConnection(self.proxy.host, context=self.proxy.certificate.trusting(), timeout=PATIENCE)
            self.addCleanup(plain.close)
            plain.request("GET", path)
            self.assertEqual(plain.getresponse().status, 404, path)

    async def test_pages_of_this_host_may_connect_and_others_may_not(self):
        self.start()
        await self.connect(origin=f"https://{self.proxy.host}")
        for origin in ("https://evil.example", f"https://{self.server.host}", "null"):
            self.assertEqual((await self.refusal(origin=origin))[0], 403, origin)

    async def test_each_client_is_counted_by_its_own_address(self):
        self.start("--max-per-ip", "2")
        for address in (ANN, BOB):
            for _ in range(2):
                await self.connect(address)
        status, fields = await self.refusal(ANN)
        self.assertEqual(status, 429)
        self.assertIn("Retry-After", fields)

    async def test_nobody_is_believed_about_where_he_comes_from(self):
        self.start("--max-per-ip", "1")
        await self.connect(ANN)
        made_up = {"extra_headers": {"X-Forwarded-For": "203.0.113.1", "Forwarded": "for=203.0.113.1", "X-Real-IP": "203.0.113.1"}}
        self.assertEqual((await self.refusal(ANN, **made_up))[0], 429)

    async def test_compression_is_agreed_on_through_it(self):
        self.start("--deflate")
        member = await self.connect(compression="deflate")
        self.assertIn("permessage-deflate", member.response_headers["Sec-WebSocket-Extensions"])
        await member.send(json.dumps({"type": "chat", "payload": {"text": "tea " * 500}}))
        self.assertEqual((await self.heard(member))["payload"]["text"], "tea " * 500)

    async def test_a_drain_says_goodbye_through_it_and_newcomers_are_told_to_come_back(self):
        self.start()
        members = [await self.connect(), await self.connect(BOB)]
        self.server.terminate()
        for member in members:
            self.assertEqual(await self.goodbye(member), (1001, "server shutting down"))
        self.assertEqual(await asyncio.to_thread(self.server.exit_code), 0)
        status, fields = await self.refusal()
        self.assertEqual((status, fields["Retry-After"]), (503, "5"))

    async def test_while_it_drains_newcomers_are_told_so(self):
        self.start()
        stays = await self.connect(close_timeout=PATIENCE)
        stays.transport.pause_reading()  # so that it does not answer the Close
        self.server.terminate()
        await self.log.until("draining")
        status, fields = await self.refusal()
        self.assertEqual((status, fields["Retry-After"]), (503, "5"))
        stays.transport.resume_reading()
        self.assertEqual((await self.goodbye(stays))[0], 1001)

    async def test_newcomers_whom_one_server_refuses_go_to_the_next(self):
        self.start(servers=2)
        first, second = await self.connect(), await self.connect()  # in turn
        first.transport.pause_reading()  # so that it does not answer the Close
        self.server.terminate()
        await self.log.until("draining")
        for _ in range(4):
            newcomer = await self.connect()
            await newcomer.send(json.dumps({"type": "chat", "payload": {"text": "tea?"}}))
            self.assertEqual((await self.heard(second))["payload"]["text"], "tea?")
        first.transport.resume_reading()
        self.assertEqual((await self.goodbye(first))[0], 1001)

    def test_it_waits_longer_than_the_server_between_two_pings(self):
        waits = self.waits(self.proxy_kind.page.read_text())
        self.assertGreaterEqual(len(waits), 2)
        self.assertGreater(min(waits), PING_PERIOD)


class BehindNginx(Behind, unittest.IsolatedAsyncioTestCase):
    proxy_kind = Nginx

    async def test_no_token_reaches_its_log(self):
        self.start()
        member = await self.connect(name="ann&token=my-secret")
        await member.close()
        await self.refusal(name="ann&token=my-secret", origin="https://evil.example", extra_headers={"Referer": "https://evil.example/?token=my-secret"})
        self.proxy.end()  # which writes what is left
        logged = (self.proxy.folder / "chat.log").read_text()
        for status in (101, 403):
            self.assertRegex(logged, rf'^{ANN} - - \[[^]]*\] "GET /ws HTTP/1.1" {status} ')
            logged = logged.partition("\n")[2]
        self.assertNotIn("my-secret", (self.proxy.folder / "chat.log").read_text())
        self.assertEqual((self.proxy.folder / "access.log").read_text(), "")  # that of the system's own nginx.conf

    @staticmethod
    def waits(text):
        lines = [line.split() for line in text.splitlines()]
        return [int(line[1].rstrip("s;")) for line in lines if line and line[0] in ("proxy_read_timeout", "proxy_send_timeout")]


class BehindHAProxy(Behind, unittest.IsolatedAsyncioTestCase):
    proxy_kind = HAProxy

    @staticmethod
    def waits(text):
        lines = [line.split() for line in text.splitlines()]
        return [int(line[2].rstrip("s")) for line in lines if line[:2] in (["timeout", "client"], ["timeout", "server"], ["timeout", "tunnel"])]


if __name__ == "__main__":
    unittest.main(verbosity=2)

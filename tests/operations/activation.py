# activation.py — chorus-chat as systemd runs it: with a socket that was open before, and telling how it is.
#
#   activation.py FOLDER_OF_PROGRAMS [NAME_OF_A_TEST…]
import asyncio
import http.client
import json
import os
import resource
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import unittest
from pathlib import Path

import websockets

sys.path.insert(0, str(Path(__file__).resolve().parent.parent / "support"))
from log_file import LogFile  # noqa: E402
from program import Program  # noqa: E402

FOLDER = sys.argv.pop(1) if len(sys.argv) > 1 else "."
PATIENCE = 20  # seconds until something awaited counts as missing

# What systemd does between fork and exec: the descriptors from 3 on, and the variables that speak of them.
PASS = """
import os, sys
count = int(sys.argv[1])
for to, given in enumerate(map(int, sys.argv[2 : 2 + count]), 3):
    os.dup2(given, to)
os.environ.update(LISTEN_FDS=str(count), LISTEN_PID=str(os.getpid()))
os.execv(sys.argv[2 + count], sys.argv[2 + count :])
"""


def passing(*sockets):
    """How to start a program with these sockets, which stay open here as they do in systemd."""
    numbers = [each.fileno() for each in sockets]
    return {"launcher": [sys.executable, "-c", PASS, str(len(numbers)), *map(str, numbers)], "pass_fds": numbers}


class Activation(unittest.IsolatedAsyncioTestCase):
    def listening(self, **how):
        return self.kept(socket.create_server(("127.0.0.1", 0), **how))

    def kept(self, opened):
        # Above those that the launcher fills.
        high = socket.socket(fileno=os.dup(opened.fileno()))
        while high.fileno() < 10:
            self.addCleanup(high.close)
            high = socket.socket(fileno=os.dup(opened.fileno()))
        opened.close()
        self.addCleanup(high.close)
        return high

    def start(self, at, *options, **how):
        server = Program(FOLDER, "chorus-chat", *options, listen="systemd", **passing(at), **how)
        self.addCleanup(server.__exit__)
        return server

    def complaint(self, *sockets, environment=None):
        how = passing(*sockets) if sockets else {"launcher": []}
        command = [*how.pop("launcher"), str(Path(FOLDER) / "chorus-chat"), "--listen", "systemd"]
        ended = subprocess.run(command, capture_output=True, text=True, timeout=PATIENCE, env=environment, **how)
        self.assertEqual((ended.returncode, ended.stdout), (2, ""))
        return ended.stderr

    async def test_people_chat_at_the_socket_it_is_given(self):
        at = self.listening()
        server = self.start(at)
        self.assertEqual(server.host, "127.0.0.1:%d" % at.getsockname()[1])
        async with websockets.connect(server.url) as ann:
            await ann.send(json.dumps({"type": "chat", "payload": {"text": "tea?"}}))
            heard = json.loads(await asyncio.wait_for(ann.recv(), PATIENCE))
            self.assertEqual(heard["payload"]["text"], "tea?")

    def test_who_comes_while_nothing_runs_is_answered_by_the_next(self):
        at = self.listening()
        first = self.start(at)
        first.terminate()
        self.assertEqual(first.exit_code(), 0)
        waiting = http.client.HTTPConnection(first.host, timeout=PATIENCE)
        self.addCleanup(waiting.close)
        waiting.request("GET", "/readyz")
        self.start(at)
        self.assertEqual(waiting.getresponse().status, 200)

    def test_the_file_of_a_unix_socket_is_left_to_who_made_it(self):
        folder = self.enterContext(tempfile.TemporaryDirectory())
        path = Path(folder) / "chat.sock"
        opened = socket.socket(socket.AF_UNIX)
        opened.bind(str(path))
        opened.listen()
        server = self.start(self.kept(opened))
        self.assertEqual(server.url, f"ws+unix://{path}:/ws")
        server.terminate()
        self.assertEqual(server.exit_code(), 0)
        self.assertTrue(path.is_socket())

    def test_what_is_no_socket_to_listen_on_is_refused(self):
        datagrams = self.kept(socket.socket(socket.AF_INET, socket.SOCK_DGRAM))
        silent = self.kept(socket.socket())
        for wrong in (datagrams, silent):
            self.assertIn("it is no listening stream socket", self.complaint(wrong))
        self.assertIn("not 2", self.complaint(self.listening(), self.listening()))
        self.assertIn("nothing was passed", self.complaint())
        of_another = dict(os.environ, LISTEN_FDS="1", LISTEN_PID="1")
        self.assertIn("nothing was passed", self.complaint(environment=of_another))

    def test_systemd_itself_starts_it_for_the_first_who_comes(self):
        activate = shutil.which("systemd-socket-activate")
        self.assertIsNotNone(activate, "the package systemd has it, see cmake/setup.sh --tests")
        with socket.create_server(("127.0.0.1", 0)) as probe:
            port = probe.getsockname()[1]
        command = [activate, "--listen", f"127.0.0.1:{port}", str(Path(FOLDER) / "chorus-chat"), "--listen", "systemd"]
        server = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True)
        self.addCleanup(server.stderr.close)
        self.addCleanup(server.wait)
        self.addCleanup(server.kill)
        self.assertIn("Listening on", server.stderr.readline())
        visitor = http.client.HTTPConnection("127.0.0.1", port, timeout=PATIENCE)
        self.addCleanup(visitor.close)
        visitor.request("GET", "/readyz")
        self.assertEqual(visitor.getresponse().status, 200)
        server.send_signal(signal.SIGTERM)
        self.assertEqual(server.wait(PATIENCE), 0)


class Telling(unittest.TestCase):
    def asking(self, name):
        asked = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
        self.addCleanup(asked.close)
        asked.bind(name)
        asked.settimeout(PATIENCE)
        return asked

    def test_it_tells_when_it_is_ready_reads_again_and_stops(self):
        folder = self.enterContext(tempfile.TemporaryDirectory())
        tokens = Path(folder) / "tokens"
        tokens.write_text("secret ann\n")
        for name in (f"{folder}/told", f"\0chorus-{os.getpid()}"):
            asked = self.asking(name)
            environment = dict(os.environ, NOTIFY_SOCKET=name.replace("\0", "@"))
            with Program(FOLDER, "chorus-chat", "--tokens", str(tokens), env=environment) as server:
                self.assertEqual(asked.recv(100), b"READY=1")
                server.process.send_signal(signal.SIGHUP)
                self.assertEqual([asked.recv(100), asked.recv(100)], [b"RELOADING=1", b"READY=1"])
                server.terminate()
                self.assertEqual(asked.recv(100), b"STOPPING=1")
                self.assertEqual(server.exit_code(), 0)

    @unittest.skipIf("SANITIZED" in os.environ, "a sanitizer needs descriptors of its own to look at memory")
    def test_it_tells_and_ends_though_it_has_no_descriptor_left(self):
        folder = self.enterContext(tempfile.TemporaryDirectory())
        tokens = Path(folder) / "tokens"
        tokens.write_text("secret ann\n")
        asked = self.asking(f"{folder}/told")
        environment = dict(os.environ, NOTIFY_SOCKET=f"{folder}/told")
        with Program(FOLDER, "chorus-chat", "--tokens", str(tokens), env=environment) as server:
            self.assertEqual(asked.recv(100), b"READY=1")
            resource.prlimit(server.process.pid, resource.RLIMIT_NOFILE, (3, 3))
            server.process.send_signal(signal.SIGHUP)
            self.assertEqual([asked.recv(100), asked.recv(100)], [b"RELOADING=1", b"READY=1"])
            server.terminate()
            self.assertEqual(asked.recv(100), b"STOPPING=1")
            self.assertEqual(server.exit_code(), 0)

    def test_who_stops_does_not_say_that_it_is_ready(self):
        folder = self.enterContext(tempfile.TemporaryDirectory())
        asked = self.asking(f"{folder}/told")
        log = self.enterContext(LogFile())
        environment = dict(os.environ, NOTIFY_SOCKET=f"{folder}/told")
        options = ("--config", f"{folder}/chat.conf", "--log-format", "json")
        (Path(folder) / "chat.conf").write_text("")
        with Program(FOLDER, "chorus-chat", *options, env=environment, errors=log.errors) as server:
            self.assertEqual(asked.recv(100), b"READY=1")
            asyncio.run(self.reload_while_draining(server, log))
            self.assertEqual(server.exit_code(), 0)
        self.assertEqual(asked.recv(100), b"STOPPING=1")
        asked.setblocking(False)
        self.assertRaises(BlockingIOError, asked.recv, 100)

    async def reload_while_draining(self, server, log):
        member = await websockets.connect(server.url)  # for which the drain waits while it does not read
        member.transport.pause_reading()
        server.terminate()
        await log.until("draining")
        Path(server.process.args[server.process.args.index("--config") + 1]).write_text("strikes = 7\n")
        server.process.send_signal(signal.SIGHUP)
        await log.until("option_changed")
        member.transport.resume_reading()
        await member.close()

    def test_it_runs_though_the_name_to_tell_is_longer_than_a_socket_may_have(self):
        folder = self.enterContext(tempfile.TemporaryDirectory())
        tokens = Path(folder) / "tokens"
        tokens.write_text("secret ann\n")
        log = self.enterContext(LogFile())
        environment = dict(os.environ, NOTIFY_SOCKET="/" + 108 * "x")
        options = ("--tokens", str(tokens), "--log-format", "json")
        with Program(FOLDER, "chorus-chat", *options, env=environment, errors=log.errors) as server:
            server.process.send_signal(signal.SIGHUP)
            asyncio.run(log.until("signal", 1))
            server.terminate()
            self.assertEqual(server.exit_code(), 0)
        self.assertEqual([line["what"] for line in log.lines("supervisor_not_told")], ["NOTIFY_SOCKET"])

    def test_it_runs_though_nobody_listens_to_what_it_tells(self):
        folder = self.enterContext(tempfile.TemporaryDirectory())
        with Program(FOLDER, "chorus-chat", env=dict(os.environ, NOTIFY_SOCKET=f"{folder}/nobody")) as server:
            server.terminate()
            self.assertEqual(server.exit_code(), 0)


if __name__ == "__main__":
    unittest.main(verbosity=2)

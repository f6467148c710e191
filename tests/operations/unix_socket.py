# unix_socket.py — chorus-chat at the path of a Unix socket: who may connect, what becomes of its file, who is counted.
#
#   unix_socket.py FOLDER_OF_PROGRAMS [NAME_OF_A_TEST…]
import asyncio
import json
import signal
import stat
import subprocess
import sys
import tempfile
import unittest
from pathlib import Path

import websockets

sys.path.insert(0, str(Path(__file__).resolve().parent.parent / "support"))
from program import Program  # noqa: E402

FOLDER = sys.argv.pop(1) if len(sys.argv) > 1 else "."
PATIENCE = 20  # seconds until something awaited counts as missing


class UnixSocket(unittest.IsolatedAsyncioTestCase):
    def setUp(self):
        self.path = Path(self.enterContext(tempfile.TemporaryDirectory())) / "chat.sock"

    def start(self, *options, **how):
        server = Program(FOLDER, "chorus-chat", *options, listen=f"unix:{self.path}", **how)
        self.addCleanup(server.__exit__)
        return server

    def complaint(self):
        command = [str(Path(FOLDER) / "chorus-chat"), "--listen", f"unix:{self.path}"]
        ended = subprocess.run(command, capture_output=True, text=True, timeout=PATIENCE)
        self.assertEqual((ended.returncode, ended.stdout), (2, ""))
        return ended.stderr

    def connect(self, **options):
        return websockets.unix_connect(str(self.path), "ws://localhost/ws", **options)

    async def test_people_chat_through_it(self):
        server = self.start()
        self.assertEqual(server.url, f"ws+unix://{self.path}:/ws")
        async with self.connect(origin="http://localhost") as ann:
            await ann.send(json.dumps({"type": "chat", "payload": {"text": "tea?"}}))
            self.assertEqual(json.loads(await asyncio.wait_for(ann.recv(), PATIENCE))["payload"]["text"], "tea?")

    def test_its_file_has_the_mode_that_the_umask_leaves(self):
        for umask, mode in ((0o117, 0o660), (0o077, 0o700), (0o111, 0o666)):
            with Program(FOLDER, "chorus-chat", listen=f"unix:{self.path}", umask=umask) as server:
                self.assertEqual(stat.S_IMODE(self.path.stat().st_mode), mode)
                server.terminate()
                self.assertEqual(server.exit_code(), 0)

    def test_its_file_goes_with_it(self):
        server = self.start()
        server.terminate()
        self.assertEqual(server.exit_code(), 0)
        self.assertFalse(self.path.exists())

    async def test_a_file_that_a_dead_server_left_is_taken_over(self):
        dead = self.start()
        dead.process.send_signal(signal.SIGKILL)
        dead.exit_code()
        self.assertTrue(self.path.is_socket())
        self.start()
        async with self.connect():
            pass

    async def test_a_server_that_lives_is_not_pushed_aside(self):
        self.start()
        self.assertIn("Address already in use", self.complaint())
        async with self.connect():
            pass

    def test_what_is_no_socket_is_left_as_it_is(self):
        self.path.write_text("a letter")
        self.assertIn("Address already in use", self.complaint())
        self.assertEqual(self.path.read_text(), "a letter")

    async def test_a_proxy_at_it_tells_who_its_clients_are(self):
        self.start("--trusted-proxy", "unix", "--max-per-ip", "1")
        ann, bob = ({"extra_headers": {"X-Forwarded-For": address}} for address in ("203.0.113.1", "203.0.113.2"))
        async with self.connect(**ann), self.connect(**bob):
            with self.assertRaises(websockets.InvalidStatusCode) as refused:
                await self.connect(**ann)
            self.assertEqual(refused.exception.status_code, 429)

    async def test_who_comes_through_it_is_not_counted_by_address(self):
        self.start("--max-per-ip", "1")
        async with self.connect(), self.connect():
            pass


if __name__ == "__main__":
    unittest.main(verbosity=2)

# reload.py — chorus-chat reads its options again at SIGHUP, while people are there.
#
#   reload.py FOLDER_OF_PROGRAMS [NAME_OF_A_TEST…]
import asyncio
import json
import signal
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


class Reload(unittest.IsolatedAsyncioTestCase):
    def start(self, options, *flags):
        self.file = Path(self.enterContext(tempfile.TemporaryDirectory())) / "chat.conf"
        self.file.write_text(options)
        self.log = self.enterContext(LogFile())
        self.server = Program(FOLDER, "chorus-chat", "--config", str(self.file), "--log-format", "json", *flags, errors=self.log.errors)
        self.addCleanup(self.server.__exit__)

    async def connect(self, query="", **options):
        member = await websockets.connect(self.server.url + query, **options)
        self.addAsyncCleanup(member.close)
        return member

    async def status(self, query="", **options):
        """With what an upgrade is answered."""
        try:
            async with websockets.connect(self.server.url + query, **options):
                return 101
        except websockets.InvalidStatusCode as refused:
            return refused.status_code

    def logged(self, event, key):
        return [line[key] for line in self.log.lines(event)]

    async def reload(self, options, event, key, expected):
        """Has the file read again as it is now, and waits until the log says what came of it."""
        before = len(self.log.lines(event))
        self.file.write_text(options)
        self.server.process.send_signal(signal.SIGHUP)
        await self.log.until(event, before + len(expected))
        self.assertEqual(self.logged(event, key)[before:], expected)

    async def change(self, options, *changed):
        await self.reload(options, "option_changed", "option", list(changed))

    async def heard(self, member, type):
        while (envelope := json.loads(await asyncio.wait_for(member.recv(), PATIENCE)))["type"] != type:
            pass
        return envelope["payload"]

    async def say(self, member, text):
        await member.send(json.dumps({"type": "chat", "payload": {"text": text}}))

    async def test_limits_hold_for_newcomers_and_nobody_is_dropped(self):
        self.start("max-per-ip = 2\n")
        ann, _ = await self.connect(), await self.connect()
        self.assertEqual(await self.status(), 429)
        await self.change("max-per-ip = 3\n", "max-per-ip")
        self.assertEqual(await self.status(), 101)
        await self.change("max-connections = 1\n", "max-connections", "max-per-ip")
        self.assertEqual(await self.status(), 503)
        await self.say(ann, "still here")
        self.assertEqual((await self.heard(ann, "chat"))["text"], "still here")

    async def test_pages_that_may_connect_change(self):
        self.start("origin = https://old.example\n")
        await self.change("origin = https://new.example, https://*.app.example\nrequire-origin = true\n", "origin", "require-origin")
        for origin, expected in (("https://old.example", 403), ("https://new.example", 101), ("https://a.app.example", 101)):
            self.assertEqual(await self.status(origin=origin), expected, origin)
        self.assertEqual(await self.status(), 403)

    async def test_who_is_there_sends_by_the_new_rate(self):
        self.start("rate = 1\nburst = 1\n", "--threads", "3")
        members = [await self.connect() for _ in range(3)]
        for _ in range(2):
            await self.say(members[0], "too much")
        self.assertEqual((await self.heard(members[0], "error"))["code"], "rate_limited")
        await self.change("rate = 100\nburst = 100\n", "rate", "burst")
        for member in members:  # one on each thread
            for each in range(10):
                await self.say(member, str(each))
        for member in members:
            for _ in range(10 * len(members)):
                await self.heard(member, "chat")

    async def test_rooms_have_the_new_limits(self):
        self.start("")
        ann = await self.connect()
        await self.change("max-rooms = 1\nmax-room-name = 3\n", "max-rooms", "max-room-name")
        for room, answer in (("tea", None), ("pub", "too_many_rooms"), ("coffee", "bad_room")):
            await ann.send(json.dumps({"type": "join", "payload": {"room": room}}))
            if answer:
                self.assertEqual((await self.heard(ann, "error"))["code"], answer)
            else:
                await self.heard(ann, "joined")

    async def test_what_cannot_change_is_named_and_stays(self):
        self.start("threads = 1\n")
        await self.reload("threads = 2\noutbox-bytes = 2MiB\ntrusted-proxy = 10.0.0.0/8\n", "reload_needs_restart", "option",
                          ["threads", "trusted-proxy", "outbox-bytes"])
        await self.reload("threads = 2\n", "reload_needs_restart", "option", ["threads"])  # again, for it still differs
        self.assertEqual(self.logged("option_changed", "option"), [])
        self.assertEqual(await self.status(), 101)

    async def test_what_depends_on_an_option_that_cannot_change_is_refused_and_both_are_named(self):
        self.start("max-per-ip = 1\n")
        await self.connect()
        await self.reload("max-per-ip = 2\noutbox-bytes = 64KiB\nmax-queued-bytes = 128KiB\n", "reload_failed", "why",
                          ["max_queued_bytes: at least outbox.bytes, or one client could never reach its own bound"])
        self.assertIn("outbox-bytes", self.logged("reload_needs_restart", "option"))
        self.assertEqual(await self.status(), 429)

    async def test_a_flag_still_wins_over_the_file(self):
        self.start("max-per-ip = 5\nstrikes = 5\n", "--max-per-ip", "1")
        await self.change("max-per-ip = 9\nstrikes = 9\n", "strikes")
        await self.connect()
        self.assertEqual(await self.status(), 429)

    async def test_a_file_that_is_wrong_changes_nothing_and_is_named(self):
        self.start("max-per-ip = 1\n")
        await self.connect()
        for wrong, why in (
            ("max-per-ip = 9\nrate = often\n", "chat.conf:2: rate: expected a whole number, 0 for no limit, got 'often'"),
            ("max-per-ip = 9\nno-such-key = 1\n", "chat.conf:2: unknown key 'no-such-key'; --help lists what there is"),
            ("max-per-ip = 9\ntls-cert = /no/such/file\n", "tls_cert and tls_key: one needs the other"),
        ):
            expected = f"{self.file.parent}/{why}" if why.startswith("chat.conf") else why
            await self.reload(wrong, "reload_failed", "why", [expected])
            self.assertEqual(await self.status(), 429)
        self.file.unlink()
        self.server.process.send_signal(signal.SIGHUP)
        await self.change("max-per-ip = 2\n", "max-per-ip")
        self.assertEqual(await self.status(), 101)

    async def test_a_wrong_file_of_tokens_keeps_no_option_from_changing(self):
        tokens = Path(self.enterContext(tempfile.TemporaryDirectory())) / "tokens"
        tokens.write_text("secret ann\n")
        self.start(f"tokens = {tokens}\nmax-per-ip = 1\n")
        ann = "?token=secret"
        await self.connect(ann)
        self.assertEqual(await self.status(ann), 429)
        tokens.write_text("nobody's\n")
        await self.change(f"tokens = {tokens}\nmax-per-ip = 2\n", "max-per-ip")
        self.assertEqual(len(self.log.lines("reload_failed")), 1)
        self.assertEqual(await self.status(ann), 101)  # by the old tokens

    async def test_a_shorter_drain_holds_for_who_is_there(self):
        self.start("drain-timeout = 30\n")
        deaf = await self.connect()
        await self.change("drain-timeout = 0\n", "drain-timeout")
        deaf.transport.pause_reading()
        self.server.terminate()
        self.assertEqual(await asyncio.to_thread(self.server.exit_code), 1)  # cut at once
        deaf.transport.abort()

    async def test_the_log_says_as_much_as_it_is_told_to(self):
        self.start("log-level = info\n")
        await self.change("log-level = error\n", "log-level")
        self.server.terminate()
        await asyncio.to_thread(self.server.exit_code)
        self.assertEqual(self.logged("draining", "event"), [])


if __name__ == "__main__":
    unittest.main(verbosity=2)

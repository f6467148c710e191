# cat_in_chat.py — chorus-cat as a person and as a part of a pipe, with chorus-chat: what is said, shown, and answered with an
# exit code.
#
#   cat_in_chat.py FOLDER_OF_PROGRAMS [NAME_OF_A_TEST…]
import fcntl
import os
import pty
import queue
import re
import select
import signal
import subprocess
import sys
import threading
import unittest
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent / "support"))
from program import WITHOUT_PROXIES, Program  # noqa: E402
from relay import Relay  # noqa: E402

FOLDER = sys.argv.pop(1) if len(sys.argv) > 1 else "."
PATIENCE = 30  # seconds until something awaited counts as missing



def run(*words, said="", **variables):
    """Runs chorus-cat to its end: exit code, stdout, stderr."""
    command = [str(Path(FOLDER) / "chorus-cat"), *words]
    done = subprocess.run(command, input=said, capture_output=True, text=True, timeout=PATIENCE, env=WITHOUT_PROXIES | variables)
    return done.returncode, done.stdout, done.stderr


class Cat:
    """A chorus-cat that stays: `say` writes a line, `hear` waits for one of stdout, `note` for one of stderr. A context manager."""

    def __init__(self, *words):
        command = [str(Path(FOLDER) / "chorus-cat"), *words]
        pipe = subprocess.PIPE
        self.process = subprocess.Popen(command, stdin=pipe, stdout=pipe, stderr=pipe, text=True, bufsize=1, env=WITHOUT_PROXIES)
        self.heard, self.noted = queue.Queue(), queue.Queue()
        streams = ((self.process.stdout, self.heard), (self.process.stderr, self.noted))
        self.readers = [threading.Thread(target=self._read, args=each) for each in streams]
        for reader in self.readers:
            reader.start()

    def _read(self, stream, lines):
        for line in stream:
            lines.put(line.rstrip("\n"))

    def say(self, line):
        self.process.stdin.write(line + "\n")

    def hear(self, pattern):
        return self._expect(self.heard, pattern)

    def note(self, pattern):
        return self._expect(self.noted, pattern)

    def _expect(self, lines, pattern):
        """Passes over other lines."""
        passed = []
        while True:
            try:
                passed.append(lines.get(timeout=PATIENCE))
            except queue.Empty:
                raise AssertionError(f"no line like {pattern!r}, but {passed}") from None
            if re.search(pattern, passed[-1]):
                return passed[-1]

    def end(self):
        """Closes its input and gives its exit code."""
        self.process.stdin.close()
        return self.process.wait(PATIENCE)

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.process.kill()
        self.process.wait()
        for reader in self.readers:
            reader.join()
        for stream in (self.process.stdin, self.process.stdout, self.process.stderr):
            stream.close()


class Piped(unittest.TestCase):
    def setUp(self):
        self.server = Program(FOLDER, "chorus-chat").__enter__()
        self.addCleanup(self.server.__exit__)

    def test_each_line_is_said_and_what_the_room_says_comes_out(self):
        code, out, err = run(self.server.url, "--join", "tea", "--name", "ada", said="one\ntwo\nGrüße 🎈\n")
        self.assertEqual((code, out), (0, "[tea] ada: one\n[tea] ada: two\n[tea] ada: Grüße 🎈\n"), err)

    def test_the_history_comes_first(self):
        run(self.server.url, "--join", "tea", "--name", "ada", said="before\n")
        code, out, _ = run(self.server.url, "--join", "tea", "--name", "bo", said="after\n")
        self.assertEqual((code, out), (0, "[tea] ada: before\n[tea] bo: after\n"))

    def test_without_a_room_everyone_hears(self):
        with Cat(self.server.url, "--no-input") as listener:
            deadline = PATIENCE * 4
            heard = None
            while heard is None and deadline:  # the listener tells nobody that it has come
                run(self.server.url, "--name", "ada", said="hello, all\n")
                try:
                    heard = listener.heard.get(timeout=0.25)
                except queue.Empty:
                    deadline -= 1
            self.assertEqual(heard, "ada: hello, all")

    def test_more_lines_than_the_rate_limit_allows_all_arrive_in_order(self):
        lines = [f"line {i}" for i in range(26)]
        code, out, err = run(self.server.url, "--join", "tea", "--name", "ci", said="\n".join(lines) + "\n")
        self.assertEqual((code, out.splitlines()), (0, [f"[tea] ci: {line}" for line in lines]), err)

    def test_a_line_that_is_refused_is_told_and_the_exit_code_is_three(self):
        code, out, err = run(self.server.url, "--join", "tea", "--name", "ada", said="x" * 5000 + "\nshort\n")
        self.assertEqual((code, out), (3, "[tea] ada: short\n"))
        self.assertIn("not said: xxx", err)
        self.assertIn("expected 1 to 4096 bytes, got 5000", err)

    def test_a_room_that_refuses_is_told(self):
        code, _, err = run(self.server.url, "--join", "everyone", said="")
        self.assertEqual(code, 3)
        self.assertIn("* [everyone] not joined: room: expected", err)

    def test_escape_sequences_of_others_do_not_come_through(self):
        code, out, _ = run(self.server.url, "--join", "tea", "--name", "ada", said="\x1b[2J\x1b]0;owned\x07\n")
        self.assertEqual((code, out), (0, "[tea] ada: \\u{1b}[2J\\u{1b}]0;owned\\u{7}\n"))

    def test_a_signal_says_goodbye(self):
        for number in (signal.SIGINT, signal.SIGTERM):
            with Cat(self.server.url, "--join", "tea", "--name", "ada") as cat:
                cat.note(r"\[tea\] joined")
                cat.process.send_signal(number)
                self.assertEqual(cat.process.wait(PATIENCE), 0)

    def test_who_reads_its_output_may_leave(self):
        command = f"yes hello | {FOLDER}/chorus-cat --raw {self.server.url} --header 'X: y' | head -n 1"
        done = subprocess.run(command, shell=True, capture_output=True, text=True, timeout=PATIENCE, env=WITHOUT_PROXIES)
        self.assertEqual(done.returncode, 0)
        self.assertEqual(len(done.stdout.splitlines()), 1)


class Refused(unittest.TestCase):
    def setUp(self):
        self.server = Program(FOLDER, "chorus-chat", "--max-per-ip", "1").__enter__()
        self.addCleanup(self.server.__exit__)

    def refused(self, *words, **variables):
        code, out, err = run(*words, **variables)
        self.assertEqual(out, "")
        return code, err

    def test_nobody_listens(self):
        self.server.terminate()
        self.server.exit_code()
        code, err = self.refused(self.server.url)
        self.assertEqual(code, 1)
        self.assertRegex(err, r"\* no connection: cannot_connect: cannot connect to 127\.0\.0\.1:\d+: Connection refused")

    def test_the_servers_reason_is_told(self):
        code, err = self.refused(self.server.url.replace("/ws", "/tea"))
        self.assertEqual((code, err), (1, "* no connection: refused 404 not_found: nothing is served at this path\n"))
        code, err = self.refused(self.server.url, "--header", "Origin: http://evil.example")
        self.assertEqual(code, 1)
        self.assertIn("refused 403 origin_not_allowed", err)
        code, err = self.refused(self.server.url, "--name", "x" * 33)
        self.assertEqual(code, 1)
        self.assertIn("refused 400 bad_name", err)
        with Cat(self.server.url, "--join", "tea") as first:
            first.note("joined")
            code, err = self.refused(self.server.url)
            self.assertEqual(code, 1)
            self.assertIn("refused 429 too_many_from_ip", err)

    def test_a_wrong_command_line_is_told(self):
        for words in ([], ["chat.example"], [self.server.url, "--jion", "tea"], [self.server.url, "--raw", "--binary"]):
            code, err = self.refused(*words)
            self.assertEqual(code, 2, err)
            self.assertTrue(err.startswith("chorus-cat: "), err)

    def test_a_proxy_that_is_not_there_is_told(self):
        code, err = self.refused(self.server.url, http_proxy="http://127.0.0.1:1")
        self.assertEqual(code, 1)
        self.assertIn("cannot connect to 127.0.0.1:1", err)
        code, err = run(self.server.url, http_proxy="http://127.0.0.1:1", no_proxy="127.0.0.1")[::2]
        self.assertEqual((code, err), (0, ""))


class Encrypted(unittest.TestCase):
    def test_a_certificate_nobody_vouches_for_is_refused_unless_that_is_wished(self):
        with Program(FOLDER, "chorus-chat", "--tls-self-signed") as server:
            self.assertTrue(server.url.startswith("wss://"))
            code, out, err = run(server.url, said="hi\n")
            self.assertEqual((code, out), (1, ""))
            self.assertRegex(err, r"^\* no connection: certificate_refused: self.signed certificate\n$")
            code, out, err = run(server.url, "--insecure", "--join", "tea", "--name", "ada", said="hi\n")
            self.assertEqual((code, out), (0, "[tea] ada: hi\n"), err)

    def test_authorities_that_cannot_be_read_are_told(self):
        code, _, err = run("wss://127.0.0.1:1/", "--ca", "/nowhere.pem")
        self.assertEqual(code, 2)
        self.assertIn("--ca: ", err)


class Resumed(unittest.TestCase):
    def test_after_a_cut_nothing_is_missed(self):
        with Program(FOLDER, "chorus-chat") as server, Relay(server.host) as relay:
            with Cat(f"ws://127.0.0.1:{relay.port}/ws", "--join", "tea", "--name", "ada") as ada:
                ada.note(r"\[tea\] joined")
                ada.say("one")
                ada.hear(r"^\[tea\] ada: one$")
                relay.cut()
                ada.note(r"no connection \(cut_by_peer\); trying again in ")
                run(server.url, "--join", "tea", "--name", "bo", said="meanwhile\n")
                ada.note(r"\[tea\] back again, nothing was missed; here: ada")
                ada.hear(r"^\[tea\] bo: meanwhile$")
                ada.say("two")
                ada.hear(r"^\[tea\] ada(#2)?: two$")
                self.assertEqual(ada.end(), 0)

    def test_after_a_restart_of_the_server_it_says_that_something_may_be_missing(self):
        with Program(FOLDER, "chorus-chat") as server:
            with Cat(server.url, "--join", "tea", "--name", "ada") as ada:
                ada.say("one")
                ada.hear(r"^\[tea\] ada: one$")
                server.process.kill()
                server.process.wait()
                ada.note("no connection")
                with Program(FOLDER, "chorus-chat", "--listen", server.host):
                    ada.note(r"\[tea\] back again, something may have been missed; here: ada")
                    ada.say("two")
                    ada.hear(r"^\[tea\] ada: two$")
                    self.assertEqual(ada.end(), 0)

    def test_a_drain_is_survived_and_without_reconnecting_it_is_the_end(self):
        with Program(FOLDER, "chorus-chat") as server:
            with Cat(server.url, "--join", "tea", "--no-reconnect") as cat:
                cat.note("joined")
                server.terminate()
                cat.note(r"no connection: closed_by_peer 1001 going_away: server shutting down")
                self.assertEqual(cat.process.wait(PATIENCE), 1)
            self.assertEqual(server.exit_code(), 0)


class AtATerminal(unittest.TestCase):
    def test_a_person_joins_talks_leaves_and_quits(self):
        with Program(FOLDER, "chorus-chat") as server:
            code, shown, flags = self.type_at(server.url, ["/join tea", "hello", "//slash", "/to", "to all", "/leave tea", "/dance", "/quit"])
        self.assertEqual(code, 0)
        self.assertRegex(shown, r"\d\d:\d\d \[tea\] ada: hello")
        self.assertRegex(shown, r"\d\d:\d\d \[tea\] ada: /slash")
        self.assertRegex(shown, r"\d\d:\d\d ada: to all")
        self.assertIn("* commands: /join ROOM", shown)
        self.assertNotIn("\x1b", shown)
        self.assertEqual(flags, 0, "the terminal is left as it was found")

    def type_at(self, url, lines):
        """Types the lines; gives the exit code, what was shown, and whether the terminal became non-blocking."""
        controller, terminal = pty.openpty()
        command = [str(Path(FOLDER) / "chorus-cat"), url, "--name", "ada"]
        process = subprocess.Popen(command, stdin=terminal, stdout=terminal, stderr=terminal, env=WITHOUT_PROXIES)
        self.addCleanup(process.kill)
        for line in lines:
            os.write(controller, line.encode() + b"\n")
        shown, ended = b"", False
        while not ended:
            ended = process.poll() is not None  # then what it has shown is all there
            if select.select([controller], [], [], 0 if ended else 0.05)[0]:
                shown += os.read(controller, 65536)
        flags = fcntl.fcntl(terminal, fcntl.F_GETFL) & os.O_NONBLOCK
        os.close(terminal)
        return process.returncode, shown.decode().replace("\r\n", "\n"), flags


if __name__ == "__main__":
    unittest.main(verbosity=2)

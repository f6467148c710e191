# measure_servers.py — Puts chorus::client, by way of chorus-cat, to each server, and judges it by what passed on the wire.
import subprocess
import sys
import threading
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent / "support"))
from outcome import NO, NOT_APPLICABLE, YES, Outcome  # noqa: E402
from program import READY_WITHIN, WITHOUT_PROXIES  # noqa: E402
from tap import Tap  # noqa: E402
from witness import CLIENT, SERVER  # noqa: E402

FEATURES = {
    "text": "text",
    "empty": "empty",
    "large": "1 MiB",
    "binary": "binary",
    "fragments": "fragments",
    "deflate": "deflate",
    "ping": "ping",
    "pong": "pong",
    "close": "closes",
    "closed": "is closed",
    "wss": "wss",
}
PATIENCE = 20  # seconds for one feature
TEXT = "Grüße, 日本語, 🎈\n".encode()
LARGE = "é".encode() * (512 * 1024) + b"\n"
BINARY = bytes(range(256)) * 4


class Server:
    """A server that is not ours, as serving.py says. A context manager that leaves nothing running."""

    def __init__(self, peer, test_programs, certificate):
        command = [*peer.command(test_programs), str(certificate.certificate), str(certificate.key)]
        try:
            self.process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, env=WITHOUT_PROXIES)
        except FileNotFoundError:
            raise peer.missing("it has not been built") from None
        self.lacks, self.hosts = {}, {}
        too_late = threading.Timer(READY_WITHIN, self.process.kill)
        too_late.start()
        try:
            while len(self.hosts) < 2:
                self.hear(peer)
        except Exception:
            self.__exit__()
            raise
        finally:
            too_late.cancel()

    def hear(self, peer):
        line = self.process.stdout.readline()
        if not line:
            self.process.kill()
            raise peer.missing(self.process.stderr.read() or "it did not say where it listens")
        what, *rest = line.strip().split(" ", 2)
        if what == "lacks":
            self.lacks[rest[0]] = rest[1]
        else:
            self.hosts[what] = rest[0]

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.process.kill()
        self.process.wait()
        self.process.stdout.close()
        self.process.stderr.close()


class Cat:
    """A chorus-cat, which has PATIENCE to come to its end. A context manager."""

    def __init__(self, programs, url, *words):
        pipe = subprocess.PIPE
        command = [str(Path(programs) / "chorus-cat"), url, *words]
        self.process = subprocess.Popen(command, stdin=pipe, stdout=pipe, stderr=pipe, env=WITHOUT_PROXIES)
        self.too_late = threading.Timer(PATIENCE, self.process.kill)
        self.too_late.start()

    def echoes(self, said):
        """Whether what is said comes back, and goodbye is answered."""
        self.process.stdin.write(said)
        self.process.stdin.flush()
        return self.process.stdout.read(len(said)) == said and self.end() == (0, "")

    def end(self):
        """Exit code and what was noted."""
        if not self.process.stdin.closed:
            self.process.stdin.close()
        noted = self.process.stderr.read().decode()
        return self.process.wait(), noted

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.too_late.cancel()
        self.process.kill()
        self.process.wait()
        for stream in (self.process.stdin, self.process.stdout, self.process.stderr):
            if not stream.closed:
                stream.close()


class Trial:
    """Of one server: a tap and a connection for each feature."""

    def __init__(self, programs, server, certificate):
        self.programs, self.server, self.certificate = programs, server, certificate

    def outcomes(self):
        return {feature: self.outcome(feature) for feature in FEATURES}

    def outcome(self, feature):
        if feature in self.server.lacks:
            return Outcome(NOT_APPLICABLE, self.server.lacks[feature])
        with Tap(self.server.hosts["ws"]) as tap:
            wrong = getattr(self, f"with_{feature}")(tap)
        return Outcome(NO, wrong) if wrong else Outcome(YES)

    def cat(self, tap, *words, path="/echo"):
        return Cat(self.programs, f"ws://{tap.host}{path}", *words)

    @staticmethod
    def seen(tap, condition, path="/echo"):
        tap.settle()
        witness = tap.witness(path)
        return bool(witness) and not witness.broken and condition(witness)

    def says(self, tap, said, *words, condition=lambda seen: True, path="/echo"):
        with self.cat(tap, *words, path=path) as cat:
            if not cat.echoes(said):
                return "the echo is another"
        return "" if self.seen(tap, condition, path) else "the wire shows something else"

    def with_text(self, tap):
        return self.says(tap, TEXT * 3, "--raw")

    def with_empty(self, tap):
        return self.says(tap, b"\n\n", "--raw")

    def with_large(self, tap):
        return self.says(tap, LARGE, "--raw", "--max-message", "1MiB")

    def with_binary(self, tap):
        return self.says(tap, BINARY, "--binary")

    def with_fragments(self, tap):
        return self.says(tap, TEXT * 3, "--raw", path="/fragments", condition=lambda seen: seen.fragments(SERVER))

    def with_deflate(self, tap):
        both = lambda seen: seen.compresses(CLIENT) and seen.compresses(SERVER)  # noqa: E731
        return self.says(tap, LARGE + TEXT * 3, "--raw", "--max-message", "1MiB", "--deflate", condition=both)

    # Of a server that has nothing to say.
    def with_ping(self, tap):
        with self.cat(tap, "--raw", "--ping", "0.1") as cat:
            seen = tap.witness("/echo", PATIENCE)
            answered = seen and seen.wait_until(lambda witness: witness.ping_answered(SERVER), PATIENCE)
            return "" if answered and cat.end() == (0, "") else "its ping is not answered"

    def with_pong(self, tap):
        with self.cat(tap, "--raw", "--no-input", path="/goodbye") as cat:
            cat.end()
        return "" if self.seen(tap, lambda seen: seen.ping_answered(CLIENT), "/goodbye") else "it does not answer a ping"

    def with_close(self, tap):
        both = [(CLIENT, 1000, ""), (SERVER, 1000, "")]
        return self.says(tap, TEXT, "--raw", condition=lambda seen: seen.goodbyes() == both)

    def with_closed(self, tap):
        with self.cat(tap, "--raw", "--no-input", path="/goodbye") as cat:
            code, noted = cat.end()
        if code != 1 or "closed_by_peer 4000" not in noted or "so long" not in noted:
            return f"it ends with {code} and notes {noted}"
        both = [(SERVER, 4000, "so long"), (CLIENT, 4000, "")]
        return "" if self.seen(tap, lambda seen: seen.goodbyes() == both, "/goodbye") else "it does not answer a goodbye"

    def with_wss(self, _tap):
        trust = ("--ca", str(self.certificate.certificate))
        with Tap(self.server.hosts["wss"], in_tls=True) as tap:
            with Cat(self.programs, f"wss://{tap.host}/echo", "--raw", "--max-message", "1MiB", *trust) as cat:
                if not cat.echoes(TEXT + LARGE):
                    return "the echo is another"
            return "" if self.seen(tap, lambda seen: seen.is_tls(len(LARGE)), "") else "says little in TLS"

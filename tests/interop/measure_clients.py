# measure_clients.py — Puts each client through its story with the programs, and judges what it says by what passed on the wire.
import subprocess
import sys
import tempfile
import threading
import time
from contextlib import ExitStack
from pathlib import Path

for folder in ("support", "conformance"):
    sys.path.insert(0, str(Path(__file__).resolve().parent.parent / folder))
from certificate import Certificate  # noqa: E402
from outcome import NO, NOT_APPLICABLE, YES, Outcome  # noqa: E402
from program import WITHOUT_PROXIES, Program  # noqa: E402
from tap import Tap  # noqa: E402
from wire import BINARY, TEXT  # noqa: E402
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
    "chat": "chat",
}
ENDS_WITHIN = 120  # seconds, for the whole story
ANSWERS_WITHIN = 10  # seconds, a ping; less than the patience of the stories, which then go on
GLANCE = 0.01  # seconds between two looks at what a tap has seen
MEBIBYTE = 1024 * 1024  # what the largest message has
GOODBYE = (4321, "bye 🎈")  # as in the stories
DRAINED = (1001, "server shutting down")


class World:
    """The servers that all clients share. A context manager."""

    def __init__(self, programs, test_programs):
        self.programs, self.test_programs = programs, test_programs
        with ExitStack() as begun:  # if one does not start, those before it end

            def echo(*options):
                return begun.enter_context(Program(programs, "chorus-echo", "--log-level", "error", *options))

            self.certificate = Certificate(begun.enter_context(tempfile.TemporaryDirectory()))
            self.echo, self.deflating, self.secure = echo(), echo("--deflate"), echo(*self.certificate.options())
            self.running = begun.pop_all()

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.running.close()

    def outcomes(self, client):
        """By feature. Whoever says nothing is not installed, which is an error."""
        with (
            Program(self.test_programs, "interop_pinging_echo", "--log-level", "error") as pinging,
            # Of its own, too: in a room that it shares with others it would hear them come.
            Program(self.programs, "chorus-chat", "--log-level", "error") as chatting,
            Tap(self.echo.host) as echo,
            Tap(self.deflating.host) as deflating,
            Tap(pinging.host) as goodbye,
            Tap(chatting.host) as chat,
            Tap(self.secure.host, in_tls=True) as secure,
        ):
            over = threading.Event()
            stopping = threading.Thread(target=stop_once_answered, args=(pinging, goodbye, over))
            stopping.start()
            urls = [f"ws://{tap.host}/ws" for tap in (echo, deflating, goodbye, chat)] + [f"wss://{secure.host}/ws"]
            try:
                said = run([*client.command(self.test_programs), *urls, str(self.certificate.certificate)], client)
            finally:
                over.set()
                stopping.join()
            for tap in (echo, deflating, goodbye, chat, secure):
                tap.settle()
            return judge(said, echo, deflating, goodbye, chat, secure)


def stop_once_answered(pinging, tap, over):
    """A server that pings ends when its ping is answered, or is not; at the latest with the story."""
    while not over.wait(GLANCE):
        seen = tap.witness("/ws?closed")
        if seen and (seen.ping_answered(CLIENT) or time.monotonic() - seen.since > ANSWERS_WITHIN):
            break
    pinging.terminate()


def run(command, client):
    try:
        told = subprocess.run(command, capture_output=True, text=True, timeout=ENDS_WITHIN, env=WITHOUT_PROXIES)
    except FileNotFoundError:
        raise client.missing("it has not been built") from None
    except subprocess.TimeoutExpired as late:
        return said_in((late.stdout or b"").decode())
    if not told.stdout:
        raise client.missing(told.stderr)
    return said_in(told.stdout)


def said_in(text):
    """By feature; whatever else a package writes there says nothing."""
    lines = [line.split(" ", 2) for line in text.splitlines()]
    of_ours = [line for line in lines if line[0] in FEATURES and line[1:2] in ([YES], [NO], [NOT_APPLICABLE])]
    return {feature: Outcome(word, *why) for feature, word, *why in of_ours}


def both_say(condition):
    return lambda seen: all(condition(seen.messages(side)) for side in (CLIENT, SERVER))


def judge(said, echo, deflating, goodbye, chat, secure):
    outcomes = dict.fromkeys(FEATURES, Outcome(NO, "says nothing about it")) | said

    def confirm(feature, tap, condition, otherwise):
        """A yes is one only if the wire says so, too."""
        seen = tap.witness(f"/ws?{feature}")
        if outcomes[feature].word != YES:
            return
        if not (seen and condition(seen)):
            outcomes[feature] = Outcome(NO, otherwise)
        elif seen.broken:
            outcomes[feature] = Outcome(NO, "breaks a rule of frames")

    for feature, otherwise, condition in (
        ("text", "sends no text", lambda opcode, length: opcode == TEXT and length > 0),
        ("empty", "sends nothing that is empty", lambda opcode, length: length == 0),
        ("large", "sends nothing that is large", lambda opcode, length: length >= MEBIBYTE),
        ("binary", "sends nothing binary", lambda opcode, length: opcode == BINARY and length > 0),
    ):
        confirm(feature, echo, both_say(lambda all, condition=condition: any(condition(*each) for each in all)), otherwise)
    confirm("fragments", echo, lambda seen: seen.fragments(CLIENT), "sends no fragments")
    confirm("deflate", deflating, lambda seen: seen.compresses(SERVER), "agrees on no compression")
    confirm("ping", echo, lambda seen: seen.ping_answered(SERVER), "sends no ping")
    confirm("close", echo, lambda seen: seen.goodbyes() == [(CLIENT, *GOODBYE), (SERVER, GOODBYE[0], "")], "says another goodbye")
    confirm("closed", goodbye, lambda seen: seen.goodbyes()[:1] == [(SERVER, *DRAINED)] and len(seen.goodbyes()) == 2, "does not answer a goodbye")
    confirm("chat", chat, both_say(lambda all: [opcode for opcode, _ in all].count(TEXT) >= 2), "does not speak")
    if outcomes["wss"].word == YES and not secure.witness("").is_tls(MEBIBYTE):
        outcomes["wss"] = Outcome(NO, "says little in TLS")
    pinged = goodbye.witness("/ws?closed")
    outcomes["pong"] = Outcome(YES) if pinged and not pinged.broken and pinged.ping_answered(CLIENT) else Outcome(NO, "does not answer a ping")
    compressed = deflating.witness("/ws?deflate")
    if outcomes["deflate"].word == YES and not compressed.compresses(CLIENT):
        outcomes["deflate"] = Outcome(YES, "Understands what is compressed, and does not compress itself.")
    return outcomes

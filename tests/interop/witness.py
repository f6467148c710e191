# witness.py — What one connection was seen to say, and what follows from it.
import sys
import threading
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent / "conformance"))
import wire  # noqa: E402

CLIENT, SERVER = "client", "server"
TLS_HANDSHAKE = b"\x16"  # a type of record


class Witness:
    """What one connection has said, in order: (side, fin, rsv, opcode, payload); of messages only the length is kept.

    Of a connection in TLS: how many bytes, and the first."""

    def __init__(self):
        self.frames, self.extensions, self.broken = [], "", []
        self.since = time.monotonic()
        self.bytes, self.first_byte = {CLIENT: 0, SERVER: 0}, {}
        self.changed = threading.Condition()

    def saw(self, side, fin, rsv, opcode, payload):
        with self.changed:
            self.frames.append((side, fin, rsv, opcode, payload if opcode >= wire.CLOSE else len(payload)))
            self.changed.notify_all()

    def heard(self, side, data):
        with self.changed:
            self.first_byte.setdefault(side, data[:1])
            self.bytes[side] += len(data)

    def wait_until(self, condition, seconds):
        with self.changed:
            return self.changed.wait_for(lambda: condition(self), seconds)

    def messages(self, side):
        """(opcode, length) of each; one in several frames is one."""
        found = []
        for speaker, _, _, opcode, length in self.frames:
            if speaker != side or opcode >= wire.CLOSE:
                continue
            if opcode == wire.CONTINUATION:
                opcode, before = found.pop()
                length += before
            found.append((opcode, length))
        return found

    def fragments(self, side):
        return any(frame[0] == side and frame[3] == wire.CONTINUATION for frame in self.frames)

    def compresses(self, side):
        return "permessage-deflate" in self.extensions and any(frame[0] == side and frame[2] == wire.RSV1 for frame in self.frames)

    def ping_answered(self, by):
        """Whether a ping of the other side came back as a pong of `by`, with what it said."""
        asked = set()
        for side, _, _, opcode, payload in self.frames:
            if opcode == wire.PING and side != by:
                asked.add(payload)
            elif opcode == wire.PONG and side == by and payload in asked:
                return True
        return False

    def is_tls(self, size):
        """Whether both sides began with a handshake in TLS, and said more than `size` bytes."""
        return all(self.first_byte.get(side) == TLS_HANDSHAKE and self.bytes[side] > size for side in (CLIENT, SERVER))

    def goodbyes(self):
        """Both, in order: (side, code, reason)."""
        closes = [(side, payload) for side, _, _, opcode, payload in self.frames if opcode == wire.CLOSE]
        return [(side, int.from_bytes(payload[:2], "big"), payload[2:].decode()) for side, payload in closes]

# wire.py — RFC 6455 frames as bytes and back, in plain Python: the other end of every connection in these tests.
import os
import socket
import struct

CONTINUATION, TEXT, BINARY, CLOSE, PING, PONG = 0, 1, 2, 8, 9, 10
RSV1 = 4  # of the three reserved bits as a number: this message is compressed
NAMES = {TEXT: "text", BINARY: "binary", PONG: "pong"}
PATIENCE = 20  # seconds until something awaited counts as missing; a sanitized build on a busy machine takes its time


class Broken(AssertionError):
    """The peer did what the RFC does not allow it."""


def masked(payload, key):
    long_key = key * (len(payload) // 4 + 1)
    number = int.from_bytes(payload, "little") ^ int.from_bytes(long_key[: len(payload)], "little")
    return number.to_bytes(len(payload), "little")


def length_field(length, form):
    """The form with the fewest bytes, or the one (7, 16 or 64 bits) that is asked for."""
    form = form or (7 if length < 126 else 16 if length < 65536 else 64)
    return {7: bytes([length & 127]), 16: b"\x7e" + struct.pack("!H", length & 0xFFFF), 64: b"\x7f" + struct.pack("!Q", length)}[form]


class Frame:
    """A frame as it is to be sent; `claims` and `form` are for lengths that are not what they should be."""

    def __init__(self, opcode, payload=b"", fin=True, rsv=0, claims=None, form=None, mask=True):
        self.opcode, self.payload, self.fin, self.rsv = opcode, payload, fin, rsv
        self.claims, self.form, self.mask = claims, form, mask

    def encoded(self, by_client):
        masks = by_client == self.mask
        length = length_field(len(self.payload) if self.claims is None else self.claims, self.form)
        head = bytes([self.fin << 7 | self.rsv << 4 | self.opcode, length[0] | masks << 7]) + length[1:]
        if not masks:
            return head + self.payload
        key = os.urandom(4)
        return head + key + masked(self.payload, key)


def close_payload(code, reason=b""):
    return struct.pack("!H", code) + reason


class Connection:
    """A WebSocket past its handshake, whose own rules are checked: whatever the peer sends must be in order.

    Compressed messages may come where there is an inflater."""

    def __init__(self, stream, is_client, early=b"", inflater=None):
        self.stream, self.is_client, self.inbox, self.inflater = stream, is_client, bytearray(early), inflater
        self.opened, self.parts, self.closed, self.said_close = None, [], False, False
        self.compressed, self.heard_compressed = False, 0
        stream.settimeout(PATIENCE)
        stream.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)

    def send(self, frames, chop=None):
        """In pieces of `chop` bytes, or all at once. A peer that has already hung up is no error: what it said counts."""
        self.said_close |= any(each.opcode == CLOSE for each in frames)
        data = b"".join(each.encoded(self.is_client) for each in frames)
        try:
            for start in range(0, len(data), chop or len(data) or 1):
                self.stream.sendall(data[start : start + (chop or len(data))])
        except (BrokenPipeError, ConnectionResetError):
            pass

    def take(self, size):
        while len(self.inbox) < size:
            got = self.stream.recv(1 << 18)
            if not got:
                raise EOFError
            self.inbox += got
        taken = bytes(self.inbox[:size])
        del self.inbox[:size]
        return taken

    def unmasked(self, size):
        key = self.take(4)
        return masked(self.take(size), key)

    def frame(self):
        first, second = self.take(2)
        fin, rsv, opcode, length = first >> 7, first >> 4 & 7, first & 15, second & 127
        if length == 126:
            (length,) = struct.unpack("!H", self.take(2))
        elif length == 127:
            (length,) = struct.unpack("!Q", self.take(8))
        if length_field(length, None)[0] != second & 127:
            raise Broken("a length in more bytes than it needs")
        if rsv and not (rsv == RSV1 and self.inflater and opcode in (TEXT, BINARY)):
            raise Broken(f"reserved bits {rsv} on opcode {opcode}")
        if (second >> 7) == self.is_client:
            raise Broken("masked by a server" if self.is_client else "not masked by a client")
        if opcode >= 8 and (length > 125 or not fin):
            raise Broken("a control frame that is too long or in fragments")
        payload = self.take(length) if self.is_client else self.unmasked(length)
        return fin, rsv, opcode, payload

    def next(self):
        """("text", bytes), ("pong", bytes), …, ("close", code or None, reason), ("end",). Pings are answered."""
        try:
            while True:
                fin, rsv, opcode, payload = self.frame()
                if self.closed:
                    raise Broken("a frame after the Close")
                told = self.told(fin, rsv, opcode, payload)
                if told:
                    return told
        except (EOFError, ConnectionResetError):
            return ("end",)
        except TimeoutError:
            return ("silence",)

    def told(self, fin, rsv, opcode, payload):
        if opcode == CLOSE:
            self.closed = True
            return ("close", struct.unpack("!H", payload[:2])[0] if payload else None, payload[2:])
        if opcode == PING:  # chorus asks whether we are there, in a case that takes its time
            return None if self.said_close else self.send([Frame(PONG, payload)])
        if opcode == PONG:
            return (NAMES[opcode], payload)
        if (opcode == CONTINUATION) == (self.opened is None) or opcode > BINARY:
            raise Broken(f"opcode {opcode} out of place")
        if opcode:
            self.opened, self.compressed = opcode, bool(rsv)
        self.parts.append(payload)
        if not fin:
            return None
        whole = b"".join(self.parts)
        if self.compressed:
            whole = self.inflater.inflate(whole)
            self.heard_compressed += 1
        told = (NAMES[self.opened], whole)
        self.opened, self.parts = None, []
        return told

    def finish(self):
        try:
            self.stream.shutdown(socket.SHUT_WR)
        except OSError:
            pass

    def close(self):
        self.stream.close()

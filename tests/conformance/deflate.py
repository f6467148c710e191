# deflate.py — permessage-deflate (RFC 7692) on Python's zlib: what an answer settles, and messages both ways.
import zlib

from autobahn_cases import cut, message
from wire import RSV1, Broken

NAME = "permessage-deflate"
FLAGS = ("server_no_context_takeover", "client_no_context_takeover")
WINDOWS = ("server_max_window_bits", "client_max_window_bits")
TAIL = b"\x00\x00\xff\xff"  # what every sender leaves out and every receiver puts back, 7.2.1
STEP = 64  # bytes; an eighth of the smallest window


def extension(**parameters):
    """As a header has it: True for a parameter without a value, False for one that is not there."""
    words = [name if value is True else f"{name}={value}" for name, value in parameters.items() if value is not False]
    return "; ".join([NAME, *words])


class Terms:
    """What the server's answer settles. The answer itself must be in order."""

    def __init__(self, answer):
        name, *parameters = (word.strip() for word in answer.split(";"))
        given = dict(parameter.partition("=")[::2] for parameter in parameters)
        if name != NAME or len(given) != len(parameters):
            raise Broken(f"no answer, or a double parameter: {answer}")
        for key, value in given.items():
            if not (value == "" if key in FLAGS else key in WINDOWS and value in map(str, range(8, 16))):
                raise Broken(f"{key} cannot be {value!r}: {answer}")
        self.given = given

    def keeps_context(self, side):
        return f"{side}_no_context_takeover" not in self.given

    def window(self, side):
        return int(self.given.get(f"{side}_max_window_bits", 15))

    def deflater(self, side, **manner):
        return Deflater(self.keeps_context(side), self.window(side), **manner)

    def inflater(self, side):
        return Inflater(self.keeps_context(side), self.window(side))


class Deflater:
    """What one side sends."""

    def __init__(self, keeps_context=True, window=15, level=1, strategy=zlib.Z_DEFAULT_STRATEGY):
        self.settings = (level, zlib.DEFLATED, -window, 8, strategy)
        self.keeps_context, self.stream = keeps_context, zlib.compressobj(*self.settings)

    def deflate(self, payload):
        return self.flushed(payload)[: -len(TAIL)] if payload else b"\x00"  # zlib flushes nothing twice

    def flushed(self, part):
        """With its tail: a whole number of blocks, to which more may be added."""
        if not self.keeps_context:
            self.stream = zlib.compressobj(*self.settings)
        return self.stream.compress(part) + self.stream.flush(zlib.Z_SYNC_FLUSH)


class Inflater:
    """What the other side sends. It may refer to nothing outside the window that was agreed on, or before its message."""

    def __init__(self, keeps_context=True, window=15):
        self.keeps_context, self.window = keeps_context, window
        self.stream = zlib.decompressobj(-window)

    def inflate(self, compressed):
        if not self.keeps_context:
            self.stream = zlib.decompressobj(-self.window)
        try:
            whole = self.strictly(compressed + TAIL) if self.window < 15 else self.stream.decompress(compressed + TAIL)
        except zlib.error as wrong:
            raise Broken(f"a message that cannot be inflated: {wrong}") from wrong
        if self.stream.eof:
            raise Broken("a block that calls itself the last")
        return whole

    def strictly(self, compressed):
        """In small steps: zlib would look for what is outside the window in what it has just written, too."""
        parts = []
        for piece in cut(compressed, STEP):
            parts.append(self.stream.decompress(piece, STEP))
            while self.stream.unconsumed_tail or len(parts[-1]) == STEP:
                parts.append(self.stream.decompress(self.stream.unconsumed_tail, STEP))
        return b"".join(parts)


def compressed(opcode, data, fragment=0):
    """The frames that carry what a deflater has written, in pieces of `fragment` bytes, or in one."""
    return in_fragments(opcode, cut(data, fragment) if fragment else [data])


def in_fragments(opcode, parts):
    frames = message(opcode, parts)
    frames[0].rsv = RSV1
    return frames

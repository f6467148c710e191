# passage.py — One direction of a connection: what has come is shown to a witness before it goes on.
import socket
import sys
from pathlib import Path

from witness import SERVER

sys.path.insert(0, str(Path(__file__).resolve().parent.parent / "conformance"))
import wire  # noqa: E402


class Passage:
    """Nobody answers what has not been seen. To wire.Connection it is the socket that frames are read from."""

    def __init__(self, source, target):
        self.source, self.target = source, target
        self.held = b""  # has come, and not yet gone on
        self.early = b""  # came with the head

    def recv(self, size):
        self.release()
        self.held = self.source.recv(size)
        return self.held

    def release(self):
        held, self.held = self.held, b""
        self.target.sendall(held)

    def settimeout(self, _seconds):
        """Whoever waits here has a deadline elsewhere."""

    def setsockopt(self, *option):
        self.source.setsockopt(*option)

    def head(self):
        came = b""
        while b"\r\n\r\n" not in came:
            piece = self.recv(65536)
            if not piece:
                raise EOFError
            came += piece
        head, self.early = came.split(b"\r\n\r\n", 1)
        return head.decode()

    def count_all(self, side, seen):
        try:
            while data := self.recv(65536):
                seen.heard(side, data)
            self.target.shutdown(socket.SHUT_WR)
        except OSError:
            pass

    def pass_all(self, side, seen):
        try:
            if seen:
                self._pass_frames(side, seen)
            while self.recv(65536):
                pass
            self.target.shutdown(socket.SHUT_WR)
        except OSError:
            pass

    def _pass_frames(self, side, seen):
        frames = wire.Connection(self, is_client=side == SERVER, early=self.early, inflater=True)
        try:
            while True:
                seen.saw(side, *frames.frame())
        except EOFError:
            pass
        except wire.Broken as why:
            seen.broken.append(f"the {side} sends {why}")

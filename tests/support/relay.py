# relay.py — Stands between a client and a server, passes bytes on, and cuts all its connections when a test says so.
import socket
import struct
import threading


class Relay:
    """Listens on a free port of its own and connects each caller to `host` ("127.0.0.1:8080"). A context manager."""

    def __init__(self, host):
        name, port = host.rsplit(":", 1)
        self.target = (name, int(port))
        self.listener = socket.create_server(("127.0.0.1", 0))
        self.port = self.listener.getsockname()[1]
        self.host = f"127.0.0.1:{self.port}"
        self.sockets = []
        self.open = True
        threading.Thread(target=self._accept, daemon=True).start()

    def cut(self):
        """Ends every connection with a reset, as a network does that goes away."""
        sockets, self.sockets = self.sockets, []
        for each in sockets:
            each.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
            try:
                each.shutdown(socket.SHUT_RD)  # wakes the thread that reads it
            except OSError:
                pass
            each.close()

    def _accept(self):
        while self.open:
            try:
                caller, _ = self.listener.accept()
                server = socket.create_connection(self.target)
            except OSError:
                continue
            self.sockets += [caller, server]
            self._attend(caller, server)

    def _attend(self, caller, server):
        for pair in ((caller, server), (server, caller)):
            threading.Thread(target=self._pass_on, args=pair, daemon=True).start()

    def _pass_on(self, source, target):
        try:
            while data := source.recv(65536):
                target.sendall(data)
            target.shutdown(socket.SHUT_WR)
        except OSError:
            pass

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.open = False
        self.listener.close()
        self.cut()

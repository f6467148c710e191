# tap.py — Stands between clients and a server, passes bytes on, and lets a witness see them.
import socket
import threading

from passage import Passage
from witness import CLIENT, SERVER, Witness


class Tap:
    """Listens on a free port of its own and connects each caller to `host` ("127.0.0.1:8080"). A context manager.

    A connection is known by the target of its request, of which it should be the only one. Those `in_tls` are not
    looked into, and have one witness, for "".
    """

    def __init__(self, host, in_tls=False):
        name, port = host.rsplit(":", 1)
        self.target = (name, int(port))
        self.listener = socket.create_server(("127.0.0.1", 0))
        self.host = f"127.0.0.1:{self.listener.getsockname()[1]}"
        self.in_tls = in_tls
        self.witnesses, self.threads, self.sockets = {"": Witness()} if in_tls else {}, [], []
        self.changed = threading.Condition()
        self.open = True
        self._start(self._accept)

    def witness(self, target, seconds=0):
        """Of the connection for this target; waits for it. None when it does not come."""
        with self.changed:
            self.changed.wait_for(lambda: target in self.witnesses, seconds)
            return self.witnesses.get(target)

    def settle(self, seconds=5):
        """Waits until every connection has ended at both ends, so that nothing is still to be seen."""
        for thread in self.threads[1:]:
            thread.join(seconds)

    def _start(self, what, *arguments):
        thread = threading.Thread(target=what, args=arguments, daemon=True)
        self.threads.append(thread)
        thread.start()

    def _accept(self):
        while self.open:
            try:
                caller, _ = self.listener.accept()
                server = socket.create_connection(self.target)
            except OSError:
                continue
            self.sockets += [caller, server]
            self._start(self._attend_in_tls if self.in_tls else self._attend, caller, server)

    def _attend(self, caller, server):
        asking, answering = Passage(caller, server), Passage(server, caller)
        try:
            target = asking.head().split(" ")[1]
            asking.release()
            answer = answering.head()
        except (OSError, EOFError, IndexError):
            return self._hang_up(caller, server)
        seen = None
        if answer.startswith("HTTP/1.1 101 "):
            seen = Witness()
            fields = dict(line.lower().split(": ", 1) for line in answer.split("\r\n")[1:] if ": " in line)
            seen.extensions = fields.get("sec-websocket-extensions", "")
            with self.changed:
                self.witnesses[target] = seen
                self.changed.notify_all()
        self._start(answering.pass_all, SERVER, seen)
        asking.pass_all(CLIENT, seen)

    def _attend_in_tls(self, caller, server):
        self._start(Passage(server, caller).count_all, SERVER, self.witnesses[""])
        Passage(caller, server).count_all(CLIENT, self.witnesses[""])

    @staticmethod
    def _hang_up(*sockets):
        for each in sockets:
            try:
                each.shutdown(socket.SHUT_RDWR)  # wakes the thread that waits for it
            except OSError:
                pass
            each.close()

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.open = False
        self._hang_up(self.listener, *self.sockets)

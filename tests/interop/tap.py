# tap.py — Stands between clients and a server, passes bytes on, and lets a witness see them.
import socket
import sys
import threading
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent / "support"))
from passage import Passage  # noqa: E402
from relay import Relay  # noqa: E402
from witness import CLIENT, SERVER, Witness  # noqa: E402


class Tap(Relay):
    """A relay that looks at what it passes on.

    A connection is known by the target of its request, of which it should be the only one. Those `in_tls` are not
    looked into, and have one witness, for "".
    """

    def __init__(self, host, in_tls=False):
        self.in_tls = in_tls
        self.witnesses, self.threads = {"": Witness()} if in_tls else {}, []
        self.changed = threading.Condition()
        super().__init__(host)

    def witness(self, target, seconds=0):
        """Of the connection for this target; waits for it. None when it does not come."""
        with self.changed:
            self.changed.wait_for(lambda: target in self.witnesses, seconds)
            return self.witnesses.get(target)

    def settle(self, seconds=5):
        """Waits until every connection has ended at both ends, so that nothing is still to be seen."""
        for thread in list(self.threads):
            thread.join(seconds)

    def _start(self, what, *arguments):
        thread = threading.Thread(target=what, args=arguments, daemon=True)
        self.threads.append(thread)
        thread.start()

    def _attend(self, caller, server):
        self._start(self._watch_in_tls if self.in_tls else self._watch, caller, server)

    def _watch(self, caller, server):
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

    def _watch_in_tls(self, caller, server):
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

    def __exit__(self, *_):
        self.open = False
        self._hang_up(self.listener, *self.sockets)

# python_libsoup.py — GNOME's libsoup, by way of Python and its main loop turned by hand, as a client.
import sys

import gi

gi.require_version("Soup", "3.0")
from gi.repository import Gio, GLib, Soup  # noqa: E402

from story import PATIENCE, Story  # noqa: E402

LARGEST = 2**22  # bytes of a message


class Client:
    lacks = {"fragments": "libsoup sends whole messages only."}

    async def open(self, url, deflate, trust):
        session = Soup.Session()
        if deflate:
            session.add_feature_by_type(Soup.WebsocketExtensionManager)
        if trust:
            session.set_tls_database(Gio.TlsFileDatabase.new(sys.argv[-1]))
        answers = []
        session.websocket_connect_async(Soup.Message.new("GET", url), None, [], GLib.PRIORITY_DEFAULT, None, lambda _, answer: answers.append(answer))
        wait_until(lambda: answers)
        return Connection(session.websocket_connect_finish(answers[0]))


def wait_until(holds):
    late = []
    timer = GLib.timeout_add_seconds(PATIENCE, late.append, True)
    while not holds():
        GLib.MainContext.default().iteration(True)
        assert not late, "too late"
    GLib.source_remove(timer)


class Connection:
    def __init__(self, socket):
        self.socket, self.messages, self.pongs = socket, [], 0
        socket.set_max_incoming_payload_size(LARGEST)
        socket.connect("message", self.on_message)
        socket.connect("pong", self.on_pong)

    def on_message(self, _socket, kind, message):
        self.messages.append(message.get_data().decode() if kind == Soup.WebsocketDataType.TEXT else message.get_data())

    def on_pong(self, _socket, _payload):
        self.pongs += 1

    async def send(self, message):
        kind = Soup.WebsocketDataType.TEXT if isinstance(message, str) else Soup.WebsocketDataType.BINARY
        self.socket.send_message(kind, GLib.Bytes.new(message.encode() if isinstance(message, str) else message))

    async def receive(self):
        wait_until(lambda: self.messages or self.has_ended())
        return self.messages.pop(0)

    # It pings of its own accord, once a second at most.
    async def ping(self, _payload):
        self.socket.set_keepalive_interval(1)
        wait_until(lambda: self.pongs or self.has_ended())
        assert self.pongs

    def has_ended(self):
        return self.socket.get_state() == Soup.WebsocketState.CLOSED

    async def close(self, code, reason):
        self.socket.close(code, reason)
        wait_until(self.has_ended)

    async def closed(self):
        wait_until(self.has_ended)
        return self.socket.get_close_code(), self.socket.get_close_data()


Story(Client()).tell()

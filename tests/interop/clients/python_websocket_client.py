# python_websocket_client.py — The Python package `websocket-client`, which waits instead of awaiting, as a client.
import struct

import websocket
from websocket import ABNF

from story import PATIENCE, Story


class Client:
    lacks = {"deflate": "`websocket-client` knows no extension."}

    async def open(self, url, deflate, trust):
        return Connection(websocket.create_connection(url, PATIENCE, sslopt={"context": trust} if trust else None))


class Connection:
    def __init__(self, socket):
        self.socket = socket

    async def send(self, message):
        self.socket.send(message, ABNF.OPCODE_TEXT if isinstance(message, str) else ABNF.OPCODE_BINARY)

    async def receive(self):
        return self.socket.recv()

    async def send_fragments(self, texts):
        for index, text in enumerate(texts):
            opcode = ABNF.OPCODE_CONT if index else ABNF.OPCODE_TEXT
            self.socket.send_frame(ABNF.create_frame(text.encode(), opcode, fin=index == len(texts) - 1))

    async def ping(self, payload):
        self.socket.ping(payload)
        assert self.socket.recv_data(control_frame=True) == (ABNF.OPCODE_PONG, payload)

    async def close(self, code, reason):
        self.socket.close(code, reason.encode(), timeout=PATIENCE)

    async def closed(self):
        opcode, payload = self.socket.recv_data()
        assert opcode == ABNF.OPCODE_CLOSE, opcode
        return struct.unpack("!H", payload[:2])[0], payload[2:].decode()


Story(Client()).tell()

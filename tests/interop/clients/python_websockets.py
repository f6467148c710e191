# python_websockets.py — The Python package `websockets` as a client.
import websockets

from story import Story


class Client:
    lacks = {}

    async def open(self, url, deflate, trust):
        compression = "deflate" if deflate else None
        return Connection(await websockets.connect(url, compression=compression, ssl=trust, max_size=None, ping_interval=None))


class Connection:
    def __init__(self, socket):
        self.socket = socket
        self.send, self.receive, self.send_fragments, self.close = socket.send, socket.recv, socket.send, socket.close

    async def ping(self, payload):
        await (await self.socket.ping(payload))

    async def closed(self):
        await self.socket.wait_closed()
        return self.socket.close_code, self.socket.close_reason


Story(Client()).tell()

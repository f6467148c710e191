# python_tornado.py — The Python package `tornado` as a client.
import asyncio

import tornado
from tornado.httpclient import HTTPRequest
from tornado.websocket import WebSocketClientConnection

from story import Story


class Client:
    lacks = {"fragments": "`tornado` sends whole messages only."}

    async def open(self, url, deflate, trust):
        socket = Connection(HTTPRequest(url, ssl_options=trust), compression_options={} if deflate else None, max_message_size=2**22)
        return await socket.connect_future


class Connection(WebSocketClientConnection):
    """What `tornado.websocket.websocket_connect` makes, which then hears pongs and its own end."""

    def __init__(self, *arguments, **options):
        super().__init__(*arguments, **options)
        self.pongs, self.ended = asyncio.Queue(), asyncio.Event()

    async def send(self, message):
        await self.write_message(message, binary=isinstance(message, bytes))

    async def receive(self):
        return await self.read_message()

    async def ping(self, payload):
        super().ping(payload)
        assert await self.pongs.get() == payload

    def on_pong(self, payload):
        self.pongs.put_nowait(payload)

    async def close(self, code, reason):
        super().close(code, reason)
        await self.ended.wait()

    async def closed(self):
        await self.ended.wait()
        return self.close_code, self.close_reason

    def on_ws_connection_close(self, *arguments):
        super().on_ws_connection_close(*arguments)
        self.ended.set()

    def on_connection_close(self):
        super().on_connection_close()
        self.ended.set()


Story(Client()).tell()

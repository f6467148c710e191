# python_autobahn.py — The Python package `autobahn`, on asyncio, as a client.
import asyncio
from urllib.parse import urlsplit

import autobahn
from autobahn.asyncio.websocket import WebSocketClientFactory, WebSocketClientProtocol
from autobahn.websocket.compress import PerMessageDeflateOffer, PerMessageDeflateResponse, PerMessageDeflateResponseAccept

from story import Story


class Client:
    lacks = {}

    async def open(self, url, deflate, trust):
        factory = WebSocketClientFactory(url)
        factory.protocol = Connection
        if deflate:
            factory.setProtocolOptions(perMessageCompressionOffers=[PerMessageDeflateOffer()], perMessageCompressionAccept=accept)
        where = urlsplit(url)
        _, connection = await asyncio.get_running_loop().create_connection(factory, where.hostname, where.port, ssl=trust)
        await connection.opened
        return connection


def accept(response):
    return PerMessageDeflateResponseAccept(response) if isinstance(response, PerMessageDeflateResponse) else None


class Connection(WebSocketClientProtocol):
    def __init__(self):
        super().__init__()
        self.opened, self.ended = asyncio.Future(), asyncio.Future()
        self.messages, self.pongs = asyncio.Queue(), asyncio.Queue()

    def onOpen(self):
        self.opened.set_result(None)

    def onMessage(self, payload, is_binary):
        self.messages.put_nowait(payload if is_binary else payload.decode())

    def onPong(self, payload):
        self.pongs.put_nowait(payload)

    def onClose(self, was_clean, code, reason):
        self.ended.set_result((code, reason))
        if not self.opened.done():
            self.opened.set_exception(ConnectionError(reason))

    async def send(self, message):
        self.sendMessage(message.encode() if isinstance(message, str) else message, isinstance(message, bytes))

    async def receive(self):
        return await self.messages.get()

    async def send_fragments(self, texts):
        self.beginMessage()
        for text in texts:
            self.sendMessageFrame(text.encode())
        self.endMessage()

    async def ping(self, payload):
        self.sendPing(payload)
        assert await self.pongs.get() == payload

    async def close(self, code, reason):
        self.sendClose(code, reason)
        await self.ended

    async def closed(self):
        return await self.ended


Story(Client()).tell()

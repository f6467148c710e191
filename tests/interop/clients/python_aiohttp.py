# python_aiohttp.py — The Python package `aiohttp` as a client.
import aiohttp

from story import Story


class Client:
    lacks = {"fragments": "`aiohttp` sends whole messages only."}

    async def open(self, url, deflate, trust):
        session = aiohttp.ClientSession()
        socket = await session.ws_connect(url, compress=15 if deflate else 0, ssl=trust, max_msg_size=0, autoping=False)
        return Connection(session, socket)


class Connection:
    def __init__(self, session, socket):
        self.session, self.socket = session, socket

    async def send(self, message):
        await (self.socket.send_str(message) if isinstance(message, str) else self.socket.send_bytes(message))

    async def receive(self):
        return (await self.socket.receive()).data

    # To see pongs one has to answer pings oneself; `closed` goes without.
    async def ping(self, payload):
        await self.socket.ping(payload)
        heard = await self.socket.receive()
        assert (heard.type, bytes(heard.data)) == (aiohttp.WSMsgType.PONG, payload), heard

    async def close(self, code, reason):
        await self.socket.close(code=code, message=reason.encode())
        await self.session.close()

    async def closed(self):
        while (heard := await self.socket.receive()).type == aiohttp.WSMsgType.PING:
            await self.socket.pong(heard.data)
        await self.session.close()
        return heard.data, heard.extra


Story(Client()).tell()

# python_websockets.py — The Python package `websockets` as a server. How it is called and what it says: serving.py.
import asyncio

import websockets

from serving import GOODBYE, PATIENCE, announce, fragments_of, tls


async def attend(socket, path):
    if path == "/goodbye":
        await asyncio.wait_for(await socket.ping(), PATIENCE)
        return await socket.close(*GOODBYE)
    async for message in socket:
        await socket.send(fragments_of(message) if path == "/fragments" else message)


async def serve():
    options = {"max_size": None, "ping_interval": None}
    plain = await websockets.serve(attend, "127.0.0.1", 0, **options)
    secure = await websockets.serve(attend, "127.0.0.1", 0, ssl=tls(), **options)
    announce(plain.sockets[0], secure.sockets[0])
    await asyncio.Future()


asyncio.run(serve())

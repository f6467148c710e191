# python_aiohttp.py — The Python package `aiohttp` as a server. How it is called and what it says: serving.py.
import asyncio
import socket

from aiohttp import WSMsgType, web

from serving import GOODBYE, PATIENCE, announce, tls


async def echo(request):
    connection = web.WebSocketResponse(max_msg_size=0)
    await connection.prepare(request)
    async for message in connection:
        if message.type == WSMsgType.TEXT:
            await connection.send_str(message.data)
        elif message.type == WSMsgType.BINARY:
            await connection.send_bytes(message.data)
    return connection


async def goodbye(request):
    connection = web.WebSocketResponse(autoping=False)  # which would keep pongs to itself
    await connection.prepare(request)
    await connection.ping()
    heard = await connection.receive(PATIENCE)
    if heard.type == WSMsgType.PONG:
        code, reason = GOODBYE
        await connection.close(code=code, message=reason.encode())
    return connection


async def serve():
    app = web.Application()
    app.router.add_get("/echo", echo)
    app.router.add_get("/goodbye", goodbye)
    runner = web.AppRunner(app)
    await runner.setup()
    plain, secure = (socket.create_server(("127.0.0.1", 0)) for _ in range(2))
    await web.SockSite(runner, plain).start()
    await web.SockSite(runner, secure, ssl_context=tls()).start()
    announce(plain, secure, fragments="`aiohttp` sends whole messages only.")
    await asyncio.Future()


asyncio.run(serve())

# python_tornado.py — The Python package `tornado` as a server. How it is called and what it says: serving.py.
import asyncio

from tornado.httpserver import HTTPServer
from tornado.netutil import bind_sockets
from tornado.web import Application
from tornado.websocket import WebSocketHandler

from serving import GOODBYE, announce, tls


class Echo(WebSocketHandler):
    def get_compression_options(self):
        return {}

    async def on_message(self, message):
        await self.write_message(message, binary=isinstance(message, bytes))


class Goodbye(WebSocketHandler):
    def open(self):
        self.ping()

    def on_pong(self, _payload):
        self.close(*GOODBYE)


async def serve():
    app = Application([("/echo", Echo), ("/goodbye", Goodbye)])
    plain, secure = (bind_sockets(0, "127.0.0.1") for _ in range(2))
    HTTPServer(app).add_sockets(plain)
    HTTPServer(app, ssl_options=tls()).add_sockets(secure)
    announce(plain[0], secure[0], fragments="`tornado` sends whole messages only.")
    await asyncio.Future()


asyncio.run(serve())

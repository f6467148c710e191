# story.py — What every client in Python goes through: a connection for each feature, and a line said about it.
#
#   A_CLIENT.py ECHO DEFLATING_ECHO PINGING_ECHO CHAT SECURE_ECHO CERTIFICATE
#
# Five URLs, to which a client adds the feature as a query, and a file in PEM form. What it says on stdout, line by line,
# is the same in all languages, for each feature `FEATURE yes`, `FEATURE yes NOTE`, `FEATURE no WHY` or `FEATURE n/a WHY`.
import asyncio
import json
import ssl
import sys

PATIENCE = 20  # seconds for one feature
TEXT = "Grüße, 日本語, 🎈"
LARGE = "é" * (512 * 1024)  # a mebibyte
BINARY = bytes(range(256)) * 4
PIECES = ["Gr", "üß", "", "e"]
CLOSE_CODE, CLOSE_REASON = 4321, "bye 🎈"
DRAINED = (1001, "server shutting down")


class Story:
    """Tells what `client` can do. A client has what its API `lacks`, by feature, with the reason, and

        open(url, deflate, trust)    a connection, with an ssl.SSLContext or None; the connection has
        send(text or bytes), receive(), send_fragments(texts), ping(bytes) until its pong is there,
        close(code, reason) until it is closed, closed() until the server has closed it: (code, reason)

    all of them coroutines.
    """

    def __init__(self, client):
        self.client = client
        self.echo, self.deflating, self.pinging, self.chat, self.secure, self.certificate = sys.argv[1:]

    def tell(self):
        asyncio.run(self.tell_all())

    async def tell_all(self):
        for feature in ("text", "empty", "large", "binary", "fragments", "deflate", "ping", "close", "closed", "wss", "chat"):
            print(feature, await self.try_out(feature), flush=True)

    async def try_out(self, feature):
        if feature in self.client.lacks:
            return f"n/a {self.client.lacks[feature]}"
        try:
            await asyncio.wait_for(getattr(self, f"with_{feature}")(), PATIENCE)
            return "yes"
        except Exception as error:  # whatever goes wrong is what is to be told
            return f"no {error!r}"

    async def open(self, url, feature, deflate=False, trust=None):
        return await self.client.open(f"{url}?{feature}", deflate, trust)

    async def echoes(self, connection, *messages):
        for message in messages:
            await connection.send(message)
            heard = await connection.receive()
            assert heard == message, f"sent {message[:20]!r}, heard {heard[:20]!r}"

    async def echoes_in_plain(self, feature, *messages):
        connection = await self.open(self.echo, feature)
        await self.echoes(connection, *messages)
        await connection.close(1000, "")

    async def with_text(self):
        await self.echoes_in_plain("text", TEXT)

    async def with_empty(self):
        await self.echoes_in_plain("empty", "", b"")

    async def with_large(self):
        await self.echoes_in_plain("large", LARGE)

    async def with_binary(self):
        await self.echoes_in_plain("binary", BINARY)

    async def with_fragments(self):
        connection = await self.open(self.echo, "fragments")
        await connection.send_fragments(PIECES)
        heard = await connection.receive()
        assert heard == "".join(PIECES), heard
        await connection.close(1000, "")

    async def with_deflate(self):
        connection = await self.open(self.deflating, "deflate", deflate=True)
        await self.echoes(connection, LARGE, TEXT * 20, TEXT * 20, BINARY)
        await connection.close(1000, "")

    async def with_ping(self):
        connection = await self.open(self.echo, "ping")
        await connection.ping(b"there?")
        await self.echoes(connection, TEXT)
        await connection.close(1000, "")

    async def with_close(self):
        connection = await self.open(self.echo, "close")
        await connection.close(CLOSE_CODE, CLOSE_REASON)

    async def with_closed(self):
        connection = await self.open(self.pinging, "closed")
        heard = await connection.closed()
        assert heard == DRAINED, heard

    async def with_wss(self):
        connection = await self.open(self.secure, "wss", trust=ssl.create_default_context(cafile=self.certificate))
        await self.echoes(connection, TEXT, LARGE)
        await connection.close(1000, "")

    async def with_chat(self):
        connection = await self.open(self.chat, "chat")
        for type, payload, answer in (("join", {"room": "tea"}, "joined"), ("chat", {"room": "tea", "text": TEXT}, "chat")):
            await connection.send(json.dumps({"type": type, "payload": payload}))
            heard = json.loads(await connection.receive())
            assert heard["type"] == answer, heard
        assert heard["payload"]["text"] == TEXT, heard
        await connection.close(1000, "")

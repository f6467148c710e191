# cat_at_websockets.py — chorus::client, by way of chorus-cat, and the Python package `websockets` as its server and its proxy.
#
#   cat_at_websockets.py FOLDER_OF_PROGRAMS [NAME_OF_A_TEST…]
import asyncio
import http
import os
import sys
import unittest
from pathlib import Path

import websockets

sys.path.insert(0, str(Path(__file__).resolve().parent.parent / "support"))
from program import WITHOUT_PROXIES  # noqa: E402

FOLDER = sys.argv.pop(1) if len(sys.argv) > 1 else "."
PATIENCE = 30  # seconds until something awaited counts as missing
MEBIBYTE = 1024 * 1024


async def run(*words, said=b"", **variables):
    """Runs chorus-cat to its end: exit code, stdout, stderr."""
    pipe = asyncio.subprocess.PIPE
    cat = await asyncio.create_subprocess_exec(
        str(Path(FOLDER) / "chorus-cat"), *words, stdin=pipe, stdout=pipe, stderr=pipe, env=WITHOUT_PROXIES | variables
    )
    out, err = await asyncio.wait_for(cat.communicate(said), PATIENCE)
    return cat.returncode, out, err.decode()


async def echo(socket):
    async for message in socket:
        await socket.send(message)


# This server's library answers a goodbye ahead of what its handler still has to say.
PATIENT = ("--raw", "--linger", "1")


class Server(unittest.IsolatedAsyncioTestCase):
    async def serve(self, handler, **options):
        server = await websockets.serve(handler, "127.0.0.1", 0, max_size=None, **options)
        self.addAsyncCleanup(server.wait_closed)
        self.addCleanup(server.close)
        return f"ws://127.0.0.1:{server.sockets[0].getsockname()[1]}/"

    async def test_texts_come_back_as_they_were(self):
        said = "Grüße 🎈\n\nlast".encode()
        for compression in ("deflate", None):
            for words in ([], ["--deflate"]):
                url = await self.serve(echo, compression=compression)
                self.assertEqual(await run(url, *PATIENT, *words, said=said), (0, said + b"\n", ""))

    async def test_a_mebibyte_comes_back(self):
        said = os.urandom(MEBIBYTE // 2).hex().encode() + b"\n"
        for words in ([], ["--deflate"]):
            url = await self.serve(self.shrink)
            code, out, err = await run(url, *PATIENT, *words, said=said)
            self.assertEqual((code, out, err), (0, b"1048576\n", ""))

    @staticmethod
    async def shrink(socket):
        async for message in socket:
            await socket.send(str(len(message)))

    async def test_a_message_that_is_too_large_ends_it_unless_it_is_allowed(self):
        said = b"x" * MEBIBYTE + b"\n"
        url = await self.serve(echo)
        code, out, err = await run(url, *PATIENT, said=said)
        self.assertEqual((code, out), (1, b""), err)
        self.assertIn("1009", err)
        self.assertEqual(await run(url, *PATIENT, "--max-message", "1MiB", said=said), (0, said, ""))

    async def test_bytes_come_back_as_they_were(self):
        said = os.urandom(3 * MEBIBYTE + 7)
        url = await self.serve(echo)
        code, out, err = await run(url, "--binary", "--linger", "1", said=said)
        self.assertEqual((code, err, out == said), (0, "", True))

    async def test_compression_is_agreed_on_and_used(self):
        agreed = []

        async def note(socket):
            agreed.append([extension.name for extension in socket.extensions])
            await echo(socket)

        url = await self.serve(note)
        for words in ([], ["--deflate"]):
            await run(url, "--raw", *words, said=b"x" * 1000)
        self.assertEqual(agreed, [[], ["permessage-deflate"]])

    async def test_fragments_are_one_message_and_pings_between_messages_are_answered(self):
        async def talk(socket):
            await socket.send(["Gr", "üß", "", "e"])
            await asyncio.wait_for(await socket.ping(), PATIENCE)
            await socket.send("pinged")
            await socket.wait_closed()

        url = await self.serve(talk)
        cat = await asyncio.create_subprocess_exec(
            str(Path(FOLDER) / "chorus-cat"), url, "--raw", stdin=asyncio.subprocess.PIPE, stdout=asyncio.subprocess.PIPE, env=WITHOUT_PROXIES
        )
        for expected in ("Grüße\n", "pinged\n"):
            self.assertEqual((await asyncio.wait_for(cat.stdout.readline(), PATIENCE)).decode(), expected)
        cat.stdin.close()
        self.assertEqual(await asyncio.wait_for(cat.wait(), PATIENCE), 0)

    async def test_it_says_goodbye_and_hears_why_the_server_does(self):
        heard = []

        async def note(socket):
            await socket.wait_closed()
            heard.append((socket.close_code, socket.close_reason))

        url = await self.serve(note)
        self.assertEqual((await run(url, "--raw"))[0], 0)
        while not heard:
            await asyncio.sleep(0)
        self.assertEqual(heard, [(1000, "")])

        for code, exit_code in ((1000, 0), (1001, 1), (1011, 1), (4002, 1)):
            url = await self.serve(lambda socket, code=code: socket.close(code, "so long"))
            ended, _, err = await run(url, "--raw", "--no-input")
            self.assertEqual(ended, exit_code, err)
            if exit_code:
                self.assertIn(f"closed_by_peer {code}", err)
                self.assertIn("so long", err)

    async def test_a_token_goes_as_a_bearers_and_a_refusal_is_told(self):
        seen = []

        async def judge(_path, headers):
            seen.append(headers.get("Authorization"))
            if headers.get("Authorization") != "Bearer right":
                return http.HTTPStatus.UNAUTHORIZED, {"Content-Type": "application/json"}, b'{"error":"bad_token","message":"who are you?"}'

        url = await self.serve(echo, process_request=judge)
        code, _, err = await run(url, "--raw", "--token", "wrong")
        self.assertEqual((code, err), (1, "* no connection: refused 401 bad_token: who are you?\n"))
        self.assertEqual(await run(url, *PATIENT, said=b"in", CHORUS_TOKEN="right"), (0, b"in\n", ""))
        self.assertEqual(seen, ["Bearer wrong", "Bearer right"])

    async def test_it_goes_through_a_proxy_with_its_password_only(self):
        url = await self.serve(echo)
        proxy = await asyncio.start_server(self.proxy, "127.0.0.1", 0)
        self.addCleanup(proxy.close)
        where = f"127.0.0.1:{proxy.sockets[0].getsockname()[1]}"
        self.assertEqual(await run(url, *PATIENT, "--proxy", f"http://ada:pass@{where}", said=b"in"), (0, b"in\n", ""))
        self.assertEqual(await run(url, *PATIENT, said=b"in", http_proxy=f"http://ada:pass@{where}"), (0, b"in\n", ""))
        code, _, err = await run(url, "--raw", "--proxy", f"http://{where}")
        self.assertEqual((code, err), (1, "* no connection: refused 407 proxy_refused: the proxy answered 407 Who are you?\n"))

    @staticmethod
    async def proxy(reader, writer):
        head = (await reader.readuntil(b"\r\n\r\n")).decode()
        if "\r\nProxy-Authorization: Basic YWRhOnBhc3M=\r\n" not in head:
            writer.write(b"HTTP/1.1 407 Who are you?\r\nContent-Length: 0\r\n\r\n")
            await writer.drain()
            return writer.close()
        host, port = head.split()[1].rsplit(":", 1)
        onwards_reader, onwards_writer = await asyncio.open_connection(host, int(port))
        writer.write(b"HTTP/1.1 200 Connection established\r\n\r\n")
        await asyncio.gather(pass_on(reader, onwards_writer), pass_on(onwards_reader, writer))

    async def test_a_server_that_does_not_speak_is_given_up_in_time(self):
        silent = await asyncio.start_server(lambda reader, writer: reader.read(), "127.0.0.1", 0)
        self.addCleanup(silent.close)
        url = f"ws://127.0.0.1:{silent.sockets[0].getsockname()[1]}/"
        code, _, err = await run(url, "--raw", "--timeout", "0.2")
        self.assertEqual((code, err), (1, "* no connection: too_late: no answer to the handshake in time\n"))


async def pass_on(source, target):
    while data := await source.read(65536):
        target.write(data)
        await target.drain()
    target.close()


if __name__ == "__main__":
    unittest.main(verbosity=2)

# entry_client.py — Who may enter chorus-chat: tokens in their four places, JSON Web Tokens of another library, origins, proxies.
#
#   entry_client.py FOLDER_OF_PROGRAMS [NAME_OF_A_TEST…]
import asyncio
import http.client
import json
import socket
import sys
import tempfile
import time
import unittest
from pathlib import Path

import jwt
import websockets
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec, rsa

sys.path.insert(0, str(Path(__file__).resolve().parent.parent / "support"))
from program import Program  # noqa: E402

FOLDER = sys.argv.pop(1) if len(sys.argv) > 1 else "."
PATIENCE = 20  # seconds until something awaited counts as missing
SECRET = "a secret of more than thirty-two bytes, as it should be"


def file_with(content):
    file = tempfile.NamedTemporaryFile("w")
    file.write(content)
    file.flush()
    return file


def public_pem(key):
    return key.public_key().public_bytes(
        serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo
    ).decode()


async def receive(connection):
    return json.loads(await asyncio.wait_for(connection.recv(), PATIENCE))


async def ask(connection, type, payload):
    await connection.send(json.dumps({"type": type, "payload": payload, "id": 1}))
    while True:
        envelope = await receive(connection)
        if envelope.get("id") == 1:
            return envelope


async def name_of(connection):
    """What a client is called: the name under which it is among the members of a room."""
    return (await ask(connection, "join", {"room": "lobby"}))["payload"]["members"]


async def status_of(url, **options):
    """The HTTP status with which an upgrade is refused; 101 when it is not."""
    try:
        async with websockets.connect(url, **options):
            return 101
    except websockets.InvalidStatusCode as refused:
        return refused.status_code


class Tokens(unittest.IsolatedAsyncioTestCase):
    async def test_a_token_may_stand_in_four_places_and_nobody_enters_without(self):
        with file_with("secret-a ann\nsecret-b bob\n") as tokens, Program(FOLDER, "chorus-chat", "--tokens", tokens.name) as chat:
            ways = [
                {"uri": chat.url + "?token=secret-a"},
                {"uri": chat.url, "extra_headers": {"Authorization": "Bearer secret-a"}},
                {"uri": chat.url, "extra_headers": {"Cookie": "theme=dark; token=secret-a"}},
                {"uri": chat.url, "subprotocols": ["chorus.json.v1", "chorus.token.secret-a"]},
            ]
            for way in ways:
                async with websockets.connect(**way) as connection:
                    self.assertEqual(await name_of(connection), ["ann"])
                    self.assertNotIn("secret", connection.subprotocol or "")
            self.assertEqual(await status_of(chat.url), 401)
            self.assertEqual(await status_of(chat.url + "?token=secret-c"), 401)
            wrong_first = {"extra_headers": {"Authorization": "Bearer secret-a"}}
            self.assertEqual(await status_of(chat.url + "?token=secret-c", **wrong_first), 401)

    async def test_a_user_has_one_name_and_a_limit(self):
        options = ["--max-per-user", "2"]
        with file_with("secret-a ann\n") as tokens, Program(FOLDER, "chorus-chat", "--tokens", tokens.name, *options) as chat:
            url = chat.url + "?token=secret-a"
            async with websockets.connect(url) as first, websockets.connect(url) as second:
                await name_of(first)
                self.assertEqual(await name_of(second), ["ann"])
                self.assertEqual(await status_of(url), 429)
            self.assertEqual(await status_of(url), 101)

    async def test_a_plain_get_is_told_why_in_json(self):
        with file_with("secret-a ann\n") as tokens, Program(FOLDER, "chorus-chat", "--tokens", tokens.name) as chat:
            plain = http.client.HTTPConnection(chat.host, timeout=PATIENCE)
            plain.request("GET", "/ws?token=guess")
            answer = plain.getresponse()
            body = json.loads(answer.read())
            self.assertEqual((answer.status, body["error"]), (401, "token_refused"))
            self.assertTrue(answer.getheader("WWW-Authenticate").startswith("Bearer "))
            self.assertNotIn("guess", json.dumps(body))


class WebTokens(unittest.IsolatedAsyncioTestCase):
    async def test_tokens_of_each_algorithm_are_taken(self):
        keys = {
            "HS256": (SECRET, SECRET),
            "RS256": (pair := rsa.generate_private_key(65537, 2048), public_pem(pair)),
            "ES256": (curve := ec.generate_private_key(ec.SECP256R1()), public_pem(curve)),
        }
        for algorithm, (signing, verifying) in keys.items():
            with self.subTest(algorithm), file_with(verifying) as file:
                options = ["--jwt-key", file.name, "--jwt-alg", algorithm, "--jwt-issuer", "us", "--jwt-audience", "chat"]
                with Program(FOLDER, "chorus-chat", *options) as chat:
                    await self.check(chat, lambda claims: jwt.encode(claims, signing, algorithm))
                    if algorithm != "HS256":  # PyJWT itself refuses to sign with a public key
                        forged = self.forge(verifying)
                        self.assertEqual(await status_of(f"{chat.url}?token={forged}"), 401)

    async def check(self, chat, sign):
        now = int(time.time())
        good = {"sub": "ann", "iss": "us", "aud": ["mail", "chat"], "exp": now + 600, "nbf": now - 10}
        async with websockets.connect(f"{chat.url}?token={sign(good)}") as connection:
            self.assertEqual(await name_of(connection), ["ann"])
        for change in [{"exp": now - 1}, {"nbf": now + 600}, {"iss": "them"}, {"aud": "mail"}, {"sub": ""}]:
            self.assertEqual(await status_of(f"{chat.url}?token={sign(good | change)}"), 401, change)

    @staticmethod
    def forge(public_key):
        """HS256 with the public key as its secret, as an attacker would."""
        import base64, hashlib, hmac

        def part(value):
            return base64.urlsafe_b64encode(json.dumps(value).encode()).rstrip(b"=")

        text = part({"alg": "HS256"}) + b"." + part({"sub": "ann", "iss": "us", "aud": "chat"})
        signature = hmac.new(public_key.encode(), text, hashlib.sha256).digest()
        return (text + b"." + base64.urlsafe_b64encode(signature).rstrip(b"=")).decode()

    async def test_a_token_that_expires_ends_its_session_unless_a_fresh_one_comes(self):
        with file_with(SECRET) as file, Program(FOLDER, "chorus-chat", "--jwt-key", file.name, "--token-grace", "3") as chat:

            def token(user, seconds):
                return jwt.encode({"sub": user, "exp": time.time() + seconds}, SECRET, "HS256")

            async with websockets.connect(f"{chat.url}?token={token('ann', 2)}") as connection:
                expired = await receive(connection)
                self.assertEqual(expired, {"type": "token_expired", "payload": {"grace": 3}})
                refused = await ask(connection, "token", {"token": token("ann", -1)})
                self.assertEqual(refused["payload"]["code"], "token_refused")
                refused = await ask(connection, "token", {"token": token("bob", 60)})
                self.assertEqual(refused["payload"]["code"], "wrong_user")
                renewed = await ask(connection, "token", {"token": token("ann", 2)})
                self.assertEqual(renewed["type"], "ok")
                self.assertGreater(renewed["payload"]["expires"], time.time())
                self.assertEqual((await receive(connection))["type"], "token_expired")
                with self.assertRaises(websockets.ConnectionClosed) as closed:
                    await receive(connection)
                self.assertEqual((closed.exception.rcvd.code, closed.exception.rcvd.reason), (4001, "token expired"))

    def test_a_public_key_is_no_secret(self):
        with file_with(public_pem(ec.generate_private_key(ec.SECP256R1()))) as file:
            with self.assertRaises(RuntimeError):
                Program(FOLDER, "chorus-chat", "--jwt-key", file.name)


class Pages(unittest.IsolatedAsyncioTestCase):
    async def test_only_pages_that_are_named_may_connect(self):
        options = ["--origin", "https://app.example", "--origin", "https://*.chat.example"]
        with Program(FOLDER, "chorus-chat", *options) as chat:
            for origin in ["https://app.example", "https://a.b.chat.example"]:
                self.assertEqual(await status_of(chat.url, origin=origin), 101, origin)
            for origin in ["https://app.example.evil.example", "https://chat.example", f"http://{chat.host}", "null"]:
                self.assertEqual(await status_of(chat.url, origin=origin), 403, origin)
            self.assertEqual(await status_of(chat.url), 101)


class Proxies(unittest.IsolatedAsyncioTestCase):
    async def test_clients_behind_a_trusted_proxy_are_counted_each_by_its_own_address(self):
        options = ["--trusted-proxy", "127.0.0.0/8", "--max-per-ip", "1"]
        with Program(FOLDER, "chorus-chat", *options) as chat:

            def from_address(address):
                return {"extra_headers": {"X-Forwarded-For": f"198.51.100.99, {address}"}}

            async with websockets.connect(chat.url, **from_address("203.0.113.1")):
                self.assertEqual(await status_of(chat.url, **from_address("203.0.113.1")), 429)
                self.assertEqual(await status_of(chat.url, **from_address("203.0.113.2")), 101)

    async def test_the_header_of_the_proxy_protocol_names_the_client(self):
        options = ["--trusted-proxy", "127.0.0.1", "--proxy-protocol", "--max-per-ip", "1"]
        with Program(FOLDER, "chorus-chat", *options) as chat:

            def connected_from(address):
                host, port = chat.host.split(":")
                plain = socket.create_connection((host, int(port)))
                header = b"\r\n\r\n\0\r\nQUIT\n\x21\x11\0\x0c"
                plain.sendall(header + socket.inet_aton(address) + socket.inet_aton("127.0.0.1") + b"\x13\x88\x1f\x90")
                return plain

            async with websockets.connect(chat.url, sock=connected_from("203.0.113.1")):
                self.assertEqual(await status_of(chat.url, sock=connected_from("203.0.113.1")), 429)
                self.assertEqual(await status_of(chat.url, sock=connected_from("203.0.113.2")), 101)
            with self.assertRaises((websockets.InvalidMessage, ConnectionError)):
                await websockets.connect(chat.url)


unittest.main()

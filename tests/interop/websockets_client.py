# websockets_client.py — The Python package `websockets` as a client: the programs must be what it takes for a WebSocket server.
#
#   websockets_client.py FOLDER_OF_PROGRAMS [NAME_OF_A_TEST…]
import asyncio
import http.client
import json
import struct
import sys
import unittest
from pathlib import Path
from urllib.parse import quote

import websockets
from websockets.extensions.permessage_deflate import ClientPerMessageDeflateFactory

sys.path.insert(0, str(Path(__file__).resolve().parent.parent / "support"))
from program import Program  # noqa: E402

FOLDER = sys.argv.pop(1) if len(sys.argv) > 1 else "."
PATIENCE = 10  # seconds until something awaited counts as missing
MEBIBYTE = 1024 * 1024


class Member:
    """A chat client: sends envelopes, and waits for the ones it is told to expect."""

    def __init__(self, socket):
        self.socket = socket
        self.asked = 0

    @classmethod
    async def enter(cls, server, name, **options):
        return cls(await websockets.connect(f"{server.url}?name={quote(name)}", **options))

    async def send(self, type, payload, id=None):
        envelope = {"type": type, "payload": payload}
        await self.socket.send(json.dumps(envelope if id is None else envelope | {"id": id}))

    async def next(self):
        return json.loads(await asyncio.wait_for(self.socket.recv(), PATIENCE))

    async def expect(self, type, **members):
        """Passes over what else comes, up to an envelope of this type whose payload has these members; gives the payload."""
        while True:
            envelope = await self.next()
            payload = envelope["payload"]
            if envelope["type"] == type and all(payload.get(key) == value for key, value in members.items()):
                return payload

    async def ask(self, type, payload):
        """Sends with an id and gives the envelope that answers it."""
        self.asked += 1
        await self.send(type, payload, self.asked)
        while True:
            envelope = await self.next()
            if envelope.get("id") == self.asked:
                return envelope

    async def join(self, room, since=None):
        answer = await self.ask("join", {"room": room} | ({"since": since} if since else {}))
        assert answer["type"] == "joined", answer
        return answer["payload"]

    async def say(self, room, text):
        answer = await self.ask("chat", {"room": room, "text": text})
        assert answer["type"] == "ok", answer
        return answer["payload"]["offset"]


class BinaryMember(Member):
    """The same in the binary protocol: one byte of type, four of length, the payload with the id among its members."""

    NUMBERS = {"chat": 1, "join": 2, "leave": 3, "token": 4, "ok": 16, "error": 17, "joined": 18, "left": 19}
    NUMBERS |= {"presence": 20, "gap": 21, "token_expired": 22}
    NAMES = {number: name for name, number in NUMBERS.items()}

    @classmethod
    async def enter(cls, server, name, **options):
        return await super().enter(server, name, subprotocols=["chorus.binary.v1"], **options)

    async def send(self, type, payload, id=None):
        body = json.dumps(payload if id is None else payload | {"id": id}).encode()
        await self.socket.send(struct.pack(">BI", self.NUMBERS[type], len(body)) + body)

    async def next(self):
        message = await asyncio.wait_for(self.socket.recv(), PATIENCE)
        assert isinstance(message, bytes), message
        number, length = struct.unpack(">BI", message[:5])
        assert length == len(message) - 5
        payload = json.loads(message[5:])
        envelope = {"type": self.NAMES[number], "payload": payload}
        return envelope | ({"id": payload.pop("id")} if "id" in payload else {})


class Chat(unittest.IsolatedAsyncioTestCase):
    def setUp(self):
        self.server = self.enterContext(Program(FOLDER, "chorus-chat"))

    def enterContext(self, manager):  # unittest has it from Python 3.11 on
        self.addCleanup(manager.__exit__, None, None, None)
        return manager.__enter__()

    async def enter(self, name, **options):
        member = await Member.enter(self.server, name, **options)
        self.addAsyncCleanup(member.socket.close)
        return member

    async def test_two_clients_chat_in_a_room(self):
        ada, bo = await self.enter("ada"), await self.enter("bo")
        self.assertEqual((await ada.join("tea"))["members"], ["ada"])
        joined = await bo.join("tea")
        self.assertEqual((joined["members"], joined["member_count"], joined["messages"]), (["ada", "bo"], 2, []))
        await ada.expect("presence", room="tea", user="bo", event="join")
        self.assertEqual(await ada.say("tea", "hello"), 1)
        heard = await bo.expect("chat")
        self.assertEqual({key: heard[key] for key in ("room", "offset", "user", "text")}, {"room": "tea", "offset": 1, "user": "ada", "text": "hello"})
        self.assertGreater(heard["time"], 1_600_000_000_000)

    async def test_members_of_both_protocols_share_a_room(self):
        ada, bo = await self.enter("ada"), await BinaryMember.enter(self.server, "bo")
        self.addAsyncCleanup(bo.socket.close)
        self.assertEqual(bo.socket.subprotocol, "chorus.binary.v1")
        await ada.join("tea")
        await ada.say("tea", "é € 🙂")
        joined = await bo.join("tea")
        self.assertEqual([message["text"] for message in joined["messages"]], ["é € 🙂"])
        await ada.expect("presence", room="tea", user="bo", event="join")
        self.assertEqual(await bo.say("tea", "in binary"), 2)
        for member in (ada, bo):
            heard = await member.expect("chat", offset=2)
            self.assertEqual((heard["user"], heard["text"]), ("bo", "in binary"))
        self.assertEqual((await bo.ask("leave", {"room": "tea"}))["type"], "left")

    async def test_a_binary_message_that_is_malformed_is_refused_with_its_reason(self):
        bo = await BinaryMember.enter(self.server, "bo")
        self.addAsyncCleanup(bo.socket.close)
        for message, why in [(b"\x01", "message too short"), (b"\x01\0\0\0\x05{}", "expected 5 bytes, got 2")]:
            await bo.socket.send(message)
            refused = await bo.expect("error", code="malformed")
            self.assertIn(why, refused["message"])
        await bo.socket.send(b"\x63\0\0\0\x02{}")
        self.assertEqual((await bo.expect("error"))["message"], "unknown message type: 99")
        ada = await self.enter("ada")
        await ada.socket.send(b"\x01\0\0\0\x02{}")
        self.assertIn("expected JSON", (await ada.expect("error", code="malformed"))["message"])

    async def test_a_message_without_a_room_reaches_everybody(self):
        ada, bo = await self.enter("ada"), await self.enter("bo")
        await ada.send("chat", {"text": "hello, all"})
        for member in (ada, bo):
            heard = await member.expect("chat")
            self.assertEqual((heard["user"], heard["text"], heard.get("room")), ("ada", "hello, all", None))

    async def test_who_leaves_is_told_to_the_others_and_hears_no_more(self):
        ada, bo = await self.enter("ada"), await self.enter("bo")
        await ada.join("tea")
        await bo.join("tea")
        self.assertEqual((await ada.ask("leave", {"room": "tea"}))["type"], "left")
        await bo.expect("presence", room="tea", user="ada", event="leave")
        await bo.say("tea", "alone")
        refused = await ada.ask("chat", {"room": "tea", "text": "still there?"})
        self.assertEqual((refused["type"], refused["payload"]["code"]), ("error", "not_in_room"))

    async def test_a_cut_connection_counts_as_leaving(self):
        ada, bo = await self.enter("ada"), await self.enter("bo")
        await ada.join("tea")
        await bo.join("tea")
        bo.socket.transport.abort()
        await ada.expect("presence", room="tea", user="bo", event="leave")

    async def test_history_and_resuming(self):
        ada = await self.enter("ada")
        start = await ada.join("tea")
        for text in ("one", "two", "three"):
            await ada.say("tea", text)
        bo = await self.enter("bo")
        history = await bo.join("tea")
        self.assertEqual([message["text"] for message in history["messages"]], ["one", "two", "three"])
        self.assertEqual((history["epoch"], history["offset"]), (start["epoch"], 3))
        await bo.socket.close()
        await ada.say("tea", "four")

        bo = await self.enter("bo")
        resumed = await bo.join("tea", {"epoch": history["epoch"], "offset": history["offset"]})
        self.assertIs(resumed["recovered"], True)
        self.assertEqual([(message["offset"], message["text"]) for message in resumed["messages"]], [(4, "four")])
        foreign = await bo.join("tea", {"epoch": "another", "offset": 3})
        self.assertIs(foreign["recovered"], False)

    async def test_unicode_survives(self):
        text = "é € 🙂 مرحبا \u2028 \u0000 \\ \" 日本語"
        ada = await self.enter("Zoë 🙂")
        await ada.join("カフェ ☕")
        await ada.say("カフェ ☕", text)
        history = await (await self.enter("bo")).join("カフェ ☕")
        self.assertEqual([(message["user"], message["text"]) for message in history["messages"]], [("Zoë 🙂", text)])

    async def test_a_name_in_use_gets_a_number(self):
        await (await self.enter("ada")).join("tea")
        self.assertEqual((await (await self.enter("ada")).join("tea"))["members"], ["ada", "ada#2"])

    async def test_what_is_refused_says_why(self):
        ada = await self.enter("ada")
        unknown = (await ada.ask("dance", {}))["payload"]
        self.assertEqual((unknown["code"], unknown["message"]), ("unknown_type", "unknown message type: dance"))
        malformed = (await ada.ask("chat", {"text": 7}))["payload"]
        self.assertEqual((malformed["code"], malformed["message"]), ("malformed", "malformed message: payload.text: expected string, got number"))
        await ada.socket.send("no json")
        invalid = await ada.expect("error", code="invalid_json")
        self.assertTrue(invalid["message"].startswith("invalid JSON"))
        await ada.socket.send(b"binary")
        await ada.expect("error", code="malformed")
        too_long = (await ada.ask("chat", {"text": "x" * 4097}))["payload"]
        self.assertEqual(too_long["code"], "too_long")
        bad_room = (await ada.ask("join", {"room": " tea"}))["payload"]
        self.assertEqual(bad_room["code"], "bad_room")

    async def test_a_flood_is_told_to_slow_down(self):
        ada = await self.enter("ada")
        for _ in range(30):
            await ada.send("chat", {"text": "quick"})
        limited = await ada.expect("error", code="rate_limited")
        self.assertTrue(limited["message"].startswith("rate limit exceeded"))

    async def test_subprotocols(self):
        spoken = await self.enter("ada", subprotocols=["chorus.json.v1"])
        self.assertEqual(spoken.socket.subprotocol, "chorus.json.v1")
        self.assertEqual((await spoken.join("tea"))["members"], ["ada"])
        unspoken = await self.enter("bo", subprotocols=["something.else"])
        self.assertIsNone(unspoken.socket.subprotocol)

    async def test_a_client_closes(self):
        ada = await self.enter("ada")
        await ada.socket.close(1000, "done")
        self.assertEqual(ada.socket.close_code, 1000)

    async def test_the_server_closes(self):
        ada = await self.enter("ada")
        await ada.join("tea")
        self.server.terminate()
        with self.assertRaises(websockets.ConnectionClosed) as ended:
            await asyncio.wait_for(ada.socket.recv(), PATIENCE + 10)
        self.assertEqual((ended.exception.rcvd.code, ended.exception.rcvd.reason), (1001, "server shutting down"))
        self.assertEqual(await asyncio.to_thread(self.server.exit_code), 0)

    async def test_origins(self):
        host = self.server.host
        for origin in (f"http://{host}", None):
            await (await self.enter("ada", origin=origin)).join("tea")
        for origin in ("http://evil.example", f"http://{host}.evil.example", "null"):
            with self.assertRaises(websockets.InvalidStatusCode) as refused:
                await self.enter("mallory", origin=origin)
            self.assertEqual(refused.exception.status_code, 403, origin)

    def test_plain_http(self):
        def get(path, method="GET"):
            connection = http.client.HTTPConnection(self.server.host, timeout=PATIENCE)
            self.addCleanup(connection.close)
            connection.request(method, path)
            response = connection.getresponse()
            return response, response.read()

        response, body = get("/ws")
        self.assertEqual((response.status, response.headers["Sec-WebSocket-Version"]), (426, "13"))
        self.assertIsInstance(json.loads(body)["error"], str)
        response, body = get("/nowhere")
        self.assertEqual(response.status, 404)
        self.assertIsInstance(json.loads(body)["error"], str)
        self.assertEqual(get("/", "DELETE")[0].status, 405)
        self.assertEqual(get("/healthz")[0].status, 200)
        self.assertEqual(get("/readyz")[0].status, 200)
        response, body = get("/")
        self.assertEqual((response.status, response.headers.get_content_type()), (200, "text/html"))
        self.assertIn(b"<title>chorus</title>", body)

    async def test_an_upgrade_elsewhere_is_not_found(self):
        with self.assertRaises(websockets.InvalidStatusCode) as refused:
            await websockets.connect(f"ws://{self.server.host}/elsewhere")
        self.assertEqual(refused.exception.status_code, 404)


class Echo(unittest.IsolatedAsyncioTestCase):
    def setUp(self):
        self.server = Program(FOLDER, "chorus-echo")
        self.addCleanup(self.server.__exit__)

    async def asyncSetUp(self):
        self.socket = await websockets.connect(self.server.url, max_size=None)
        self.addAsyncCleanup(self.socket.close)

    async def echoed(self, message):
        await self.socket.send(message)
        return await asyncio.wait_for(self.socket.recv(), PATIENCE)

    async def test_messages_of_many_sizes_come_back(self):
        for size in (0, 1, 125, 126, 127, 65535, 65536, MEBIBYTE):
            self.assertEqual(await self.echoed("x" * size), "x" * size)
            self.assertEqual(await self.echoed(b"\xff" * size), b"\xff" * size)

    async def test_fragments_come_back_as_one_message(self):
        self.assertEqual(await self.echoed(["fr", "agm", "", "ents é🙂"]), "fragments é🙂")

    async def test_many_messages_at_once_keep_their_order(self):
        texts = [f"{index} {'é' * (index % 300)}" for index in range(500)]

        async def send_all():
            for text in texts:
                await self.socket.send(text)

        sending = asyncio.create_task(send_all())
        self.assertEqual([await asyncio.wait_for(self.socket.recv(), PATIENCE) for _ in texts], texts)
        await sending

    async def test_a_ping_is_answered(self):
        await asyncio.wait_for(await self.socket.ping(b"are you there?"), PATIENCE)
        self.assertEqual(await self.echoed("still"), "still")

    async def test_compression_offered_is_declined(self):
        self.assertEqual(self.socket.extensions, [])

    async def test_a_client_closes_with_a_reason(self):
        await self.socket.close(4321, "bye 🙂")
        self.assertEqual(self.socket.close_code, 4321)


class CompressedChat(unittest.IsolatedAsyncioTestCase):
    """The package offers permessage-deflate of its own accord."""

    async def asyncSetUp(self):
        self.server = Program(FOLDER, "chorus-chat", "--deflate")
        self.addCleanup(self.server.__exit__)

    async def test_those_who_hear_it_compressed_and_those_who_do_not_hear_the_same(self):
        members = [await Member.enter(self.server, "ada"), await Member.enter(self.server, "bo"), await Member.enter(self.server, "cy", compression=None)]
        for member in members:
            self.addAsyncCleanup(member.socket.close)
            await member.join("tea")
        self.assertEqual([len(member.socket.extensions) for member in members], [1, 1, 0])
        texts = ["short", "a longer text " * 200, "with émojis 🙂 " * 50]
        for text in texts:
            await members[0].say("tea", text)
        for member in members[1:]:
            self.assertEqual([(await member.expect("chat"))["text"] for _ in texts], texts)


class CompressedEcho(unittest.IsolatedAsyncioTestCase):
    async def asyncSetUp(self):
        self.server = Program(FOLDER, "chorus-echo", "--deflate")
        self.addCleanup(self.server.__exit__)

    async def test_messages_come_back_whatever_was_agreed_on(self):
        wishes = [{}, {"server_no_context_takeover": True}, {"client_no_context_takeover": True}, {"server_max_window_bits": 9, "client_max_window_bits": 9}]
        for wish in wishes:
            offer = ClientPerMessageDeflateFactory(**wish)
            async with websockets.connect(self.server.url, max_size=None, extensions=[offer]) as socket:
                self.assertEqual(len(socket.extensions), 1)
                for message in ("", "x", "é" * 70_000, b"\0" * MEBIBYTE, bytes(range(256)) * 300, ["in ", "frag", "", "ments"]):
                    await socket.send(message)
                    echoed = await asyncio.wait_for(socket.recv(), PATIENCE)
                    self.assertEqual(echoed, "".join(message) if isinstance(message, list) else message)


if __name__ == "__main__":
    unittest.main(verbosity=2)

# batch_client.py — chorus-chat with --batch: what a client hears in few messages is what it would have heard in many.
#
#   batch_client.py FOLDER_OF_PROGRAMS [NAME_OF_A_TEST…]
import asyncio
import json
import subprocess
import sys
import unittest
from pathlib import Path

import websockets

sys.path.insert(0, str(Path(__file__).resolve().parent.parent / "support"))
from program import WITHOUT_PROXIES, Program  # noqa: E402

FOLDER = sys.argv.pop(1) if len(sys.argv) > 1 else "."
PATIENCE = 20  # seconds until something awaited counts as missing
MANY = 200


def chat(text):
    return json.dumps({"type": "chat", "payload": {"room": "tea", "text": text}})


async def enter(connection):
    await connection.send(json.dumps({"type": "join", "payload": {"room": "tea"}}))
    await hear(connection, "joined", 1)


async def hear(connection, type, count):
    """Envelopes of this type, and in how many messages all came."""
    found, messages = [], 0
    while len(found) < count:
        message = await asyncio.wait_for(connection.recv(), PATIENCE)
        messages += 1
        envelopes = [json.loads(line) for line in message.split("\n")]
        found += [each["payload"] for each in envelopes if each["type"] == type]
    return found, messages


class Batches(unittest.IsolatedAsyncioTestCase):
    def setUp(self):
        self.chat = Program(FOLDER, "chorus-chat", "--batch", "20", "--rate", "0", "--deflate")
        self.addCleanup(self.chat.__exit__)

    async def test_everything_arrives_once_in_order_in_fewer_messages(self):
        for compression in (None, "deflate"):
            async with (
                websockets.connect(self.chat.url, compression=compression) as reader,
                websockets.connect(self.chat.url, compression=compression) as writer,
            ):
                await enter(reader)
                await enter(writer)
                for number in range(MANY):
                    await writer.send(chat(f"{number}\nof many"))
                heard, messages = await hear(reader, "chat", MANY)
                self.assertEqual([each["text"] for each in heard], [f"{number}\nof many" for number in range(MANY)])
                self.assertLess(messages, MANY / 2)

    async def test_who_hears_little_hears_it_soon_and_a_goodbye_loses_nothing(self):
        async with websockets.connect(self.chat.url) as member:
            await enter(member)
            await member.send(chat("alone"))
            heard, _ = await hear(member, "chat", 1)
            self.assertEqual(heard[0]["text"], "alone")
            await member.send(chat("last"))
            await member.send(json.dumps({"type": "chat", "payload": {"room": "tea", "text": "words"}, "id": 1}))
            await hear(member, "ok", 1)
            await member.send(chat("before the end"))
            self.chat.terminate()
            heard, _ = await hear(member, "chat", 1)
            self.assertEqual(heard[-1]["text"], "before the end")

    async def test_our_client_takes_batches_apart(self):
        async with websockets.connect(self.chat.url) as writer:
            await enter(writer)
            cat = subprocess.Popen(
                [str(Path(FOLDER) / "chorus-cat"), self.chat.url, "--join", "tea", "--name", "cat"],
                stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, env=WITHOUT_PROXIES,
            )
            self.addCleanup(cat.stdout.close)
            self.addCleanup(cat.wait)
            self.addCleanup(cat.kill)
            self.addCleanup(cat.stdin.close)
            await hear(writer, "presence", 1)
            for number in range(MANY):
                await writer.send(chat(f"number {number}"))
            said = []
            while len(said) < MANY:
                line = await asyncio.wait_for(asyncio.to_thread(cat.stdout.readline), PATIENCE)
                if ": number " in line:
                    said.append(int(line.split(": number ")[1]))
            self.assertEqual(said, list(range(MANY)))


if __name__ == "__main__":
    unittest.main()

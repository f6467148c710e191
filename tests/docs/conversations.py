# conversations.py — Holds the conversations that docs/protocol.md shows, word for word, with a real chorus-chat.
#
#   conversations.py FOLDER_OF_PROGRAMS PAGE     compares them with the page
#   conversations.py FOLDER_OF_PROGRAMS          prints them as they went just now
#
# In the page, a conversation is the block behind the line <!-- tests/docs/conversations.py [NAME] -->. Only epochs and
# times may differ: those are new each time.
import asyncio
import difflib
import json
import re
import sys
from pathlib import Path

import websockets

sys.path.insert(0, str(Path(__file__).resolve().parent.parent / "support"))
from program import Program  # noqa: E402

PATIENCE = 10  # seconds until something awaited counts as missing


class Person:
    """A client of whom every message is written down."""

    def __init__(self, name, socket, record):
        self.name, self.socket, self.record = name, socket, record

    @classmethod
    async def enter(cls, server, name, record):
        return cls(name, await websockets.connect(f"{server.url}?name={name}"), record)

    async def say(self, text):
        self.record.append(f"{self.name} → {text}")
        await self.socket.send(text)

    async def hear(self):
        text = await asyncio.wait_for(self.socket.recv(), PATIENCE)
        self.record.append(f"{self.name} ← {text}")
        return json.loads(text)["payload"]

    async def ask(self, text):
        await self.say(text)
        return await self.hear()


async def talking(server, record):
    ada = await Person.enter(server, "ada", record)
    bo = await Person.enter(server, "bo", record)
    await ada.ask('{"type":"join","payload":{"room":"tea"}}')
    await bo.ask('{"type":"join","payload":{"room":"tea"},"id":"first"}')
    await ada.hear()
    await ada.ask('{"type":"chat","payload":{"room":"tea","text":"Milk?"},"id":7}')
    await ada.hear()
    await bo.hear()
    await bo.ask('{"type":"leave","payload":{"room":"tea"}}')
    await ada.hear()
    await bo.ask('{"type":"chat","payload":{"text":"Good night, all"}}')
    await ada.hear()


async def coming_back(server, record):
    ada = await Person.enter(server, "ada", record)
    bo = await Person.enter(server, "bo", record)
    await ada.ask('{"type":"join","payload":{"room":"tea"}}')
    known = await bo.ask('{"type":"join","payload":{"room":"tea"}}')
    await ada.hear()
    await ada.ask('{"type":"chat","payload":{"room":"tea","text":"one"}}')
    offset = (await bo.hear())["offset"]
    bo.socket.transport.abort()
    record.append("      (bo's connection is cut)")
    await ada.hear()
    for text in ("two", "three"):
        await ada.ask('{"type":"chat","payload":{"room":"tea","text":"%s"}}' % text)
    record.append("      (bo is back)")
    bo = await Person.enter(server, "bo", record)
    await bo.ask('{"type":"join","payload":{"room":"tea","since":{"epoch":"%s","offset":%d}}}' % (known["epoch"], offset))
    await ada.hear()
    await ada.ask('{"type":"chat","payload":{"room":"tea","text":"four"}}')
    await bo.hear()
    record.append("      (what bo would be told if the room had been made anew meanwhile)")
    await bo.ask('{"type":"join","payload":{"room":"tea","since":{"epoch":"0123456789abcdef","offset":3}}}')


async def refusals(server, record):
    ada = await Person.enter(server, "ada", record)
    for text in ('{"type":"chat","payload":{"text":7},"id":1}',
                 '{"type":"chat","payload":{}}',
                 '{"type":"dance"}',
                 'Hello?',
                 '{"type":"chat","payload":{"room":"tea","text":"Hello?"}}',
                 '{"type":"join","payload":{"room":"everyone"}}'):
        await ada.ask(text)


CONVERSATIONS = {"talking": talking, "coming back": coming_back, "refusals": refusals}


async def hold(folder, conversation):
    record = []
    with Program(folder, "chorus-chat", "--log-level", "error") as server:
        await conversation(server, record)
    return record


def without_what_is_new(line):
    line = re.sub(r'"epoch":"[0-9a-f]{16}"', '"epoch":"…"', line)
    return re.sub(r'"time":\d{13}', '"time":…', line)


def shown(page, name):
    found = re.search(rf"<!-- tests/docs/conversations\.py \[{name}\] -->\n```text\n(.*?)\n```\n", page, re.DOTALL)
    return found.group(1).split("\n") if found else []


def main(folder, page=None):
    same = True
    for name, conversation in CONVERSATIONS.items():
        held = asyncio.run(hold(folder, conversation))
        if page is None:
            print(f"[{name}]", *held, sep="\n", end="\n\n")
            continue
        pair = [[without_what_is_new(line) for line in lines] for lines in (shown(Path(page).read_text(), name), held)]
        difference = list(difflib.unified_diff(*pair, page, f"{name}, just now", lineterm="", n=99))
        if difference:
            print(*difference, sep="\n")
            same = False
    return 0 if same else 1


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))

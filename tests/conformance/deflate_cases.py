# deflate_cases.py — The 216 cases of the Autobahn test suite about compression: what is sent, how, and on which terms.
#
# 12.1 to 12.5 differ in what is compressed, 13.1 to 13.7 in what is agreed on; each has the same 18 sizes, some of them
# in fragments. A case is a conversation of a thousand messages, each of which must come back before the next is sent.
import functools
import json
import random

from deflate import extension
from wire import BINARY, TEXT

WHOLE = [(size, 0) for size in (16, 64, 256, 1024, 4096, 8192, 16384, 32768, 65536, 131072)]
IN_FRAGMENTS = [
    *((8192, 256), (16384, 1024), (32768, 4096), (65536, 16384)),
    *((131072, 256), (131072, 1024), (131072, 4096), (131072, 32768)),
]
SHAPES = WHOLE + IN_FRAGMENTS

ENOUGH = 300_000  # bytes of each kind: more than the largest message, and than any window

SYLLABLES = "da ße faust hab nun ach phi lo so phie ju ris te rei und me di zin über trie ben mü he är ger öl zu vor".split()


def word(chance):
    return "".join(chance.choices(SYLLABLES, k=chance.randint(1, 4)))


def records(chance):
    while True:
        place = {
            "id": chance.getrandbits(40),
            "name": word(chance),
            "at": [round(chance.uniform(-90, 90), 6), round(chance.uniform(-180, 180), 6)],
            "open": chance.random() < 0.5,
            "tags": chance.choices(("café", "tee", "bar", "kino"), k=chance.randint(0, 3)),
        }
        yield json.dumps(place, ensure_ascii=False, indent=2) + ",\n"


def verses(chance):
    while True:
        line = " ".join(word(chance) for _ in range(chance.randint(4, 9)))
        yield line.capitalize() + chance.choice(".,;!") + "\n"


def pages(chance):
    while True:
        link = f'<a href="/articles/{chance.randint(1, 99999)}.html">{word(chance)} &amp; {word(chance)}</a>'
        yield f'<li class="entry {word(chance)}">{link}</li>\n'


def picture():
    """Shades that run into each other, with the grain of a photograph."""
    chance = random.Random(512)
    grain = iter(chance.choices((0, 0, 0, 1, 2), k=640 * 512))
    return bytes((x * x // 4096 + y // 3 + next(grain)) & 255 for y in range(512) for x in range(640))


def archive():
    """What is compressed already becomes no smaller."""
    return random.Random(2012).randbytes(ENOUGH)


def written(lines):
    text, size, source = [], 0, lines(random.Random(13))
    while size < ENOUGH:
        text.append(next(source).encode())
        size += len(text[-1])
    return b"".join(text)


KINDS = {
    "records": (TEXT, lambda: written(records)),
    "a picture": (BINARY, picture),
    "a page": (TEXT, lambda: written(pages)),
    "verses": (TEXT, lambda: written(verses)),
    "an archive": (BINARY, archive),
}


@functools.cache
def all_of(kind):
    data = KINDS[kind][1]()
    return data + data[: max(SHAPES)[0]]  # so that a message may begin anywhere


class CompressionCase:
    """`offer` and `answer` are what client and server say in the handshake: the one judged says the other."""

    def __init__(self, name, kind, shape, offer, answer):
        self.name, self.kind, self.offer, self.answer = name, kind, offer, answer
        self.opcode = KINDS[kind][0]
        self.size, self.fragment = shape

    def payload(self, number):
        data = all_of(self.kind)
        start = number * self.size % (len(data) - max(SHAPES)[0])
        part = data[start : start + self.size]
        return part if self.opcode == BINARY else whole_characters(part)


def whole_characters(part):
    return part.decode(errors="ignore").encode().ljust(len(part))


ANY_WINDOW = extension(client_max_window_bits=True)

# What the suite calls the request: whether contexts may be kept, and the largest window (0: nothing is said of it).
REQUESTS = [(False, 0), (True, 0), (False, 9), (False, 15), (True, 9), (True, 15)]


def offer_of(no_context, window):
    return extension(
        server_no_context_takeover=no_context,
        client_no_context_takeover=no_context,
        server_max_window_bits=window or False,
        client_max_window_bits=window or True,
    )


def answer_of(no_context, window):
    windows = {} if not window else {"server_max_window_bits": window, "client_max_window_bits": window}
    return extension(server_no_context_takeover=no_context, client_no_context_takeover=no_context, **windows)


# 13.7: from all it likes to the least it asks for.
SEVERAL = [(True, 9), (True, 0), (False, 0)]


def section_12():
    for group, kind in enumerate(KINDS, 1):
        for number, shape in enumerate(SHAPES, 1):
            yield CompressionCase(f"12.{group}.{number}", kind, shape, ANY_WINDOW, extension())


def section_13():
    for group, request in enumerate(REQUESTS, 1):
        for number, shape in enumerate(SHAPES, 1):
            yield CompressionCase(f"13.{group}.{number}", "records", shape, offer_of(*request), answer_of(*request))
    several = ", ".join(offer_of(*each) for each in SEVERAL)
    for number, shape in enumerate(SHAPES, 1):
        taken = SEVERAL[number % len(SEVERAL)]
        yield CompressionCase(f"13.7.{number}", "records", shape, several, answer_of(*taken))

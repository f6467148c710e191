# table.py — Tries out who works with whom, and holds the tables of docs/interop.md to it.
#
#   table.py FOLDER_OF_PROGRAMS FOLDER_OF_TEST_PROGRAMS             fails when the page says something else
#   table.py FOLDER_OF_PROGRAMS FOLDER_OF_TEST_PROGRAMS --write     writes what was found, and the versions, into the page
#
# Versions change with the system; they are told, not compared.
import difflib
import re
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import measure_clients
import measure_servers
from outcome import Missing
from roster import CLIENTS, SERVERS

PAGE = Path(__file__).resolve().parent.parent.parent / "docs" / "interop.md"
AT_A_TIME = 3  # most of the time is spent waiting, and some of it on starting interpreters


def measure(programs, test_programs):
    """The outcomes by feature, by peer, for both tables."""
    with measure_clients.World(programs, test_programs) as world, ThreadPoolExecutor(AT_A_TIME) as crew:
        as_clients = [crew.submit(world.outcomes, peer) for peer in CLIENTS]
        as_servers = [crew.submit(try_server, peer, programs, test_programs, world.certificate) for peer in SERVERS]
        return [each.result() for each in as_clients], [each.result() for each in as_servers]


def try_server(peer, programs, test_programs, certificate):
    with measure_servers.Server(peer, test_programs, certificate) as server:
        return measure_servers.Trial(programs, server, certificate).outcomes()


def table(head, features, peers, outcomes, versions):
    notes = []

    def cell(outcome):
        if not outcome.note:
            return outcome.word
        if outcome.note not in notes:
            notes.append(outcome.note)
        return f"{outcome.word} ({notes.index(outcome.note) + 1})"

    def line(*cells):
        return "| " + " | ".join(cells) + " |"

    lines = [line(head, "version", *features.values()), "|---" * (2 + len(features)) + "|"]
    for peer, found in zip(peers, outcomes):
        lines.append(line(peer.name, versions.get(peer.name, "–"), *(cell(found[feature]) for feature in features)))
    return "\n".join([*lines, "", *(f"{number}. {note}" for number, note in enumerate(notes, 1))]).rstrip() + "\n"


def part(name):
    """What the page has between two lines that name it."""
    return re.compile(rf"(?<=<!-- {name} -->\n)(.*?)(?=<!-- /{name} -->)", re.DOTALL)


def versions_of(page, name):
    cells = (line.split(" | ") for line in part(name).search(page)[0].splitlines() if line.startswith("| "))
    return {first.removeprefix("| "): version for first, version, *_ in cells}


def page_with(page, as_clients, as_servers, with_new_versions=False):
    """The page, its tables replaced by what was found."""
    for name, head, features, peers, outcomes in (
        ("clients", "client", measure_clients.FEATURES, CLIENTS, as_clients),
        ("servers", "server", measure_servers.FEATURES, SERVERS, as_servers),
    ):
        versions = {peer.name: peer.version() for peer in peers} if with_new_versions else versions_of(page, name)
        now = table(head, features, peers, outcomes, versions)
        page = part(name).sub(lambda _, now=now: now, page)
    return page


def main(programs, test_programs, *how):
    page = PAGE.read_text()
    found = page_with(page, *measure(programs, test_programs), with_new_versions="--write" in how)
    if "--write" in how:
        PAGE.write_text(found)
    elif found != page:
        sys.stdout.writelines(difflib.unified_diff(page.splitlines(True), found.splitlines(True), str(PAGE), "as measured"))
        sys.exit(1)


if __name__ == "__main__":
    try:
        main(*sys.argv[1:])
    except Missing as what:
        sys.exit(str(what))

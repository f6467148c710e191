# table_test.py — The tables believe no client's word alone, miss nobody silently, and find a page that says something else.
#
#   table_test.py FOLDER_OF_PROGRAMS FOLDER_OF_TEST_PROGRAMS [NAME_OF_A_TEST…]
import sys
import unittest
from unittest import mock

import measure_clients
import measure_servers
import table
from outcome import NO, NOT_APPLICABLE, YES, Missing, Outcome
from roster import CLIENTS, SERVERS, Peer

PROGRAMS, TEST_PROGRAMS = sys.argv.pop(1), sys.argv.pop(1)


class Boaster(Peer):
    """Says yes to everything, and does nothing."""

    does = ""

    def command(self, _test_programs):
        says = "\n".join(f"print({feature!r}, 'yes')" for feature in measure_clients.FEATURES)
        return [sys.executable, "-c", f"{self.does}\n{says}"]


class Caller(Boaster):
    """Connects and says goodbye, and says yes to everything. Where pings come it would answer one, so it stays away."""

    does = f"""
import asyncio, ssl, sys, websockets
async def call(url, **how):
    async with websockets.connect(url, **how):
        pass
async def call_all(echo, deflating, pinging, chat, secure, certificate):
    others = dict(deflate=deflating, chat=chat)
    for feature in {list(measure_clients.FEATURES)}:
        if feature != "wss":
            await call(others.get(feature, echo) + "?" + feature)
    await call(secure, ssl=ssl.create_default_context(cafile=certificate))
asyncio.run(call_all(*sys.argv[1:]))
"""


class Mute(Peer):
    """Says nothing, and goes on for ever."""

    def command(self, _test_programs):
        return [sys.executable, "-c", "import time; time.sleep(600)"]


class Talker(Peer):
    """Says what it was not asked, and one thing that it was; then it goes on for ever."""

    def command(self, _test_programs):
        says = "print('Hello!', '', 'text', 'text maybe', 'text is fine', 'binary no reason at all', sep='\\n', flush=True)"
        return [sys.executable, "-c", f"import time; {says}; time.sleep(600)"]


class Clients(unittest.TestCase):
    def setUp(self):
        self.world = measure_clients.World(PROGRAMS, TEST_PROGRAMS)
        self.addCleanup(self.world.__exit__)

    def test_who_only_says_yes_is_not_believed(self):
        for kind in (Boaster, Caller):
            with self.subTest(kind.__name__):
                outcomes = self.world.outcomes(kind("boaster", "clients/boaster.py", "none"))
                found = {feature: outcome.word for feature, outcome in outcomes.items()}
                self.assertEqual(found, dict.fromkeys(measure_clients.FEATURES, NO))

    @mock.patch("measure_clients.ENDS_WITHIN", 2)
    def test_of_who_does_not_end_what_was_said_counts(self):
        expected = dict.fromkeys(measure_clients.FEATURES, Outcome(NO, "says nothing about it"))
        expected |= {"binary": Outcome(NO, "reason at all"), "pong": Outcome(NO, "does not answer a ping")}
        self.assertEqual(self.world.outcomes(Talker("talker", "clients/talker.py", "none")), expected)

    def test_who_is_not_installed_is_named_with_its_package(self):
        for file in ("clients/nobody.py", "clients/nobody.go"):
            with self.assertRaisesRegex(Missing, "^nobody does not run .*installs python3-nobody"):
                self.world.outcomes(Peer("nobody", file, "python3-nobody"))


class Servers(unittest.TestCase):
    @mock.patch("measure_servers.READY_WITHIN", 1)
    def test_who_never_says_where_it_listens_is_missed(self):
        certificate = mock.Mock(certificate="none", key="none")
        with self.assertRaisesRegex(Missing, "^mute does not run .*: it did not say where it listens"):
            measure_servers.Server(Mute("mute", "servers/mute.py", "none"), TEST_PROGRAMS, certificate)


class Page(unittest.TestCase):
    def setUp(self):
        self.as_clients = [dict.fromkeys(measure_clients.FEATURES, Outcome(YES)) for _ in CLIENTS]
        self.as_servers = [dict.fromkeys(measure_servers.FEATURES, Outcome(YES)) for _ in SERVERS]
        empty = "<!-- clients -->\n<!-- /clients -->\n<!-- servers -->\n<!-- /servers -->\n"
        self.page = self.page_now(empty)

    def page_now(self, page):
        return table.page_with(page, self.as_clients, self.as_servers)

    def test_it_stays_as_it_is_while_nothing_changes(self):
        self.assertIn("| Chromium | – | yes |", self.page)
        self.assertEqual(self.page_now(self.page), self.page)

    def test_a_cell_that_changes_is_seen_in_either_table(self):
        for outcomes in (self.as_clients, self.as_servers):
            outcomes[1]["deflate"] = Outcome(NO, "Something is wrong.")
            changed = self.page_now(self.page)
            self.assertNotEqual(changed, self.page)
            self.assertIn("| no (1) |", changed)
            self.assertIn("\n1. Something is wrong.\n", changed)
            outcomes[1]["deflate"] = Outcome(YES)

    def test_a_reason_has_one_note_however_often_it_is_given(self):
        for outcomes in self.as_clients[:2]:
            outcomes["ping"] = Outcome(NOT_APPLICABLE, "It has none.")
        self.assertEqual(self.page_now(self.page).count("It has none."), 1)

    def test_versions_are_kept_and_not_compared(self):
        other = self.page.replace("| Chromium | – |", "| Chromium | 1.2.3 |")
        self.assertEqual(self.page_now(other), other)


if __name__ == "__main__":
    unittest.main(verbosity=2)

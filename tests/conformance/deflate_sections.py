# deflate_sections.py — Plays the compression cases against a peer, whichever side it is: all must come back.
import sys

import deflate_cases
from deflate import compressed
from sections import shown
from wire import CLOSE, Frame, close_payload

SMALLEST = 256  # bytes; what is larger and can shrink must come back compressed


def option(name, default):
    """Takes `--name NUMBER` off the command line, before unittest reads the rest of it."""
    if name not in sys.argv:
        return default
    at = sys.argv.index(name)
    value = int(sys.argv[at + 1])
    del sys.argv[at : at + 2]
    return value


MESSAGES = option("--messages", 1000)  # of each case; the suite sends a thousand


class CompressionSections:
    """Mixed into a test case that has agree(), which gives a connection and the terms that were agreed on for a case,
    and must_compress(), whether on these terms all that comes back and can shrink comes compressed."""

    def play(self, case):
        connection, terms = self.agree(case)
        self.addCleanup(connection.close)
        us, them = ("client", "server") if connection.is_client else ("server", "client")
        outgoing, connection.inflater = terms.deflater(us), terms.inflater(them)
        for number in range(MESSAGES):
            payload = case.payload(number)
            connection.send(compressed(case.opcode, outgoing.deflate(payload), case.fragment))
            kind, heard, *_ = connection.next()
            if heard != payload:
                self.fail(f"message {number}: heard {shown((kind, heard))}")
        if case.size >= SMALLEST and case.kind != "an archive" and self.must_compress(terms):
            self.assertEqual(connection.heard_compressed, MESSAGES)
        self.say_goodbye(connection)

    def say_goodbye(self, connection):
        connection.send([Frame(CLOSE, close_payload(1000))])
        self.assertEqual(connection.next(), ("close", 1000, b""))
        connection.finish()
        self.assertEqual(connection.next(), ("end",))
        connection.close()

    def test_the_table_has_all_216_cases(self):
        cases = [*deflate_cases.section_12(), *deflate_cases.section_13()]
        self.assertEqual(len({case.name for case in cases}), 216)

    def play_group(self, group):
        section = deflate_cases.section_12 if group.startswith("12.") else deflate_cases.section_13
        cases = [case for case in section() if case.name.startswith(group + ".")]
        self.assertEqual(len(cases), 18)
        for case in cases:
            with self.subTest(case=case.name):
                self.play(case)

    def test_12_1_records(self):
        self.play_group("12.1")

    def test_12_2_a_picture(self):
        self.play_group("12.2")

    def test_12_3_a_page(self):
        self.play_group("12.3")

    def test_12_4_verses(self):
        self.play_group("12.4")

    def test_12_5_an_archive(self):
        self.play_group("12.5")

    def test_13_1_contexts_are_kept(self):
        self.play_group("13.1")

    def test_13_2_no_context_is_kept(self):
        self.play_group("13.2")

    def test_13_3_contexts_of_512_bytes(self):
        self.play_group("13.3")

    def test_13_4_contexts_of_32_kib(self):
        self.play_group("13.4")

    def test_13_5_no_context_and_windows_of_512_bytes(self):
        self.play_group("13.5")

    def test_13_6_no_context_and_windows_of_32_kib(self):
        self.play_group("13.6")

    def test_13_7_one_of_several_offers(self):
        self.play_group("13.7")

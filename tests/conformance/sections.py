# sections.py — Plays the cases of a section against a peer, whichever side it is, and demands what the suite calls OK.
import autobahn_cases
from wire import CLOSE, Frame, close_payload


class Sections:
    """Mixed into a test case that has open(), which gives a Connection to a peer that echoes."""

    def play(self, case):
        connection = self.open()
        self.addCleanup(connection.close)
        for frames, expected in case.steps:
            connection.send(frames, case.chop)
            for event in expected or []:
                self.hear(connection, event)
        if case.fails:
            self.hear(connection, ("close", case.fails))
        elif case.answers == "ours":
            connection.send([Frame(CLOSE, close_payload(1000))])
            self.hear(connection, ("close", 1000))
        else:
            self.hear(connection, ("close", case.answers))
        self.see_the_end(connection)
        connection.close()

    def hear(self, connection, expected):
        heard = connection.next()
        if heard[: len(expected)] != expected:  # assertEqual would print megabytes
            self.fail(f"expected {shown(expected)}, heard {shown(heard)}")

    def see_the_end(self, connection):
        """A server hangs up by itself. A client waits for the server to do so (RFC 6455, 7.1.1), then follows."""
        if not connection.is_client:
            connection.finish()
        self.hear(connection, ("end",))

    def test_the_table_has_all_301_cases(self):
        cases = [case for section in autobahn_cases.SECTIONS.values() for case in section()]
        self.assertEqual(len({case.name for case in cases}), 301)
        self.assertEqual([case.name for case in cases if case.informational], ["7.1.6", "7.13.1", "7.13.2"])

    def play_section(self, number, size):
        cases = list(autobahn_cases.SECTIONS[number]())
        self.assertEqual(len(cases), size)
        for case in cases:
            with self.subTest(case=case.name):
                self.play(case)

    def test_section_1_framing(self):
        self.play_section(1, 16)

    def test_section_2_pings_and_pongs(self):
        self.play_section(2, 11)

    def test_section_3_reserved_bits(self):
        self.play_section(3, 7)

    def test_section_4_opcodes(self):
        self.play_section(4, 10)

    def test_section_5_fragmentation(self):
        self.play_section(5, 20)

    def test_section_6_utf8(self):
        self.play_section(6, 145)

    def test_section_7_close_handling(self):
        self.play_section(7, 37)

    def test_section_9_limits(self):
        self.play_section(9, 54)

    def test_section_10_fragments_of_1300_bytes(self):
        self.play_section(10, 1)


def shown(event):
    return tuple(part if not isinstance(part, bytes) or len(part) < 80 else part[:40] + b"... of %d" % len(part) for part in event)

# metrics.py — What chorus-chat tells Prometheus is well-formed, and is what docs/metrics.md and the dashboard name.
#
#   metrics.py FOLDER_OF_PROGRAMS FOLDER_OF_PAGES
#
# Reads it as Prometheus does, with the parser of its Python client, and with promtool where that is installed.
import asyncio
import json
import re
import shutil
import subprocess
import sys
import unittest
import urllib.request
from pathlib import Path

import websockets
from prometheus_client.parser import text_string_to_metric_families

sys.path.insert(0, str(Path(__file__).resolve().parent.parent / "support"))
from program import Program  # noqa: E402

PATIENCE = 10  # seconds until something awaited counts as missing


def family_name(name):
    """Of the name of a sample: that of its histogram or its own, as the page spells it."""
    return re.sub(r"_(bucket|sum|count)$", "", name)


async def talk(server):
    """Two people, a room, a message: every histogram has something to tell."""
    async with websockets.connect(server.url) as ada, websockets.connect(server.url) as bo:
        for who in (ada, bo):
            await who.send('{"type":"join","payload":{"room":"tea"}}')
        await ada.send('{"type":"chat","payload":{"room":"tea","text":"Milk?"}}')
        while json.loads(await asyncio.wait_for(ada.recv(), PATIENCE))["type"] != "chat":
            pass


class MetricsTest(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        with Program(PROGRAMS, "chorus-chat", "--threads", "2") as server:
            asyncio.run(talk(server))
            with urllib.request.urlopen(f"http://{server.host}/metrics", timeout=PATIENCE) as answer:
                cls.type = answer.headers["Content-Type"]
                cls.text = answer.read().decode()
        cls.families = {}
        for family in text_string_to_metric_families(cls.text):
            # The parser leaves the ending out of a counter's name, the samples have it.
            name = family.name + "_total" if family.type == "counter" else family.name
            cls.families[name] = family

    def test_it_is_the_text_format_and_all_of_it_is_read(self):
        self.assertEqual(self.type, "text/plain; version=0.0.4; charset=utf-8")
        told = re.findall(r"^# TYPE (\S+)", self.text, re.MULTILINE)
        self.assertEqual(sorted(told), sorted(self.families))
        for name, family in self.families.items():
            self.assertNotEqual(family.type, "unknown", name)
            self.assertTrue(family.documentation, name)
            self.assertTrue(family.samples, name)

    def test_names_follow_the_conventions(self):
        for name, family in self.families.items():
            self.assertTrue(name.startswith("chorus_"), name)
            self.assertEqual(name.endswith("_total"), family.type == "counter", name)
            self.assertEqual(name.endswith("_seconds"), family.type == "histogram", name)

    def test_histograms_add_up(self):
        for name, family in self.families.items():
            if family.type != "histogram":
                continue
            for labels in {tuple((k, v) for k, v in s.labels.items() if k != "le") for s in family.samples}:
                of = [s for s in family.samples if dict(labels).items() <= s.labels.items()]
                buckets = [s.value for s in of if s.name.endswith("_bucket")]
                count = next(s.value for s in of if s.name.endswith("_count"))
                self.assertEqual(buckets, sorted(buckets), name)
                self.assertEqual(buckets[-1], count, name)
        self.assertGreaterEqual(self.sample("chorus_fan_out_duration_seconds_count"), 1)
        self.assertEqual(self.sample("chorus_handshake_duration_seconds_count"), 2)
        self.assertEqual(self.sample("chorus_messages_published_total"), 1)

    def sample(self, name):
        return next(s.value for f in self.families.values() for s in f.samples if s.name == name)

    @unittest.skipUnless(shutil.which("promtool"), "promtool is not installed")
    def test_promtool_has_nothing_to_say(self):
        check = subprocess.run(["promtool", "check", "metrics"], input=self.text, text=True, capture_output=True)
        self.assertEqual((check.returncode, check.stdout + check.stderr), (0, ""))

    def test_the_page_names_each_with_its_type_and_its_labels(self):
        row = re.compile(r"^\| `(chorus_\w+)` \| (\w+) \| (?:`(\w+)`|–) \| ", re.MULTILINE)
        page = {(name, kind, label) for name, kind, label in row.findall((PAGES / "metrics.md").read_text())}
        told = set()
        for name, family in self.families.items():
            labels = {label for sample in family.samples for label in sample.labels if label != "le"}
            self.assertLessEqual(len(labels), 1, name)
            told.add((name, family.type, "".join(labels)))
        self.assertEqual(page, told)

    def test_the_dashboard_asks_for_what_there_is(self):
        queries = list(self.queries(json.loads((PAGES / "grafana-dashboard.json").read_text())))
        self.assertGreater(len(queries), 10)
        asked = {name for query in queries for name in re.findall(r"\bchorus_\w+", query)}
        samples = {sample.name for family in self.families.values() for sample in family.samples}
        self.assertEqual(asked - samples, set())
        self.assertEqual(set(self.families) - {family_name(name) for name in asked}, set(), "and for all of it")
        labels = {label for family in self.families.values() for sample in family.samples for label in sample.labels}
        for query in queries:
            for label in re.findall(r"\bby \(([^)]*)\)", query):
                self.assertLessEqual(set(re.split(r",\s*", label)), labels | {"instance"}, query)

    def queries(self, of):
        if isinstance(of, dict):
            for key, value in of.items():
                if key == "expr":
                    yield value
                else:
                    yield from self.queries(value)
        elif isinstance(of, list):
            for each in of:
                yield from self.queries(each)


if __name__ == "__main__":
    PROGRAMS, PAGES = sys.argv[1], Path(sys.argv[2])
    unittest.main(argv=sys.argv[:1])

# log_file.py — The log of a program while it runs: the program appends to the file, a test reads it at a place of its own.
import asyncio
import json
import tempfile
import time

PATIENCE = 20  # seconds until something awaited counts as missing


class LogFile:
    """A context manager. `errors` is for the program; `lines` and `until` are for one with --log-format json.

    Were it read through `errors`, the two would share their place in the file, and the program write where a test reads.
    """

    def __enter__(self):
        self.errors = tempfile.NamedTemporaryFile("ab")
        self.reading = open(self.errors.name, encoding="utf-8")
        return self

    def __exit__(self, *_):
        self.reading.close()
        self.errors.close()

    def text(self):
        self.reading.seek(0)
        return self.reading.read()

    def lines(self, event):
        """Those of an event, as dictionaries."""
        complete = self.text().split("\n")[:-1]
        return [line for line in map(json.loads, complete) if line["event"] == event]

    async def until(self, event, count=1):
        """Waits for so many lines of an event."""
        deadline = time.monotonic() + PATIENCE
        while len(self.lines(event)) < count:
            if time.monotonic() > deadline:
                raise AssertionError(f"{event} is not in the log {count} times")
            await asyncio.sleep(0.01)
        return self.lines(event)

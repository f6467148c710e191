# memory.py — What a program under test holds in memory, as the kernel counts it.
import re
from pathlib import Path


class Memory:
    """Of one process, from now on."""

    def __init__(self, process):
        self.folder = Path("/proc") / str(process.pid)
        (self.folder / "clear_refs").write_text("5")  # forgets the peak
        self.before = self.resident()

    def resident(self):
        return self.status("VmRSS")

    def growth(self):
        return self.judged(self.resident() - self.before)

    def peak_growth(self):
        return self.judged(self.status("VmHWM") - self.before)

    def status(self, key):
        return 1024 * int(re.search(rf"{key}:\s*(\d+) kB", (self.folder / "status").read_text())[1])

    def judged(self, growth):
        """Nothing, where a sanitizer keeps what is freed."""
        return 0 if re.search(r"lib[at]san", (self.folder / "maps").read_text()) else growth

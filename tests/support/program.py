# program.py — Starts one of the programs under test and knows when it is ready and how it ended.
import os
import re
import select
import signal
import subprocess
from pathlib import Path

READY_WITHIN = 20  # seconds; a sanitized build on a busy machine takes its time
ENDS_WITHIN = 40  # seconds; a drain may take 30

# The environment of programs that would look for a proxy in it: ours, and clients of others.
WITHOUT_PROXIES = {key: value for key, value in os.environ.items() if not key.lower().endswith("_proxy")}


class Program:
    """A program that listens, on a free port unless told otherwise: `url` and `host` say where. A context manager that
    leaves nothing running.

    Its log goes to the file `errors`; to ours, unless one is given. `launcher` is a command that runs the one behind it,
    `how` more of what Popen takes.
    """

    def __init__(self, folder, name, *options, errors=None, listen="127.0.0.1:0", launcher=(), **how):
        command = [*launcher, str(Path(folder) / name), "--listen", listen, *options]
        self.process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=errors, **how)
        ready, _, _ = select.select([self.process.stdout], [], [], READY_WITHIN)
        line = self.process.stdout.readline().decode() if ready else ""
        match = re.fullmatch(r"listening on (wss?(?:\+unix)?://(\S+?):?/ws)\n", line)
        if not match:
            self.process.kill()
            raise RuntimeError(f"{name} did not say that it listens; it said {line!r}")
        self.url, self.host = match.groups()

    def terminate(self):
        """Asks the program to end, as an operator would."""
        self.process.send_signal(signal.SIGTERM)

    def exit_code(self):
        return self.process.wait(ENDS_WITHIN)

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.process.kill()
        self.process.wait()
        self.process.stdout.close()

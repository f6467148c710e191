#!/usr/bin/python3
# compare.py — runs the same load against each server in turn and prints the figures as shares of the raw epoll floor.
#
#   cmake --preset release && cmake --build --preset release && cmake --build --preset release --target chorus_bench
#   tests/bench/compare.py --build build/release
#
# The server has core 0, the load core 1. Rounds are interleaved (A B C A B C …), so that what else the machine does
# meets all servers alike; rates and shares are medians over the rounds. `--also NAME COMMAND` adds a server to the broadcast columns
# and `--also-echo` one to the echo columns; it must print `listening on ws://HOST:PORT/ws`, or take {port}.
import argparse
import json
import os
import random
import re
import shutil
import signal
import socket
import statistics
import subprocess
import sys
import tempfile
import time

BROADCAST = [(f"broadcast {n}", ["--outstanding", str(n)]) for n in (1, 16, 128)]
ECHO = [(f"echo {n}", ["--echo", "--connections", "64", "--outstanding", str(n)]) for n in (1, 32)]


# Each is answered by one message, about as long from chorus-echo and 145 bytes from chorus-chat, which knows no such type.
SHORT = json.dumps({"type": "x" * 64, "id": "y" * 64})
LONG = json.dumps({"type": "x" * 64, "id": "y" * 64, "payload": {"filling": random.Random(1).randbytes(32768).hex()}})

CONTEXTS = ["--offer", "permessage-deflate"]
NO_CONTEXTS = ["--offer", "permessage-deflate; server_no_context_takeover; client_no_context_takeover"]


class Server:
    """One server process on core 0; killed when the block ends."""

    def __init__(self, command):
        self.port = free_port() if "{port}" in command else None
        self.flags = []
        words = command.replace("{port}", str(self.port)).split()
        self.process = subprocess.Popen(["taskset", "-c", "0", *words], stdout=subprocess.PIPE, text=True,
                                        stderr=subprocess.DEVNULL)
        if self.port:
            wait_until_listening(self.port)
        else:
            line = self.process.stdout.readline()
            found = re.match(r"listening on ws(s?)://[^ ]*:(\d+)/ws", line)
            if not found:
                sys.exit(f"{command} did not say where it listens, but: {line!r}")
            self.port = int(found.group(2))
            self.flags = ["--tls"] if found.group(1) else []  # for whoever speaks to it

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.process.kill()
        self.process.wait()
        self.process.stdout.close()

    def cpu_seconds(self):
        with open(f"/proc/{self.process.pid}/stat") as stat:
            user, system = stat.read().rsplit(")", 1)[1].split()[11:13]
        return (int(user) + int(system)) / os.sysconf("SC_CLK_TCK")


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def wait_until_listening(port):
    for _ in range(100):
        try:
            socket.create_connection(("127.0.0.1", port)).close()
            return
        except OSError:
            time.sleep(0.05)
    sys.exit(f"nobody listens on port {port}")


class Load:
    """One load on core 1, connected when the block begins; it starts, and later leaves, when told."""

    def __init__(self, options, server, arguments):
        command = [f"{options.build}/bench/broadcast_load", "--port", str(server.port), *server.flags, "--hold", *arguments]
        self.process = subprocess.Popen(["taskset", "-c", "1", *command], stdin=subprocess.PIPE,
                                        stdout=subprocess.PIPE, text=True)
        self.process.stdout.readline()

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.process.communicate("leave\n")

    def run(self):
        self.process.stdin.write("go\n")
        self.process.stdin.flush()
        line = self.process.stdout.readline()
        if not line:
            sys.exit("the load failed")
        return json.loads(line)


def compare_chat(options, programs):
    """What gate, limits, validation and envelopes cost: the chat against the bare hub, with messages of the same size on the wire."""
    on = "--max-per-ip 0 --rate 100000000 --burst 100000000 --byte-rate 1GiB --byte-burst 1GiB"
    wrapped = ["--size", "64", "--chat"]
    bare = ["--size", str(64 + len('{"type":"chat","payload":{"user":"load","text":"","time":0000000000000}}'))]
    compare(options, "chat to 1,000",
            {"chorus-broadcast": f"{programs}/chorus-broadcast --listen 127.0.0.1:0",
             "chorus-chat": f"{programs}/chorus-chat --listen 127.0.0.1:0 {on}"},
            BROADCAST, {"chorus-broadcast": bare, "chorus-chat": wrapped})


def measure(options, command, arguments):
    """Deliveries per second, and nanoseconds of the server's CPU for each: the latter hardly minds a busy machine."""
    with Server(command) as server, Load(options, server, [*arguments, "--seconds", str(options.seconds)]) as load:
        before = server.cpu_seconds()
        result = load.run()
        spent = server.cpu_seconds() - before
        return result["deliveries_per_second"], spent * 1e9 / result["deliveries_in_all"]


def calls_per_delivery(options, command, arguments):
    """System calls of the server for each delivery, handshakes aside, from a short run of its own under strace."""
    with Server(command) as server, tempfile.NamedTemporaryFile("r") as summary, \
            Load(options, server, [*arguments, "--seconds", "0.5"]) as load:
        tracer = subprocess.Popen(["strace", "-c", "-f", "-o", summary.name, "-p", str(server.process.pid)],
                                  stderr=subprocess.PIPE, text=True)
        tracer.stderr.readline()  # attached
        result = load.run()
        tracer.send_signal(signal.SIGINT)
        tracer.communicate()
        total = summary.read().splitlines()[-1].split()  # % time, seconds, usecs/call, calls, [errors,] "total"
        return int(total[3]) / result["deliveries_in_all"]


def compare(options, title, servers, columns, speaking={}):
    """A table: a line for each server, a column for each load; the first is the floor. `speaking`: how the load speaks to one."""
    figures = {(name, column): [] for name in servers for column, _ in columns}
    for round_number in range(options.rounds):
        print(f"  {title}, round {round_number + 1} of {options.rounds}", file=sys.stderr)
        for column, arguments in columns:
            for name, command in servers.items():
                figures[name, column].append(measure(options, command, arguments + speaking.get(name, [])))
    floor = next(iter(servers))
    print(f"\n{title}: deliveries/s, median of {options.rounds} "
          f"(share of {floor}; server CPU per delivery; system calls per delivery)")
    print("".ljust(18) + "".join(column.rjust(34) for column, _ in columns))
    for name, command in servers.items():
        cells = []
        for column, arguments in columns:
            rate = statistics.median(rate for rate, _ in figures[name, column])
            cost = statistics.median(cost for _, cost in figures[name, column])
            share = statistics.median(ours / floors for (ours, _), (floors, _) in
                                      zip(figures[name, column], figures[floor, column]))
            calls = "" if options.no_strace else f"; {calls_per_delivery(options, command, arguments + speaking.get(name, [])):.4f}"
            cells.append(f"{readable(rate)} ({share:.2f}; {cost:,.0f} ns{calls})".rjust(34))
        print(name.ljust(18) + "".join(cells), flush=True)


def compare_idle(options, servers):
    print(f"\nresident bytes per idle connection at {options.idle:,} connections")
    for name, command in servers.items():
        print(name.ljust(18) + resident_per_connection(options, command, options.idle).rjust(12), flush=True)


def compare_tls(options, servers, idle):
    """The first server is the plain one; idle connections have said nothing, or a short message."""
    compare(options, "broadcast to 1,000, plain and TLS", servers, BROADCAST)
    print(f"\nresident bytes per idle connection at {options.idle:,} connections, plain and TLS")
    print("".ljust(40) + "silent".rjust(14) + "said a little".rjust(14))
    for name, command in idle.items():
        cells = [resident_per_connection(options, command, options.idle, *said) for said in ([], ["--say", SHORT])]
        print(name.ljust(40) + "".join(cell.rjust(14) for cell in cells), flush=True)


def compare_deflate(options, rows):
    """Silent, after a short message each way, and after a long one, which fills what zlib keeps for a context."""
    print("\nresident bytes per idle connection, with and without permessage-deflate")
    print("".ljust(40) + "".join(title.rjust(14) for title in ("connections", "silent", "said a little", "said a lot")))
    for name, (command, connections, *offer) in rows.items():
        cells = [resident_per_connection(options, command, connections, *offer, *said)
                 for said in ([], ["--say", SHORT], ["--say", LONG])]
        print(name.ljust(40) + "".join(cell.rjust(14) for cell in (f"{connections:,}", *cells)), flush=True)


def resident_per_connection(options, command, connections, *arguments):
    with Server(command) as server:
        run = subprocess.run([f"{options.build}/bench/idle_load", "--port", str(server.port), *server.flags, "--server",
                              str(server.process.pid), "--connections", str(connections), *arguments],
                             stdout=subprocess.PIPE, text=True)
    return f"{json.loads(run.stdout)['bytes_per_connection']:,.0f}" if run.returncode == 0 else "failed"


def readable(rate):
    return f"{rate / 1e6:.2f}M" if rate >= 1e6 else f"{rate / 1e3:.0f}k"


def existing(servers):
    """Only what has been built: the floor always, the others when they are there."""
    return {name: command for name, command in servers.items() if shutil.which(command.split()[0])}


def main():
    parser = argparse.ArgumentParser(description="Compare WebSocket servers with the raw epoll floor")
    parser.add_argument("--build", default="build/release", help="build directory")
    parser.add_argument("--rounds", type=int, default=7)
    parser.add_argument("--seconds", type=float, default=2)
    parser.add_argument("--idle", type=int, default=10000, help="connections of the idle comparison; 0 leaves it out")
    parser.add_argument("--only", choices=["broadcast", "echo", "idle", "deflate", "tls", "chat"], help="one table instead of all")
    parser.add_argument("--no-strace", action="store_true", help="leave out the system calls per delivery")
    parser.add_argument("--also", nargs=2, action="append", default=[], metavar=("NAME", "COMMAND"))
    parser.add_argument("--also-echo", nargs=2, action="append", default=[], metavar=("NAME", "COMMAND"))
    options = parser.parse_args()
    programs, bench = f"{options.build}/bin", f"{options.build}/bench"
    broadcast = existing({"floor": f"{bench}/floor_server --mode rounds",
                          "floor, each copy": f"{bench}/floor_server --mode copies",
                          "chorus-broadcast": f"{programs}/chorus-broadcast --listen 127.0.0.1:0",
                          "beast": f"{bench}/beast_server"})
    echo = existing({"floor": f"{bench}/floor_server --mode echo",
                     "chorus-echo": f"{programs}/chorus-echo --listen 127.0.0.1:0",
                     "beast": f"{bench}/beast_server echo"})
    idle = existing({"chorus-broadcast": f"{programs}/chorus-broadcast --listen 127.0.0.1:0",
                     "chorus-chat": f"{programs}/chorus-chat --listen 127.0.0.1:0 --max-per-ip 0",
                     "beast": f"{bench}/beast_server"})
    chat, echoing = idle["chorus-chat"], echo["chorus-echo"]
    deflate = {"chorus-chat": (chat, options.idle),
               "chorus-chat --deflate": (f"{chat} --deflate", options.idle, *CONTEXTS),
               "chorus-echo": (echoing, options.idle),
               "chorus-echo --deflate, without contexts": (f"{echoing} --deflate", options.idle, *NO_CONTEXTS),
               "chorus-echo --deflate, with contexts": (f"{echoing} --deflate", min(options.idle, 500), *CONTEXTS)}
    if options.only in (None, "broadcast"):
        compare(options, "broadcast to 1,000", broadcast | dict(options.also), BROADCAST)
    if options.only in (None, "echo"):
        compare(options, "echo, 64 connections", echo | dict(options.also_echo), ECHO)
    if options.only in (None, "idle") and options.idle:
        compare_idle(options, idle | dict(options.also))
    if options.only in (None, "deflate") and options.idle:
        compare_deflate(options, deflate)
    if options.only in (None, "tls") and options.idle:
        hub = broadcast["chorus-broadcast"]
        compare_tls(options, {"plain": hub, "TLS": f"{hub} --tls-self-signed"},
                    {"chorus-chat": chat, "chorus-chat --tls-self-signed": f"{chat} --tls-self-signed"})
    if options.only in (None, "chat"):
        compare_chat(options, programs)


if __name__ == "__main__":
    main()

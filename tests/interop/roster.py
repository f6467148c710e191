# roster.py — Who is tried out, how each is started, and what has to be installed for it.
import json
import shutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

from outcome import Missing

HERE = Path(__file__).resolve().parent


@dataclass(frozen=True)
class Peer:
    name: str
    file: str  # beside this one; what is compiled has the same name with interop_ before it, and no ending
    packages: str  # of Debian; or "npm NAME"

    def command(self, test_programs):
        path = HERE / self.file
        if path.suffix == ".py":
            return [sys.executable, str(path)]
        if path.suffix == ".mjs":
            return ["node", str(path)]
        return [str(Path(test_programs) / f"interop_{path.parent.name}_{path.stem}")]

    def missing(self, why):
        remedy = "npm ci in tests/" if self.packages.startswith("npm ") else f"sh cmake/setup.sh --tests installs {self.packages}"
        return Missing(f"{self.name} does not run ({remedy}): {why.strip()}")

    def version(self):
        first = self.packages.split()[0]
        if first == "npm":
            lock = json.loads((HERE.parent / "package-lock.json").read_text())
            return lock["packages"][f"node_modules/{self.packages.split()[1]}"]["version"]
        if not shutil.which("dpkg-query"):
            return "–"
        told = subprocess.run(["dpkg-query", "--show", "--showformat=${Version}", first], capture_output=True, text=True)
        version = told.stdout.rsplit("-", 1)[0].split(":")[-1].split("+")[0]
        return version or "–"


CLIENTS = [
    Peer("Chromium", "clients/chromium.mjs", "chromium"),
    Peer("Node: `ws`", "clients/node_ws.mjs", "npm ws"),
    Peer("Node: `undici`", "clients/node_undici.mjs", "npm undici"),
    Peer("Node: `faye-websocket`", "clients/node_faye.mjs", "npm faye-websocket"),
    Peer("Python: `websockets`", "clients/python_websockets.py", "python3-websockets"),
    Peer("Python: `aiohttp`", "clients/python_aiohttp.py", "python3-aiohttp"),
    Peer("Python: `tornado`", "clients/python_tornado.py", "python3-tornado"),
    Peer("Python: `autobahn`", "clients/python_autobahn.py", "python3-autobahn"),
    Peer("Python: `websocket-client`", "clients/python_websocket_client.py", "python3-websocket"),
    Peer("C: libsoup", "clients/python_libsoup.py", "gir1.2-soup-3.0 python3-gi"),
    Peer("Go: `gorilla/websocket`", "clients/go_gorilla.go", "golang-github-gorilla-websocket-dev golang-go"),
    Peer("C++: websocketpp", "clients/cpp_websocketpp.cpp", "libwebsocketpp-dev"),
    Peer("C++: Boost.Beast", "clients/cpp_beast.cpp", "libboost1.81-dev"),
]

SERVERS = [
    Peer("Node: `ws`", "servers/node_ws.mjs", "npm ws"),
    Peer("Python: `websockets`", "servers/python_websockets.py", "python3-websockets"),
    Peer("Python: `aiohttp`", "servers/python_aiohttp.py", "python3-aiohttp"),
    Peer("Python: `tornado`", "servers/python_tornado.py", "python3-tornado"),
    Peer("Go: `gorilla/websocket`", "servers/go_gorilla.go", "golang-github-gorilla-websocket-dev golang-go"),
]

"""Prints import rates of smsgw, of hand-written scripts and of wrk.

The server runs in a separate process, with no latency and with 50 ms. Usage:
python -m tests.benchmarks.import_rate [ROWS [ROUNDS]]
"""

import asyncio
import json
import multiprocessing
import os
import re
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from multiprocessing.connection import Connection
from pathlib import Path
from statistics import median

DEFAULTS = (2_000, 5)  # rows, rounds
LOOP_ROWS = 100
PATH = "/api/v1/contact-lists/1/contacts"
NUMBER = re.compile(rb'"mobile_number": *"([^"]*)"')
LENGTH = re.compile(rb"content-length: *(\d+)", re.IGNORECASE)
EMPTY = json.dumps(
    {"data": [], "meta": {"current_page": 1, "last_page": 1, "total": 0, "per_page": 100}}
).encode()
LUA = """
local made = 0
function request()
  made = made + 1
  return wrk.format("POST", "%s", {["Content-Type"] = "application/json"},
    '{"mobile_number":"+12022000000","name":"Person ' .. made .. '"}')
end
"""


class Gateway(asyncio.Protocol):
    """Responds with 201 to every POST after `delay` seconds; every list is empty."""

    delay = 0.0
    made = 0

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        self.transport = transport
        self.received = b""

    def data_received(self, data: bytes) -> None:
        self.received += data
        while (end := self.received.find(b"\r\n\r\n")) >= 0:
            found = LENGTH.search(self.received, 0, end)
            whole = end + 4 + (int(found[1]) if found else 0)
            if len(self.received) < whole:
                return
            head, body = self.received[:end], self.received[end + 4 : whole]
            self.received = self.received[whole:]
            said = self.said(head, body)
            if self.delay and head.startswith(b"POST"):
                asyncio.get_running_loop().call_later(self.delay, self.answer, *said)
            else:
                self.answer(*said)

    def said(self, head: bytes, body: bytes) -> tuple[bytes, bytes]:
        """Status and body of the answer to a request."""
        if not head.startswith(b"POST"):
            return b"200 OK", EMPTY
        Gateway.made += 1
        found = NUMBER.search(body)
        number = found[1] if found else b""  # none of a campaign
        made = b'{"id":%d,"mobile_number":"%b","subscribed":true}' % (Gateway.made, number)
        return b"201 Created", made

    def answer(self, status: bytes, body: bytes) -> None:
        self.transport.write(
            b"HTTP/1.1 %s\r\nContent-Type: application/json\r\nContent-Length: %d\r\n\r\n%s"
            % (status, len(body), body)
        )


def serve(delay: float, ready: Connection, protocol: type[Gateway] = Gateway) -> None:
    async def main() -> None:
        Gateway.delay = delay
        server = await asyncio.get_running_loop().create_server(protocol, "127.0.0.1", 0)
        ready.send(f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}")
        await server.serve_forever()

    asyncio.run(main())


def body(row: int) -> str:
    return json.dumps({"mobile_number": f"+1202{2_000_000 + row}", "name": f"Person {row}"})


def imported(url: str, token: str, rows: int, folder: Path, workers: int) -> None:
    """`contacts import` of a file with this many rows, as a process with its own state."""
    file = folder / "people.csv"
    lines = [f"+1202{2_000_000 + each},Person {each}" for each in range(rows)]
    file.write_text("\n".join(["phone,name", *lines]) + "\n")
    state = folder / f"state{time.monotonic_ns()}"
    environment = {
        **os.environ,
        "SMSGW_SERVER": url,
        "SMSGW_TOKEN": token,
        "XDG_STATE_HOME": str(state),
        # Compiled once, like an installed program.
        "PYTHONDONTWRITEBYTECODE": "",
    }
    options = ["--ignore-extra", "--workers", str(workers), "-o", "json"]
    line = [sys.executable, "-m", "smsgw_cli", "contacts", "import", "1", str(file), *options]
    told = subprocess.run(line, env=environment, capture_output=True, text=True, check=True)
    assert json.loads(told.stdout)["created"] == rows


def curl_loop(url: str, rows: int, folder: Path) -> None:
    (folder / "bodies").write_text("\n".join(map(body, range(rows))) + "\n")
    script = (
        f"while read -r b; do curl -s -o /dev/null -H 'Content-Type: application/json' "
        f'-d "$b" {url}{PATH}; done < {folder}/bodies'
    )
    subprocess.run(["bash", "-c", script], check=True)


def xargs_curl(url: str, rows: int, folder: Path) -> None:
    (folder / "bodies0").write_text("\0".join(map(body, range(rows))))
    line = (
        f"xargs -0 -a {folder}/bodies0 -P32 -I@ curl -s -o /dev/null "
        f"-H 'Content-Type: application/json' -d @ {url}{PATH}"
    )
    subprocess.run(["bash", "-c", line], check=True)


def curl_parallel(url: str, rows: int, folder: Path) -> None:
    each = (
        'url = "%s"\nheader = "Content-Type: application/json"\n'
        'output = "/dev/null"\nsilent\ndata = "%s"\n'
    )
    parts = [each % (url + PATH, body(row).replace('"', '\\"')) for row in range(rows)]
    (folder / "config").write_text("next\n".join(parts))
    line = ["curl", "--parallel", "--parallel-max", "32", "-K", str(folder / "config")]
    subprocess.run(line, check=True, capture_output=True)


def requests_threads(url: str, rows: int, threads: int) -> None:
    import requests  # here: the peak of a process begins with the memory of its parent

    def send(part: int) -> None:
        with requests.Session() as session:
            for row in range(part, rows, threads):
                session.post(url + PATH, json=json.loads(body(row))).raise_for_status()

    with ThreadPoolExecutor(threads) as pool:
        list(pool.map(send, range(threads)))


def wrk(url: str, folder: Path) -> float:
    script = folder / "post.lua"
    script.write_text(LUA % PATH)
    line = ["wrk", "-t1", "-c32", "-d4s", "-s", str(script), url]
    told = subprocess.run(line, capture_output=True, text=True, check=True).stdout
    found = re.search(r"Requests/sec:\s*([0-9.]+)", told)
    assert found, told
    return float(found[1])


def rate(rows: int, run: Callable[[], None]) -> float:
    started = time.perf_counter()
    run()
    return rows / (time.perf_counter() - started)


def runs(url: str, rows: int, folder: Path) -> dict[str, Callable[[], float]]:
    """Rates by name, importing this many rows (fewer for the slow ones)."""
    few = min(rows, LOOP_ROWS)
    found: dict[str, Callable[[], float]] = {
        "ours, 32 workers": partial(rate, rows, lambda: imported(url, "t", rows, folder, 32)),
        "wrk, 32 connections": partial(wrk, url, folder),
        "curl --parallel 32": partial(rate, rows, lambda: curl_parallel(url, rows, folder)),
        "requests, 32 threads": partial(rate, rows, lambda: requests_threads(url, rows, 32)),
        "requests, a session": partial(rate, few, lambda: requests_threads(url, few, 1)),
        "ours, 16 workers": partial(rate, rows, lambda: imported(url, "t", rows, folder, 16)),
        "xargs -P32 curl": partial(rate, few, lambda: xargs_curl(url, few, folder)),
        "bash loop of curl": partial(rate, few, lambda: curl_loop(url, few, folder)),
    }
    if not shutil.which("wrk"):
        del found["wrk, 32 connections"]
    return found


def main() -> None:
    given = [int(each) for each in sys.argv[1:]]
    rows, rounds = *given, *DEFAULTS[len(given) :]
    context = multiprocessing.get_context("spawn")
    for delay in (0.0, 0.05):
        here, there = context.Pipe()
        server = context.Process(target=serve, args=(delay, there), daemon=True)
        server.start()
        rates: dict[str, list[float]] = {}
        with tempfile.TemporaryDirectory() as name:
            measured = runs(here.recv(), rows, Path(name))
            for _ in range(rounds):
                for what, run in measured.items():
                    rates.setdefault(what, []).append(run())
        server.terminate()
        print(
            f"\n{rows:,} rows, a server that takes {delay * 1000:.0f} ms: rows a second, "
            f"medians of {rounds} runs in turn"
        )
        best = rates["ours, 32 workers"]
        for what, found in rates.items():
            ratio = median(ours / theirs for ours, theirs in zip(best, found, strict=True))
            print(f"  {what:22}{median(found):10,.0f}   ours with 32 is {ratio:6.2f} times that")


if __name__ == "__main__":
    main()

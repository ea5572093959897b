"""Prints how many contacts per second the sandbox creates, over a real socket.

The server runs in a separate process. The load comes from wrk if it is on the PATH, otherwise
from threads that write requests to sockets. Usage: python tests/benchmarks/sandbox_rate.py
"""

import http.client
import json
import multiprocessing
import re
import shutil
import socket
import subprocess
import tempfile
import threading
import time
from multiprocessing.connection import Connection
from pathlib import Path
from urllib.parse import urlsplit

from smsgw_cli.sandbox.server import Settings, serve

SECONDS = 10
CONNECTIONS = 16

LUA = """
local thread_number = 0
function setup(thread) thread:set("id", thread_number); thread_number = thread_number + 1 end
function init() made = 0 end
function request()
  made = made + 1
  local body = string.format('{"mobile_number":"+1%%d%%09d","subscribed":true}', 200 + id, made)
  return wrk.format("POST", "/api/v1/contact-lists/1/contacts", {
    ["Authorization"] = "Bearer %(token)s", ["Content-Type"] = "application/json",
  }, body)
end
"""


def run_server(db: Path, ready: Connection) -> None:
    serve(Settings(db=db), lambda gateway: ready.send((gateway.url, gateway.token)))


def create_list(url: str, token: str) -> None:
    connection = http.client.HTTPConnection(urlsplit(url).netloc)
    headers = {"Authorization": f"Bearer {token}", "Content-Type": "application/json"}
    connection.request("POST", "/api/v1/contact-lists", json.dumps({"name": "rate"}), headers)
    assert connection.getresponse().status == 201
    connection.close()


def rate_by_wrk(url: str, token: str, folder: Path) -> float:
    script = folder / "contacts.lua"
    script.write_text(LUA % {"token": token}, encoding="utf-8")
    options = ["-t1", f"-c{CONNECTIONS}", f"-d{SECONDS}s", "-s", str(script)]
    answer = subprocess.run(["wrk", *options, url], capture_output=True, text=True, check=True)
    assert "Non-2xx" not in answer.stdout, answer.stdout
    found = re.search(r"Requests/sec:\s*([0-9.]+)", answer.stdout)
    assert found, answer.stdout
    return float(found[1])


def rate_by_sockets(url: str, token: str) -> float:
    address = urlsplit(url)
    ends = time.monotonic() + SECONDS
    made: list[int] = []

    def create(worker: int) -> None:
        count = 0
        with socket.create_connection((address.hostname, address.port)) as connection:
            while time.monotonic() < ends:
                body = f'{{"mobile_number":"+1{200 + worker}{count:09}"}}'
                request = (
                    "POST /api/v1/contact-lists/1/contacts HTTP/1.1\r\n"
                    f"Host: {address.netloc}\r\nAuthorization: Bearer {token}\r\n"
                    f"Content-Type: application/json\r\nContent-Length: {len(body)}\r\n\r\n{body}"
                )
                connection.sendall(request.encode())
                answer = connection.recv(65536)
                while b"}" not in answer:
                    answer += connection.recv(65536)
                assert answer.startswith(b"HTTP/1.1 201"), answer
                count += 1
        made.append(count)

    workers = [threading.Thread(target=create, args=(n,)) for n in range(CONNECTIONS)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    return sum(made) / SECONDS


def main() -> None:
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        here, there = multiprocessing.get_context("spawn").Pipe()
        context = multiprocessing.get_context("spawn")
        server = context.Process(target=run_server, args=(folder / "sandbox.db", there))
        server.start()
        try:
            url, token = here.recv()
            create_list(url, token)
            with_wrk = shutil.which("wrk") is not None
            rate = rate_by_wrk(url, token, folder) if with_wrk else rate_by_sockets(url, token)
            print(f"{rate:,.0f} contacts a second ({'wrk' if with_wrk else 'threads'})")
        finally:
            server.terminate()
            server.join()


if __name__ == "__main__":
    main()

"""Prints how fast a list of 1,000,000 messages is printed, and in how much memory.

The server makes up its pages, in a process of its own. Memory is the peak of resident memory of
the process `smsgw`. Usage: python tests/benchmarks/list_memory.py [MESSAGES]
"""

import asyncio
import json
import multiprocessing
import os
import re
import subprocess
import sys
import time
from multiprocessing.connection import Connection

MESSAGES = 1_000_000
PER_PAGE = 100
MOST_MEBIBYTES = 80

MESSAGE = json.dumps(
    {
        "id": "ID",
        "from": "+12025550101",
        "to": "+12025550123",
        "content": "Dear Ann, your order is ready, and waits for you until Saturday: ขอบคุณ 🙏",
        "type": "SMS",
        "attachments": [],
        "status": "Delivered",
        "response": [],
        "messenger": "Sim #1",
        "sent_at": "2025-09-07T08:20:33.000000Z",
        "delivered_at": "2025-09-07T08:20:39.000000Z",
    }
).replace('"ID"', "%d")


def page(number: int, total: int) -> bytes:
    newest = total - (number - 1) * PER_PAGE
    ids = range(newest, max(newest - PER_PAGE, 0), -1)
    meta = {"current_page": number, "last_page": -(-total // PER_PAGE), "total": total}
    data = ",".join([MESSAGE] * len(ids)) % tuple(ids)
    return f'{{"data":[{data}],"links":{{}},"meta":{json.dumps(meta)}}}'.encode()


async def answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter, total: int) -> None:
    while request := await reader.readline():
        while await reader.readline() != b"\r\n":
            pass
        asked = re.search(rb"[?&]page=(\d+)", request)
        body = page(int(asked[1]) if asked else 1, total)
        writer.write(b"HTTP/1.1 200 OK\r\nContent-Length: %d\r\n\r\n%b" % (len(body), body))
        await writer.drain()
    writer.close()


async def serve(ready: Connection, total: int) -> None:
    server = await asyncio.start_server(lambda r, w: answer(r, w, total), "127.0.0.1", 0)
    ready.send(server.sockets[0].getsockname()[1])
    await server.serve_forever()


def run_server(ready: Connection, total: int) -> None:
    asyncio.run(serve(ready, total))


def measure(format: str, port: int) -> None:
    server = {"SMSGW_SERVER": f"http://127.0.0.1:{port}", "SMSGW_TOKEN": "benchmark"}
    command = [sys.executable, "-m", "smsgw_cli", "messages", "list", "-o", format]
    started = time.monotonic()
    lines = 0
    with subprocess.Popen(command, stdout=subprocess.PIPE, env={**os.environ, **server}) as smsgw:
        assert smsgw.stdout
        while chunk := os.read(smsgw.stdout.fileno(), 1 << 20):
            lines += chunk.count(b"\n")
        _, status, usage = os.wait4(smsgw.pid, 0)
        smsgw.returncode = os.waitstatus_to_exitcode(status)
    peak = usage.ru_maxrss / (1 << 10 if sys.platform == "linux" else 1 << 20)
    rows = lines - (format == "csv")
    print(
        f"{format}: {rows:,} rows in {time.monotonic() - started:.1f} s "
        f"({usage.ru_utime + usage.ru_stime:.1f} s of CPU), at most {peak:.1f} MiB, "
        f"exit code {smsgw.returncode}{'' if peak < MOST_MEBIBYTES else ': TOO MUCH'}"
    )


def main() -> None:
    total = int(sys.argv[1]) if sys.argv[1:] else MESSAGES
    context = multiprocessing.get_context("spawn")
    here, there = context.Pipe()
    server = context.Process(target=run_server, args=(there, total), daemon=True)
    server.start()
    port = here.recv()
    for format in ("ndjson", "csv"):
        measure(format, port)
    server.terminate()
    server.join()


if __name__ == "__main__":
    main()

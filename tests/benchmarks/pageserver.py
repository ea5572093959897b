"""A small, fast server of generated pages for benchmarks, in a separate process."""

import asyncio
import json
import multiprocessing
import re
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from multiprocessing.connection import Connection

PER_PAGE = 100
FIELDS = ("first_name", "company", "city", "zip", "email")
ONE = b'{"id":1,"name":"People","type":"SMS","status":"Completed"}'
FIELD = '{"id":%d,"tag":"%%s","type":"text"}'
LIST = '{"id":%d,"name":"People"}'


def page(number: int, total: int, record: str) -> bytes:
    newest = total - (number - 1) * PER_PAGE
    ids = range(newest, max(newest - PER_PAGE, 0), -1)
    last = -(-total // PER_PAGE)
    meta = {"current_page": number, "last_page": last, "total": total, "per_page": PER_PAGE}
    places = range(record.replace("%%", "").count("%"))
    data = ",".join([record] * len(ids)) % tuple(each for each in ids for _ in places)
    return f'{{"data":[{data}],"links":{{}},"meta":{json.dumps(meta)}}}'.encode()


async def answer(
    total: int,
    record: str,
    seconds: float,
    reader: asyncio.StreamReader,
    writer: asyncio.StreamWriter,
) -> None:
    while request := await reader.readline():
        while await reader.readline() != b"\r\n":
            pass
        asked = re.search(rb"[?&]page=(\d+)", request)
        if re.search(rb"/(contact-lists|campaigns)/\d+[ ?]", request):
            body = ONE
        elif re.search(rb"/contact-lists[ ?]", request):
            body = page(1, 1, LIST)
        elif b"/fields" in request:
            body = page(1, len(FIELDS), FIELD) % tuple(map(str.encode, FIELDS))
        else:
            body = page(int(asked[1]) if asked else 1, total, record)
            await asyncio.sleep(seconds)
        writer.write(b"HTTP/1.1 200 OK\r\nContent-Length: %d\r\n\r\n%b" % (len(body), body))
        await writer.drain()
    writer.close()


async def serve(ready: Connection, total: int, record: str, seconds: float) -> None:
    handler = partial(answer, total, record, seconds)
    server = await asyncio.start_server(handler, "127.0.0.1", 0)
    ready.send(server.sockets[0].getsockname()[1])
    await server.serve_forever()


def run_server(ready: Connection, total: int, record: str, seconds: float) -> None:
    asyncio.run(serve(ready, total, record, seconds))


@contextmanager
def pages(total: int, record: str, seconds: float = 0.0) -> Iterator[dict[str, str]]:
    """A server with a list of `total`, each page after `seconds`: the environment that names it.

    `record` is the JSON of one, with %d wherever its id is to be. There is one contact list,
    whose fields are `FIELDS`.
    """
    context = multiprocessing.get_context("spawn")
    here, there = context.Pipe()
    server = context.Process(target=run_server, args=(there, total, record, seconds), daemon=True)
    server.start()
    try:
        yield {"SMSGW_SERVER": f"http://127.0.0.1:{here.recv()}", "SMSGW_TOKEN": "benchmark"}
    finally:
        server.terminate()
        server.join()

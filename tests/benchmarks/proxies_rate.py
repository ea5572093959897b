"""Prints how long imports take through the rate limits of real nginx and HAProxy.

500 rows, with the default settings: 20 requests a second allowed by nginx, refused with its 503
and with 429; 10 a second by HAProxy, on average over ten seconds, refused ones counted too.
Takes two to three minutes. Usage: python -m tests.benchmarks.proxies_rate [ROWS]
"""

import sys
import tempfile
from collections.abc import Callable
from contextlib import AbstractContextManager
from functools import partial
from pathlib import Path
from typing import NamedTuple

from smsgw_cli.sandbox.server import Gateway, Settings
from tests.benchmarks.measured import measured
from tests.middleware.conftest import contacts, numbers, write_people
from tests.middleware.programs import limited_haproxy, limited_nginx

ROWS = 500


class Limit(NamedTuple):
    """A limit of a program, the seconds that 500 rows may take, and the log of its answers."""

    name: str
    started: Callable[[Path, str], AbstractContextManager[str]]
    at_most: float
    log: str
    status: int


LIMITS = (
    Limit(
        "nginx, 20/s, 503", partial(limited_nginx, per_second=20, status=503), 35, "access.log", 503
    ),
    Limit(
        "nginx, 20/s, 429", partial(limited_nginx, per_second=20, status=429), 35, "access.log", 429
    ),
    Limit("HAProxy, 10/s, 429", partial(limited_haproxy, per_second=10), 65, "output.log", 429),
)


def run(limit: Limit, gateway: Gateway, folder: Path, rows: int) -> None:
    with limit.started(folder, gateway.url) as url:
        server = {"SMSGW_SERVER": url, "SMSGW_TOKEN": gateway.token, "HOME": str(folder)}
        took = measured(["contacts", "import", "1", str(folder / "people.csv")], server)
    refused = (folder / limit.log).read_text().count(f" {limit.status} ")
    is_whole = contacts(gateway) == numbers(rows)
    print(f"{limit.name}: {took}; at most {limit.at_most:.0f} s for {ROWS} rows")
    print(f"  {refused} refused, {refused / rows:.1%} of the rows, at most 5 %")
    print(f"  each row there once: {is_whole}")


def main() -> None:
    rows = int(sys.argv[1]) if len(sys.argv) > 1 else ROWS
    for limit in LIMITS:
        with tempfile.TemporaryDirectory() as name:
            folder = Path(name)
            write_people(folder / "people.csv", rows)
            with Gateway(Settings(folder / "gateway.db")) as gateway:
                gateway.store.insert("contact_lists", {"name": "People", "created_at": 0})
                run(limit, gateway, folder, rows)


if __name__ == "__main__":
    main()

"""Command lines as processes of their own, by the hundred: forked with everything imported."""

import multiprocessing
import os
import socket
import subprocess
import sys
from dataclasses import dataclass
from multiprocessing.context import ForkServerProcess
from multiprocessing.synchronize import Event
from pathlib import Path
from typing import Self

CONTEXT = multiprocessing.get_context("forkserver")
DROPS = ("drop-before POST /messages/send rate=6%", "drop-after POST /messages/send rate=8%")
ERRORS = (
    "500 POST /messages/send rate=4%",
    "502 POST /messages/send rate=4%",
    "504 POST /messages/send rate=4%",
    "html status=200 POST /messages/send rate=4%",
    "truncated POST /messages/send rate=4%",
    "malformed POST /messages/send rate=4%",
    "empty POST /messages/send rate=4%",
    "500 GET /campaigns rate=15%",
)
GATEWAY = """
import sys
from pathlib import Path
from smsgw_cli.sandbox.faults import Fault
from smsgw_cli.sandbox.server import Settings, serve
db, port, seed, *faults = sys.argv[1:]
serve(
    Settings(
        db=Path(db), port=int(port), token="hush-hush", speed=1_000.0, fault_seed=int(seed),
        faults=tuple(map(Fault.parse, faults)),
    ),
    lambda gateway: print(gateway.url, flush=True),
)
"""


@dataclass
class Started:
    """A process under way, and where it prints to."""

    process: ForkServerProcess
    out: Path

    def ended(self) -> tuple[int, str, str]:
        """Its exit code, and what it printed."""
        self.process.join()
        code = int(self.out.with_suffix(".code").read_text())
        return code, self.out.read_text(), self.out.with_suffix(".err").read_text()


def start(out: Path, *line: str, gate: Event | None = None) -> Started:
    """Start a command line that prints to `out` and `out.err`; it waits for the gate first."""
    # Without __main__, which is pytest, each process would import that first.
    CONTEXT.set_forkserver_preload(["__main__", "tests.messages.preloaded"])
    given = (out, line, dict(os.environ), gate)
    process = CONTEXT.Process(target=_run, args=given, daemon=True)
    process.start()
    return Started(process, out)


def _run(out: Path, line: tuple[str, ...], environment: dict[str, str], gate: Event | None) -> None:
    os.environ.clear()
    os.environ.update(environment)
    for stream, path in ((1, out), (2, out.with_suffix(".err"))):
        os.dup2(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC), stream)
    sys.argv = ["smsgw", *line]
    from tests.messages.preloaded import main  # here: who only wants a gateway stays small

    if gate is not None:
        gate.wait()
    try:
        main()
    except SystemExit as ended:
        out.with_suffix(".code").write_text(str(ended.code or 0))


class GatewayProcess:
    """A gateway in a process of its own, to be killed; it is always on the same port."""

    def __init__(self, db: Path, *faults: str) -> None:
        self._db = db
        self._faults = faults
        self._port = _free_port()
        self._starts = 0

    def __enter__(self) -> Self:
        self.start(*self._faults)
        return self

    def __exit__(self, *_: object) -> None:
        self.kill()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self._port}"

    @property
    def pid(self) -> int:
        return self._process.pid

    def start(self, *faults: str) -> None:
        self._starts += 1  # the seed: else each new one would do the same faults again
        given = [str(self._db), str(self._port), str(self._starts), *faults]
        self._process = subprocess.Popen(
            [sys.executable, "-c", GATEWAY, *given], stdout=subprocess.PIPE, text=True
        )
        assert self._process.stdout
        assert self._process.stdout.readline()

    def kill(self) -> None:
        self._process.kill()
        self._process.communicate()

    def restart(self) -> None:
        """Kill it in the middle of whatever it does, and start it again."""
        self.kill()
        self.start(*self._faults)


def _free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        return int(taken.getsockname()[1])

"""Make the state files in this folder anew: `python make.py FOLDER`, with FOLDER the unpacked
`git archive 5abc392` (version 0.1.0), in an environment that has what it needs.
"""

import gzip
import os
import shutil
import signal
import sqlite3
import subprocess
import sys
import time
from collections.abc import Callable
from contextlib import closing
from functools import partial
from pathlib import Path

HERE = Path(__file__).parent
HOME = Path("/tmp/smsgw-0.1.0")  # a name that does not change, as it is in the records
STATE = HOME / ".local" / "state" / "smsgw"
DEFAULT = ["-p", "sandbox"]
TAIL = ["messages", "tail", "--no-follow", "--since", "1d", "--cursor", "replies.cursor"]
TO = ["messages", "send", "--to", "+12025550123", "--settle", "0", "--no-retry"]
ENVIRONMENT = {"HOME": str(HOME), "PATH": os.environ["PATH"], "PYTHONPATH": sys.argv[1]}


def start(*line: str, **more: str) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-m", "smsgw_cli", *line],
        env={**ENVIRONMENT, **more},
        cwd=HOME,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        text=True,
    )


def run(*line: str, **more: str) -> None:
    start(*line, **more).communicate()


def kill_when(ready: Callable[[], object], *line: str, **more: str) -> None:
    running = start(*line, **more)
    while not ready():
        time.sleep(0.01)
    running.send_signal(signal.SIGKILL)
    running.communicate()


def count(file: str, table: str, where: str = "1") -> int:
    try:
        (path,) = STATE.glob(file)
        with closing(sqlite3.connect(path)) as db:
            return int(db.execute(f"SELECT count(*) FROM {table} WHERE {where}").fetchone()[0])
    except (ValueError, sqlite3.Error):
        return 0


class Served:
    """The sandbox's database, served with faults; what is sent to it has the ledger of a URL."""

    def __init__(self, *faults: str) -> None:
        given = [word for fault in faults for word in ("--fault", fault)]
        self._line = ["sandbox", "serve", "--port", "8025", "--token", "hush-hush", *given]

    def __enter__(self) -> dict[str, str]:
        self._process = start(*self._line)
        assert self._process.stdout
        self._process.stdout.readline()
        return {"SMSGW_SERVER": "http://127.0.0.1:8025", "SMSGW_TOKEN": "hush-hush"}

    def __exit__(self, *_: object) -> None:
        self._process.send_signal(signal.SIGINT)
        self._process.communicate()


def people(name: str, numbers: range) -> None:
    rows = "".join(f"+1202{2_000_000 + each},Person {each}\n" for each in numbers)
    (HOME / name).write_text(f"phone,name\n{rows}")


def make() -> None:
    shutil.rmtree(HOME, ignore_errors=True)
    HOME.mkdir(parents=True)
    profile = "profiles add office --server https://sms.example.com --token-command"
    run(*profile.split(), "echo hush-hush")
    with (HOME / ".config/smsgw/config.toml").open("a") as file:
        file.write("# a comment of ours\n")
    make_sends()
    make_mailing()
    make_imports()
    run(*DEFAULT, "suppress", "add", "+12025550188", "--reason", "asked to")
    run(*DEFAULT, "suppress", "add", "+12025550199")
    run(*DEFAULT, "sandbox", "receive", "--from", "+12025550177", "--to", "1", "-m", "seen before")
    run(
        *DEFAULT,
        *["messages", "tail", "--no-follow", "--since", "1d", "--cursor", "replies.cursor"],
    )
    keep()


def make_sends() -> None:
    """One in every state; `cut` was killed before the gateway had it, `taken` after that."""
    with Served() as server:
        run(*TO, "-m", "accepted", "--once", "accepted", **server)
    with Served("422 POST /messages/send") as server:
        run(*TO, "-m", "refused", "--once", "refused", **server)
    with Served("drop-after POST /messages/send", "500 GET /campaigns") as server:
        run(*TO, "-m", "unknown", "--once", "unknown", "--retries", "0", **server)
    hangs = "latency delay=60"
    for text, faults in (
        ("cut", [f"{hangs} POST /messages/send"]),
        ("taken", ["drop-after POST /messages/send", f"{hangs} GET /campaigns"]),
    ):
        with Served(*faults) as server:
            is_begun = partial(count, "sends/*.db", "sends", f"key = '{text}' AND ended_at IS NULL")
            is_taken = partial(count, "sandbox.db", "campaigns", f"message = '{text}'")
            ready = is_begun if text == "cut" else is_taken
            kill_when(ready, *TO, "-m", text, "--once", text, **server)


def make_mailing() -> None:
    """Twenty rows, killed when the gateway had some of them."""
    rows = "".join(f"+1202555{100 + each:04},{each}\n" for each in range(20))
    (HOME / "codes.csv").write_text(f"phone,code\n{rows}")
    line = ["messages", "send", "--csv", "codes.csv", "--settle", "0", "--workers", "2", "-m"]
    with Served("latency delay=0.2 POST /messages/send") as server:
        kill_when(
            lambda: count("sandbox.db", "campaigns", "message LIKE 'Code %'") >= 6,
            *[*line, "Code {code}"],
            **server,
        )


def make_imports() -> None:
    """One that is done, a sync that is done, one that was killed."""
    people("friends.csv", range(20))
    people("people.csv", range(200))
    for name, file in (("Friends", "friends.csv"), ("People", "people.csv")):
        run(*DEFAULT, "contact-lists", "create", name)
        run(*DEFAULT, *f"fields create {name} --label Name --tag name --type text".split())
        if name == "Friends":
            run(*DEFAULT, "contacts", "import", name, file)
            people(file, range(5, 25))
            run(*DEFAULT, "contacts", "sync", name, file, "--delete", "--max-delete", "5", "--yes")
            people(file, range(20))
    kill_when(
        lambda: count("sandbox.db", "contacts", "contact_list_id = 2") >= 40,
        *[*DEFAULT, "contacts", "import", "People", "people.csv", "--rate", "1200/min"],
    )


def keep() -> None:
    """Copy it all to here; the ledger as that of the profile `sandbox`, whose database it is."""
    for each in HERE.iterdir():
        if each.is_dir():
            shutil.rmtree(each)
    (ledger,) = (STATE / "sends").glob("*.db")
    for each in ledger.parent.glob(f"{ledger.name}*"):  # also what the kill left to be undone
        each.rename(each.with_name(each.name.replace(ledger.stem, "sandbox")))
    skipped = shutil.ignore_patterns("*.lock", "*-shm")
    shutil.copytree(STATE, HERE / "state", ignore=skipped)
    database = HERE / "state" / "sandbox.db"
    database.with_name("sandbox.db.gz").write_bytes(gzip.compress(database.read_bytes()))
    database.unlink()
    shutil.copytree(HOME / ".config/smsgw", HERE / "config", ignore=skipped)
    (HERE / "home").mkdir()
    for each in (*HOME.glob("*.csv"), *HOME.glob("*.cursor")):
        shutil.copy(each, HERE / "home")


make()

"""`sandbox`: a simulated gateway for trying things out and for testing scripts."""

import os
from pathlib import Path
from typing import Annotated, Any

import typer

from smsgw_cli.cli.groups import Group
from smsgw_cli.cli.parameters import register
from smsgw_cli.cli.resource import Field
from smsgw_cli.cli.session import Session
from smsgw_cli.config.paths import state_folder
from smsgw_cli.config.profiles import SANDBOX
from smsgw_cli.config.settings import checked
from smsgw_cli.contacts.runs import Runs
from smsgw_cli.errors import Usage
from smsgw_cli.messages.ledger import Ledger, path_for

app = Group("Run a simulated gateway for trying things out; it never sends anything.")

_Db = Annotated[
    Path | None,
    typer.Option(
        "--db",
        metavar="FILE",
        help="Database file [default: that of the profile sandbox]",
        show_default=False,
    ),
]

SERVE = (
    Field("host", "Address to listen on [default: 127.0.0.1]"),
    Field("port", "Port to listen on [default: any free port]", int),
    Field("db", "Database file [default: that of the profile sandbox]", file=True),
    Field("token", "Token to accept [default: the one in the database]"),
    Field("speed", "Speed of its phones, relative to real ones [default: 1]", float),
    Field("latency", "Delay of every response in seconds", float),
    Field("rate_limit", "Rate limit, such as 600/min"),
    Field("faults", "Fault to inject, see below; repeatable",
          many=True, flag="--fault"),
    Field("fault_seed", "Seed for random faults [default: 0]", int),
)  # fmt: skip


def serve(session: Session, **given: Any) -> None:
    """Serve until Ctrl-C; `given` are the values of SERVE. Raises Usage for an invalid one."""
    given = {key: value for key, value in given.items() if value is not None}
    gateway = session.embedded(_path(given.pop("db", None)))
    faults = given.pop("faults", [])
    _refuse_invalid(given)
    if "rate_limit" in given:
        given["rate_limit"] = checked("rate_limit", given["rate_limit"])

    def ready(url: str, token: str) -> None:
        session.options.show_secrets = True  # the token of a simulated gateway
        session.out.note("sandbox: simulated gateway; nothing is really sent. Press Ctrl-C to stop")
        session.out.record({"url": url, "token": token})

    gateway.serve(faults, ready, **given)


register(
    app,
    "serve",
    """Run the gateway for other programs until Ctrl-C; prints its URL and token.

    A fault is KIND [METHOD] [PATH] [OPTION=VALUE]... KIND: a status of 400 or more, html,
    truncated, malformed, empty, list, redirect, latency, drop-before, drop-after. PATH is below
    /api/v1 and can contain *. Options: times=3, rate=2%, after=10, status=, retry-after=,
    delay=.""",
    SERVE,
    serve,
    epilog="""
    smsgw sandbox serve --port 8025 --db gateway.db
    smsgw sandbox serve --rate-limit 600/min --fault 'drop-after POST /messages/send times=1'
    """,
)


@app.command(
    "receive", epilog="smsgw sandbox receive --from +12025550199 --to 1 -m 'Is this seat taken?'"
)
def receive(
    session: Session,
    sender: Annotated[str, typer.Option("--from", metavar="NUMBER", help="Number of the sender")],
    sim: Annotated[
        str, typer.Option("--to", metavar="SIM", help="Receiving SIM (id, number, label or name)")
    ],
    text: Annotated[
        str, typer.Option("-m", "--message", metavar="TEXT", help="Text of the message")
    ],
    db: _Db = None,
) -> None:
    """Simulate an incoming message."""
    if _only_shown(session, db, "receive", sender=sender, sim=sim, message=text):
        return
    row = session.embedded(db).receive(sender, sim, text)
    session.out.record(
        {
            "id": row["id"],
            "from": row["from_number"],
            "to": row["to_number"],
            "content": row["content"],
        }
    )


@app.command("seed", epilog="smsgw sandbox seed")
def seed(session: Session, db: _Db = None) -> None:
    """Add demo data: phones, lists, contacts and a history."""
    if not _only_shown(session, db, "seed"):
        session.out.record(session.embedded(db).seed())


@app.command("reset", epilog="smsgw sandbox reset --yes")
def reset(session: Session, db: _Db = None) -> None:
    """Delete everything except two phones with three SIMs."""
    gateway = session.embedded(db)
    if _only_shown(session, db, "reset"):
        return
    session.confirm(f"Delete everything in the sandbox ({gateway.db})?")
    gateway.reset()
    if db is None:
        _forget_records()
    session.out.record({"id": "sandbox", "result": "reset"})


def _only_shown(session: Session, db: Path | None, verb: str, **given: str) -> bool:
    """With --dry-run, print what would be done to which file; returns whether it is a dry run."""
    if session.options.dry_run:
        session.out.json({"file": str(session.embedded(db).db), "would": verb, **given})
    return bool(session.options.dry_run)


def _forget_records() -> None:
    """Delete the records of sends to, and imports into, the embedded gateway."""
    Ledger(path_for(SANDBOX)).clear()
    Runs(state_folder() / "imports").forget(SANDBOX)


def _path(text: str | None) -> Path | None:
    return Path(os.path.expanduser(text)) if text else None  # noqa: PTH111  # never raises


def _refuse_invalid(given: dict[str, Any]) -> None:
    if given.get("host") == "":
        raise Usage("--host is empty")
    if given.get("speed", 1.0) <= 0:
        raise Usage("--speed must be more than 0")
    if given.get("latency", 0.0) < 0:
        raise Usage("--latency must not be negative")
    if not 0 <= given.get("port", 0) <= 65535:
        raise Usage("--port must be from 0 to 65535")

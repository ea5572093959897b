"""The sandbox: a make-believe gateway to try things on, and to test one's own scripts against."""

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

app = Group("Run a make-believe gateway to try things on; it never really sends anything.")

_Db = Annotated[
    Path | None,
    typer.Option(
        "--db",
        metavar="FILE",
        help="Where its state is; by default that of the profile sandbox",
        show_default=False,
    ),
]

SERVE = (
    Field("host", "Listen on this address [default: 127.0.0.1]"),
    Field("port", "Listen on this port [default: any free one]", int),
    Field("db", "Where its state is [default: that of the profile sandbox]", file=True),
    Field("token", "The token it wants [default: the one in its state]"),
    Field("speed", "How much faster than real phones its phones are [default: 1]", float),
    Field("latency", "Seconds that every answer takes longer", float),
    Field("rate_limit", "How many requests a minute it takes, such as 600/min"),
    Field("faults", "Something that goes wrong; see below; may be given several times",
          many=True, flag="--fault"),
    Field("fault_seed", "Other accidents than those of seed 0", int),
)  # fmt: skip


def serve(session: Session, **given: Any) -> None:
    given = {key: value for key, value in given.items() if value is not None}
    gateway = session.embedded(_path(given.pop("db", None)))
    faults = given.pop("faults", [])
    _refuse_nonsense(given)
    if "rate_limit" in given:
        given["rate_limit"] = checked("rate_limit", given["rate_limit"])

    def ready(url: str, token: str) -> None:
        session.options.show_secrets = True  # of a make-believe gateway
        session.out.note("sandbox: a make-believe gateway; nothing is really sent. Ctrl-C ends it")
        session.out.record({"url": url, "token": token})

    gateway.serve(faults, ready, **given)


register(
    app,
    "serve",
    """Run the gateway for other programs until Ctrl-C; prints its URL and token.

    A fault is words: what goes wrong, for which requests, how often. What: any status of 400
    and more, html, truncated, malformed, empty, list, redirect, latency, drop-before,
    drop-after. Which: a method, a path below /api/v1 with * in it. How often: times=3,
    rate=2%, after=10; and status=, retry-after=, delay=.""",
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
    sender: Annotated[str, typer.Option("--from", metavar="NUMBER", help="Who sends it")],
    sim: Annotated[
        str, typer.Option("--to", metavar="SIM", help="The SIM: its id, number, label or name")
    ],
    text: Annotated[str, typer.Option("-m", "--message", metavar="TEXT", help="What it says")],
    db: _Db = None,
) -> None:
    """Make a message arrive at a SIM, as if somebody had sent it."""
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
    """Add phones, lists, contacts and a history of everything to look at."""
    if not _only_shown(session, db, "seed"):
        session.out.record(session.embedded(db).seed())


@app.command("reset", epilog="smsgw sandbox reset --yes")
def reset(session: Session, db: _Db = None) -> None:
    """Forget everything; two phones with three SIMs are left."""
    gateway = session.embedded(db)
    if _only_shown(session, db, "reset"):
        return
    session.confirm(f"Delete everything in the sandbox ({gateway.db})?")
    gateway.reset()
    if db is None:
        _forget_records()
    session.out.record({"id": "sandbox", "result": "reset"})


def _only_shown(session: Session, db: Path | None, verb: str, **given: str) -> bool:
    """With --dry-run, print what would be done to which file: whether that was so."""
    if session.options.dry_run:
        session.out.json({"file": str(session.embedded(db).db), "would": verb, **given})
    return bool(session.options.dry_run)


def _forget_records() -> None:
    """Forget what was sent to the embedded gateway, and imported into it."""
    Ledger(path_for(SANDBOX)).clear()
    Runs(state_folder() / "imports").forget(SANDBOX)


def _path(text: str | None) -> Path | None:
    return Path(os.path.expanduser(text)) if text else None  # noqa: PTH111  # which raises nothing


def _refuse_nonsense(given: dict[str, Any]) -> None:
    if given.get("host") == "":
        raise Usage("--host is empty")
    if given.get("speed", 1.0) <= 0:
        raise Usage("--speed must be more than 0")
    if given.get("latency", 0.0) < 0:
        raise Usage("--latency must not be negative")
    if not 0 <= given.get("port", 0) <= 65535:
        raise Usage("--port must be from 0 to 65535")

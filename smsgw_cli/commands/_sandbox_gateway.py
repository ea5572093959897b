"""Runs and steers the simulated gateway: what the commands of `sandbox` do."""

import shlex
import threading
import webbrowser
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any, NamedTuple
from urllib.parse import quote

from smsgw_cli.api.sandbox_keys import Change, given_to_serve, given_to_set
from smsgw_cli.cli.parameters import typed
from smsgw_cli.cli.session import Session
from smsgw_cli.config.address import CONTROL_PATH
from smsgw_cli.config.paths import state_folder, user_path
from smsgw_cli.config.profiles import SANDBOX
from smsgw_cli.contacts.runs import Runs
from smsgw_cli.errors import NotFound, Usage
from smsgw_cli.messages.ledger import Ledger, path_for
from smsgw_cli.sms.times import upcoming

if TYPE_CHECKING:
    # It needs packages that may not be installed.
    from smsgw_cli.api.embedded import Embedded, Gateway

CLOCK = "clock"
REQUEST_COLUMNS = ("id", "at", "method", "path", "query", "status", "fault", "hint")
EVERY_COLUMN = (*REQUEST_COLUMNS, "body", "answer", "headers")
LAST_YEAR = 2099
FIELDS = {"rate": "rate_limit", "fault": "faults"}  # of the gateway's settings, by key


class Serving(NamedTuple):
    """The options of `serve`."""

    host: str | None = None
    port: int | None = None
    db: str | None = None
    token: str | None = None
    open_page: bool | None = None
    tls: bool | None = None
    settings: tuple[str, ...] = ()


def serve(session: Session, **given: Any) -> None:
    """Serve until Ctrl-C. Raises Usage for an invalid option or key."""
    wanted = typed(Serving, given)
    if wanted.host == "":
        raise Usage("--host is empty")
    if not 0 <= (wanted.port or 0) <= 65535:
        raise Usage("--port must be from 0 to 65535")
    keys = given_to_serve(wanted.settings)
    has_page = keys.get("control") != "off"
    if wanted.open_page and not has_page:
        raise Usage("nothing to open: control=off turns the page off")
    named = {"host": wanted.host, "port": wanted.port, "token": wanted.token, "tls": wanted.tls}
    settings = {name: value for name, value in named.items() if value is not None}

    def ready(gateway: "Gateway") -> None:
        session.options.show_secrets = True  # the token of a simulated gateway
        session.out.note("sandbox: simulated gateway; nothing is really sent. Press Ctrl-C to stop")
        page = page_link(gateway.url, gateway.token)
        if has_page:
            session.out.note(f"page: {page}")
        told = {"url": gateway.url, "token": gateway.token}
        if gateway.certificate:
            ca = gateway.certificate.ca
            session.out.note(f"to trust it: export SSL_CERT_FILE={shlex.quote(str(ca))}")
            told["ca_bundle"] = str(ca)
        session.out.record(told)
        if wanted.open_page:
            # A browser that runs in the terminal returns when it is left.
            threading.Thread(target=webbrowser.open, args=(page,), daemon=True).start()

    _gateway(session, wanted.db).serve(
        ready, **settings, **{FIELDS.get(name, name): value for name, value in keys.items()}
    )


def page_link(url: str, token: str) -> str:
    """The address of a gateway's page; its token is in the fragment, which no browser sends."""
    return f"{url}{CONTROL_PATH}/#{quote(token, safe='')}"


def set_keys(session: Session, settings: list[str] | None, db: str | None) -> None:
    """Change what gateways on a database file do. Raises Usage, NotFound."""
    wanted = given_to_set(settings or ())
    _with_clock(wanted, lambda: datetime.now(UTC))
    gateway = _gateway(session, db)
    if _only_shown(session, gateway, "set", settings=settings):
        return
    gateway.change(_with_clock(wanted, gateway.clock))
    session.out.record(_as_set(wanted, gateway))


def _with_clock(wanted: Change, now: Callable[[], datetime]) -> Change:
    """With by how many milliseconds the clock moves, in place of the time as typed."""
    text = wanted.keys.get(CLOCK)
    if text is None:
        return wanted
    start = now()
    moved = (_moment(text, start) - start) // timedelta(milliseconds=1)
    return replace(wanted, keys={**wanted.keys, CLOCK: moved})


def _moment(text: str, now: datetime) -> datetime:
    moment = upcoming(text, now)
    if not 1970 <= moment.year <= LAST_YEAR:
        raise Usage(f"{CLOCK}={text}: must be from 1970 to {LAST_YEAR}")
    return moment


def _as_set(wanted: Change, gateway: "Embedded") -> dict[str, Any]:
    """The new values by key; the clock as it stands now."""
    values = dict(wanted.keys)
    for kind, (reference, changes) in wanted.parts.items():
        values |= {kind: reference, **changes}
    return values | ({CLOCK: f"{gateway.clock():%Y-%m-%dT%H:%M:%SZ}"} if CLOCK in values else {})


def receive(session: Session, sender: str, sim: str, message: str, db: str | None) -> None:
    """Simulate an incoming message. Raises NotFound for an unknown SIM."""
    gateway = _gateway(session, db)
    if _only_shown(session, gateway, "receive", sender=sender, sim=sim, message=message):
        return
    row = gateway.receive(sender, sim, message)
    shown = {"from": "from_number", "to": "to_number", "content": "content"}
    session.out.record({"id": row["id"], **{key: row[name] for key, name in shown.items()}})


def list_requests(session: Session) -> None:
    """The requests that the profile's gateway got. Raises Usage for one that is embedded."""
    if session.profile.is_sandbox:
        raise Usage(
            "the embedded gateway ends with each command and keeps no requests",
            hint="run 'smsgw sandbox serve', and set SMSGW_SERVER and SMSGW_TOKEN",
        )
    try:
        found = session.api.request("GET", f"{CONTROL_PATH}/requests")
    except NotFound as error:
        server = session.profile.server
        raise NotFound(f"{server} is not a sandbox, or has control=off") from error
    session.out.rows(found["data"], REQUEST_COLUMNS, every=EVERY_COLUMN, empty="no requests")


def seed(session: Session, db: str | None) -> None:
    """Add demo data."""
    gateway = _gateway(session, db)
    if not _only_shown(session, gateway, "seed"):
        session.out.record(gateway.seed())


def reset(session: Session, db: str | None) -> None:
    """Delete everything except the first phones, and what is set."""
    gateway = _gateway(session, db)
    if _only_shown(session, gateway, "reset"):
        return
    session.confirm(f"Delete everything in the sandbox ({gateway.db})?")
    gateway.reset()
    if db is None:
        _forget_records()
    session.out.record({"id": "sandbox", "result": "reset"})


def _gateway(session: Session, db: str | None) -> "Embedded":
    return session.embedded(user_path(db) if db else None)


def _only_shown(session: Session, gateway: "Embedded", verb: str, **given: Any) -> bool:
    """With --dry-run, print what would be done to which file; returns whether it is a dry run."""
    if session.options.dry_run:
        session.out.json({"file": str(gateway.db), "would": verb, **given})
    return bool(session.options.dry_run)


def _forget_records() -> None:
    """Delete the records of sends to, and imports into, the embedded gateway."""
    Ledger(path_for(SANDBOX)).clear()
    Runs(state_folder() / "imports").forget(SANDBOX)

"""All of a state at once: reset, snapshot and restore, tokens, and its log of requests."""

import secrets
import sqlite3
from contextlib import closing

from smsgw_cli.sandbox.control.call import Call, only, text, whole
from smsgw_cli.sandbox.control.states import MAX_SNAPSHOTS
from smsgw_cli.sandbox.store import KEPT, empty
from smsgw_cli.sandbox.wire import NO_CONTENT, HttpError, Response


def ready(call: Call) -> Response:
    return Response(payload={"ready": True})


def reset(call: Call) -> Response:
    """As new: two phones, three SIMs, nothing set, no requests. Tokens and snapshots stay."""
    state = call.state
    empty(state.store)
    state.log.clear()
    state.replaced()
    return NO_CONTENT


def snapshot(call: Call) -> Response:
    """Keep a copy of the state; the newest MAX_SNAPSHOTS are kept."""
    snapshots = call.state.snapshots
    while len(snapshots) >= MAX_SNAPSHOTS:
        snapshots.pop(next(iter(snapshots))).unlink(missing_ok=True)
    key, path = secrets.token_hex(8), call.states.file("snapshot")
    with closing(sqlite3.connect(path)) as copy:
        call.state.store.connection.backup(copy)
    snapshots[key] = path
    return Response(201, {"id": key})


def restore(call: Call) -> Response:
    """{"id": …}: everything in the database as it was then, but for the token."""
    only(call.body, ("id",))
    state = call.state
    path = state.snapshots.get(text(call.body, "id", 100))
    if path is None:
        raise HttpError(404, f"No such snapshot; the newest {MAX_SNAPSHOTS} of a token are kept.")
    kept = state.store.all(f"SELECT key, value FROM settings WHERE key IN {KEPT}")  # noqa: S608
    with closing(sqlite3.connect(path)) as copy:
        copy.executemany("INSERT OR REPLACE INTO settings VALUES (:key, :value)", kept)
        copy.commit()
        copy.backup(state.store.connection)
    state.replaced()
    return NO_CONTENT


def get_requests(call: Call) -> Response:
    """The log, oldest first; see `RequestLog.find` for the parameters."""
    only(call.query, ("method", "path", "status", "since"), "parameter")
    whole(call.query, "since")
    found = call.state.log.find(call.query, call.states.tokens)
    return Response(payload={"data": list(found)})


def delete_requests(call: Call) -> Response:
    call.state.log.clear()
    return NO_CONTENT


def add_token(call: Call) -> Response:
    """A new token with a fresh state of its own, which lives as long as the gateway."""
    try:
        return Response(201, {"token": call.states.add()})
    except OverflowError as error:
        raise HttpError(409, str(error)) from error


def end_token(call: Call) -> Response:
    """End the token of this request, and delete its state."""
    try:
        call.states.remove(call.token)
    except ValueError as error:
        raise HttpError(403, str(error)) from error
    return NO_CONTENT


def open_session(call: Call) -> Response:
    """Set the cookie with which a browser may use the control address."""
    cookie = call.access.open_session(call.token, call.headers, secure=call.secure)
    return Response(204, headers={"Set-Cookie": cookie})

"""`GET wait` and `GET latest`: a message that is there, or still to come."""

import re
import time
from collections.abc import Mapping
from dataclasses import dataclass

from smsgw_cli.sandbox.control.call import Call, invalid, only, whole
from smsgw_cli.sandbox.key_texts import seconds
from smsgw_cli.sandbox.routes import messages
from smsgw_cli.sandbox.statuses import MESSAGE_STATUS, MESSAGE_STATUSES
from smsgw_cli.sandbox.store import Row, Store
from smsgw_cli.sandbox.wire import HttpError, Response

POLL = 0.2
"""Seconds between two looks for what other processes have written, and for due runs."""
DEFAULT_TIMEOUT, MAX_TIMEOUT = 10.0, 300.0
MAX_TEXT = 500
FILTERS = ("to", "from", "text", "status", "since")


@dataclass(frozen=True)
class Wanted:
    """Which messages match: SQL with named parameters, and a pattern of the text."""

    where: str
    values: Mapping[str, str | int]
    pattern: re.Pattern[str] | None

    def first(self, store: Store, now: int, order: str) -> Row | None:
        """The first one in the order of ids, ASC or DESC."""
        sql = (
            f"SELECT {messages.COLUMNS} FROM messages "  # noqa: S608
            f"WHERE {self.where} ORDER BY id {order}"
        )
        rows = store.connection.execute(sql, {**self.values, "now": now})
        found = (row for row in rows if self._has_text(row["content"]))
        try:
            return next(found, None)
        finally:
            rows.close()

    def _has_text(self, content: str | None) -> bool:
        return self.pattern is None or bool(self.pattern.search(content or ""))


def wanted(query: Mapping[str, str]) -> Wanted:
    """From `to`, `from`, `text` (part of it, or /a regular expression/), `status`, and `since`: the
    id after which to begin. Raises HttpError (422)."""
    where = ["id > :since"]
    values: dict[str, str | int] = {"since": whole(query, "since")}
    for name, condition in (("to", "to_number = :to"), ("from", "from_number = :from")):
        if query.get(name):
            where.append(condition)
            # An unescaped + is a blank in a query.
            values[name] = re.sub("^ ", "+", query[name])
    if status := query.get("status"):
        if status not in MESSAGE_STATUSES:
            raise invalid(f"status must be one of {', '.join(MESSAGE_STATUSES)}")
        where.append(f"{MESSAGE_STATUS} = :status")
        values["status"] = status
    pattern = _pattern(query.get("text", ""))
    return Wanted(" AND ".join(where), values, pattern)


def _pattern(text: str) -> re.Pattern[str] | None:
    if len(text) > MAX_TEXT:
        raise invalid(f"text must be at most {MAX_TEXT} characters")
    if len(text) > 2 and text.startswith("/") and text.endswith("/"):
        try:
            return re.compile(text[1:-1])
        except (re.error, OverflowError, RecursionError) as error:
            raise invalid(f"text is not a regular expression: {error}") from error
    return re.compile(re.escape(text)) if text else None


def latest(call: Call) -> Response:
    """The newest message that matches; 404 if none does."""
    only(call.query, FILTERS, "parameter")
    row = wanted(call.query).first(call.state.store, call.state.catch_up(), "DESC")
    if row is None:
        raise HttpError(404, "No message matches.")
    return Response(payload=messages.serialize(row))


async def wait(call: Call) -> Response:
    """The oldest message that matches, once there is one; 404 after `timeout` seconds."""
    only(call.query, (*FILTERS, "timeout"), "parameter")
    search, timeout = wanted(call.query), _timeout(call.query)
    deadline = time.monotonic() + timeout
    state, seen = call.state, None
    while True:
        if call.states.find(call.token) is not state:
            raise HttpError(401, "Unauthenticated.")
        now, version = state.catch_up(), state.version()
        if version != seen or "status" in search.values:  # a status changes with the time alone
            if row := search.first(state.store, now, "ASC"):
                return Response(payload=messages.serialize(row))
            seen = version
        left = deadline - time.monotonic()
        if left <= 0 or call.is_over:
            raise HttpError(404, f"No message matched within {timeout:g} seconds.")
        await state.changes.wait(min(left, POLL), *call.over)


def _timeout(query: Mapping[str, str]) -> float:
    try:
        timeout = seconds(query.get("timeout") or str(DEFAULT_TIMEOUT))
    except ValueError as error:
        raise invalid(f"timeout {error}") from error
    if timeout > MAX_TIMEOUT:
        raise invalid(f"timeout must be at most {MAX_TIMEOUT:g} seconds")
    return timeout

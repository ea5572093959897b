"""What happens in a gateway, as server-sent events (WHATWG HTML, 9.2).

    event: messages   {"data": [message, …]}: new ones, and those whose status has changed
    event: changed    {}: phones, campaigns, USSD pulls, settings or anything else has changed
    event: requests   {}: a request has been logged
    event: reload     {}: too much has happened to tell, or something was deleted: ask again

Every event has an id. Who comes back with the last one it saw, in the header Last-Event-ID or as
`?after=`, gets what it missed, or `reload` if that is no longer known. Nothing runs while nobody
listens: the status of a message follows from the time, so what changed is found by looking.
"""

import asyncio
import json
import logging
import secrets
import sqlite3
import time
from collections import deque
from collections.abc import Awaitable, Callable, Iterator, MutableMapping, Sequence
from typing import Any, NamedTuple

from smsgw_cli.sandbox.control.access import HEADERS
from smsgw_cli.sandbox.control.states import State
from smsgw_cli.sandbox.page.views import (
    LARGEST_ID,
    MESSAGE_COLUMNS,
    MOST_CAMPAIGNS,
    MOST_USSD_PULLS,
    message,
)
from smsgw_cli.sandbox.statuses import CAMPAIGN_STATUS, MESSAGE_STATUS, USSD_STATUS
from smsgw_cli.sandbox.store import Row

INTERVAL = 0.1
"""Seconds between two looks at a gateway."""
HEARTBEAT = 15.0
"""Seconds after which a stream without events gets a comment, so that nobody takes it for dead."""
KEPT = 256
"""Events that are kept for those who come back."""
BATCH = 50
"""Messages of one event."""
MOST_AT_ONCE = 200
"""Changed messages that are told one by one; of more, only that there are many."""
FOLLOWED = 2_000
"""Messages whose status is followed, the newest ones."""
FINISHED = ("Delivered", "Failed", "Received")
"""Statuses that do not change with time alone."""

MEDIA_TYPE = "text/event-stream; charset=utf-8"

Message = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]

log = logging.getLogger(__name__)


class Event(NamedTuple):
    """An event; `number` counts them from 1."""

    number: int
    name: str
    data: Row


class Feed:
    """The events of one gateway's state; `look` finds new ones. `ended`: the state is no more."""

    def __init__(self, state: State) -> None:
        self._state = state
        self._series = secrets.token_hex(4)  # so that ids of an earlier process are not known
        self.ended = False
        self._events: deque[Event] = deque(maxlen=KEPT)
        self._count = 0
        self._looked = 0.0
        self._version = state.version()
        self._replacements = state.replacements
        self._requests = state.last_request()
        self._total, self._newest = self._extent(LARGEST_ID)
        self._statuses = self._read_statuses("1")
        self._others = self._other_statuses()

    def look(self) -> None:
        """Find what has changed since the last look, at most every INTERVAL."""
        now = time.monotonic()
        if now - self._looked < INTERVAL / 2:
            return  # another listener has just done it
        self._looked = now
        try:
            self._look()
        except sqlite3.ProgrammingError:
            self.ended = True  # the store was closed
        except sqlite3.Error:
            log.exception("cannot look at %s", self._state.store.path)

    def start(self, last_id: str) -> int:
        """The number of the event after which a client with `last_id` ('': a new one) continues."""
        series, _, number = last_id.partition("-")
        known = series == self._series and number.isdecimal() and len(number) < 18
        oldest = self._count - len(self._events)
        if not last_id or (known and oldest <= int(number) <= self._count):
            return int(number) if last_id else self._count
        self._add("reload", {})
        return self._count - 1

    def after(self, number: int) -> Iterator[Event]:
        """The events after the one with this number; `reload` for those that are not kept."""
        if self._events and self._events[0].number > number + 1:
            yield Event(self._count, "reload", {})
        else:
            yield from (event for event in self._events if event.number > number)

    def encode(self, event: Event) -> bytes:
        return (
            f"id: {self._series}-{event.number}\nevent: {event.name}\n"
            f"data: {json.dumps(event.data, separators=(',', ':'))}\n\n"
        ).encode()

    def hello(self, number: int) -> bytes:
        """What a stream begins with: when to come back, and the id to come back with."""
        return f"retry: 1000\nid: {self._series}-{number}\nevent: hello\ndata: {{}}\n\n".encode()

    def _is_replaced(self) -> bool:
        """Whether something was deleted, or everything is different."""
        before, self._replacements = self._replacements, self._state.replacements
        extent = self._extent(self._newest)
        return before != self._replacements or extent != (self._total, self._newest)

    def _reload(self) -> None:
        """Have all listeners ask again."""
        self._total, self._newest = self._extent(LARGEST_ID)
        self._statuses = self._read_statuses("1")
        self._add("reload", {})

    def _look(self) -> None:
        state = self._state
        state.catch_up()
        version = state.version()
        written, self._version = version != self._version, version
        if written and self._is_replaced():
            self._reload()
        else:
            self._add_messages(self._changed(written=written))
        others, self._others = self._others, self._other_statuses()
        if written or others != self._others:
            self._add("changed", {})
        logged = state.last_request()
        if logged != self._requests:
            self._requests = logged
            self._add("requests", {})

    def _changed(self, *, written: bool) -> list[int]:
        """Ids of messages that are new, or whose status has changed."""
        before = self._statuses
        if written:
            # All of the newest: one that failed may be tried again.
            self._statuses = current = self._read_statuses("1")
            self._total, self._newest = self._extent(LARGEST_ID)
        else:
            ids = [key for key, status in before.items() if status not in FINISHED]
            by_id = "id IN (SELECT value FROM json_each(:ids))"
            current = self._read_statuses(by_id, ids=json.dumps(ids)) if ids else {}
            self._statuses = before | current
        return sorted(key for key, status in current.items() if status != before.get(key))

    def _add_messages(self, ids: list[int]) -> None:
        if len(ids) > MOST_AT_ONCE:
            self._add("reload", {})
            return
        for start in range(0, len(ids), BATCH):
            now = self._state.now()
            rows = self._state.store.all(
                f"SELECT {MESSAGE_COLUMNS} FROM messages "  # noqa: S608
                "WHERE id IN (SELECT value FROM json_each(:ids)) ORDER BY id",
                {"ids": json.dumps(ids[start : start + BATCH]), "now": now},
            )
            self._add("messages", {"data": [message(row, now) for row in rows]})

    def _add(self, name: str, data: Row) -> None:
        self._count += 1
        self._events.append(Event(self._count, name, data))

    def _read_statuses(self, condition: str, **values: object) -> dict[int, str]:
        """Statuses by id of the newest messages under a condition."""
        rows = self._state.store.all(
            f"SELECT id, {MESSAGE_STATUS} AS status FROM messages WHERE {condition} "  # noqa: S608
            "ORDER BY id DESC LIMIT :limit",
            {"now": self._state.now(), "limit": FOLLOWED, **values},
        )
        return {row["id"]: row["status"] for row in rows}

    def _other_statuses(self) -> list[str]:
        """Statuses of the campaigns and USSD pulls that the page shows: they change with time."""
        return [
            row["status"]
            for table, status, most in (
                ("campaigns", CAMPAIGN_STATUS, MOST_CAMPAIGNS),
                ("ussd_pulls", USSD_STATUS, MOST_USSD_PULLS),
            )
            for row in self._state.store.all(
                f"SELECT {status} AS status FROM {table} ORDER BY id DESC LIMIT {most}",  # noqa: S608
                {"now": self._state.now()},
            )
        ]

    def _extent(self, newest: int) -> tuple[int, int]:
        """The number of messages up to an id, and the highest id of them."""
        sql = "SELECT COUNT(*) AS total, COALESCE(MAX(id), 0) AS newest FROM messages WHERE id <= ?"
        row = self._state.store.one(sql, (newest,))
        return row["total"], row["newest"]


class Feeds:
    """The feed of each state that somebody has listened to."""

    def __init__(self) -> None:
        self._feeds: dict[State, Feed] = {}

    def of(self, state: State) -> Feed:
        """The same for all listeners; feeds of states that are no more are forgotten."""
        self._feeds = {each: feed for each, feed in self._feeds.items() if not feed.ended}
        if state not in self._feeds:
            self._feeds[state] = Feed(state)
        return self._feeds[state]


async def stream(
    feed: Feed, last_id: str, receive: Receive, send: Send, ending: asyncio.Event
) -> None:
    """Send events until the listener is gone or the gateway ends."""
    headers = {**HEADERS, "Content-Type": MEDIA_TYPE}
    encoded = [(name.encode(), value.encode()) for name, value in headers.items()]
    await send({"type": "http.response.start", "status": 200, "headers": encoded})
    ends = [asyncio.ensure_future(_disconnected(receive)), asyncio.ensure_future(ending.wait())]
    try:
        await _send_events(feed, last_id, send, ends)
    finally:
        for each in ends:
            each.cancel()
    await send({"type": "http.response.body", "body": b""})


async def _send_events(
    feed: Feed, last_id: str, send: Send, ends: Sequence[asyncio.Future[Any]]
) -> None:
    feed.look()
    number = feed.start(last_id)
    content, sent = feed.hello(number), time.monotonic()
    while not feed.ended:
        for event in feed.after(number):
            content += feed.encode(event)
            number = event.number
        if not content and time.monotonic() - sent >= HEARTBEAT:
            content = b":\n\n"
        if content:
            await send({"type": "http.response.body", "body": content, "more_body": True})
            content, sent = b"", time.monotonic()
        done, _ = await asyncio.wait(ends, timeout=INTERVAL, return_when="FIRST_COMPLETED")
        if done:
            return
        feed.look()


async def _disconnected(receive: Receive) -> None:
    while (await receive())["type"] != "http.disconnect":
        pass

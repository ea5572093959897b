"""A server of one device that was just seen, whatever its names are."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import Any

from tests.scripted import Scripted, answer, scripted


def page(*records: dict[str, Any]) -> bytes:
    meta = {"current_page": 1, "last_page": 1, "total": len(records)}
    body = {"data": records, "links": {}, "meta": meta}
    return answer("200 OK", json.dumps(body).encode(), "Content-Type: application/json")


def device(name: str, sim: dict[str, Any] | None = None, **changes: Any) -> dict[str, Any]:
    """A device as the reference shows it, seen just now."""
    return {
        "id": 7,
        "name": name,
        "model": "Pixel",
        "enabled": True,
        "battery": 80,
        "is_charging": False,
        "updated_at": datetime.now(UTC).isoformat(),
        "sims": [{"id": 3, "active": True, "signal_strength": 4, "label": name, **(sim or {})}],
        **changes,
    }


@contextmanager
def serving(*devices: dict[str, Any]) -> Iterator[Scripted]:
    """A server whose only list has these devices."""
    with scripted(page(*devices)) as server:
        yield server

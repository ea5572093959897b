"""One page of a list with Laravel's `links` and `meta`, and the same window of page numbers."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field, replace
from typing import Any

from smsgw_cli.sandbox import page_faults
from smsgw_cli.sandbox.rules import as_integer
from smsgw_cli.sandbox.wire import Request, Response

ON_EACH_SIDE = 3
FEW_PAGES = 2 * ON_EACH_SIDE + 8
LAST_PAGE_NUMBER = 2**31


@dataclass(frozen=True)
class Listing:
    """A query to page through: SQL with named parameters. `:now` is always set."""

    table: str
    order: str
    per_page: int = 100
    columns: str = "*"
    where: tuple[str, ...] = ()
    values: dict[str, Any] = field(default_factory=dict)

    def filtered_by(self, where: Iterable[str], values: dict[str, Any]) -> "Listing":
        """The same query with more conditions."""
        return replace(self, where=(*self.where, *where), values={**self.values, **values})

    @property
    def condition(self) -> str:
        return f"WHERE {' AND '.join(self.where)}" if self.where else ""


def page(
    request: Request, listing: Listing, present: Callable[[dict[str, Any]], dict[str, Any]]
) -> Response:
    """The API's response with the page that `?page=` asks for (default: the first)."""
    number = page_number(request.query.get("page"))
    values = {**listing.values, "now": request.now}
    counted = f"SELECT COUNT(*) AS total FROM {listing.table} {listing.condition}"  # noqa: S608
    total = request.store.one(counted, values)["total"]
    order = page_faults.ordered(listing.order, number)
    # Sorting ids alone takes a quarter of the time, where an order needs more than an index.
    ids = (
        f"SELECT id FROM {listing.table} {listing.condition} "  # noqa: S608
        f"ORDER BY {order} LIMIT :per_page OFFSET :skipped"
    )
    wanted = (
        f"SELECT {listing.columns} FROM {listing.table} "  # noqa: S608
        f"WHERE id IN ({ids}) ORDER BY {order}"
    )
    part = {"per_page": listing.per_page, "skipped": (number - 1) * listing.per_page}
    rows = [present(row) for row in request.store.all(wanted, {**values, **part})]
    page_faults.shift(request.store, listing.table, ids, values)
    return Response(payload=envelope(rows, request.url, number, listing.per_page, total))


def page_number(asked: Any) -> int:
    """The requested page number; 1 if it is missing or no integer as PHP reads it."""
    return min(max(as_integer(asked) or 1, 1), LAST_PAGE_NUMBER)


def envelope(
    rows: list[dict[str, Any]], path: str, current: int, per_page: int, total: int
) -> dict[str, Any]:
    """`rows` as `data`, with `links` and `meta`; pages after the last one are empty."""
    last = max(-(-total // per_page), 1)
    previous = current - 1 if current > 1 else None
    following = current + 1 if current < last else None
    return {
        "data": rows,
        "links": {
            "first": _address(path, 1),
            "last": _address(path, last),
            "prev": _address(path, previous),
            "next": _address(path, following),
        },
        "meta": {
            "current_page": current,
            "from": (current - 1) * per_page + 1 if rows else None,
            "last_page": last,
            "links": [
                _link(path, previous, "« Previous"),
                *(
                    _link(path, number, str(number or "..."), current)
                    for number in page_window(current, last)
                ),
                _link(path, following, "Next »"),
            ],
            "path": path,
            "per_page": per_page,
            "to": (current - 1) * per_page + len(rows) if rows else None,
            "total": total,
        },
    }


def page_window(current: int, last: int) -> Iterable[int | None]:
    """The page numbers to show, None for "...", as in Illuminate\\Pagination\\UrlWindow."""
    if last < FEW_PAGES:
        return range(1, last + 1)
    near = ON_EACH_SIDE + 4
    if current <= near:
        return [*range(1, near + ON_EACH_SIDE + 1), None, last - 1, last]
    if current > last - near:
        return [1, 2, None, *range(last - near - ON_EACH_SIDE + 1, last + 1)]
    around = range(current - ON_EACH_SIDE, current + ON_EACH_SIDE + 1)
    return [1, 2, None, *around, None, last - 1, last]


def _link(path: str, number: int | None, label: str, current: int | None = None) -> dict[str, Any]:
    active = number is not None and number == current
    return {"url": _address(path, number), "label": label, "page": number, "active": active}


def _address(path: str, number: int | None) -> str | None:
    return None if number is None else f"{path}?page={number}"

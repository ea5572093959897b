"""Protocols of the reading part of `Client`, for code that must not import HTTP libraries."""

from typing import TYPE_CHECKING, Any, Protocol

if TYPE_CHECKING:
    from collections.abc import Generator

    from smsgw_cli.api.paging import Page
    from smsgw_cli.model import Record


class ListReader(Protocol):
    """Reads complete lists, as a generator of records. See `Client.pages`."""

    def pages(self, path: str, query: Any = None) -> Any: ...


class Reading(Protocol):
    """A list that is being read. See `ParallelReader`."""

    total: int
    per_page: int
    shifts: int

    @property
    def count(self) -> int: ...

    def batches(self) -> "Generator[list[Record], None, None]": ...


class PageReader(ListReader, Protocol):
    """Reads lists page by page. See `Client.page` and `Client.reading`."""

    def page(self, path: str, query: Any = None, number: int = 1) -> "Page": ...

    def reading(self, path: str, query: Any = None) -> Reading: ...


class Reader(ListReader, Protocol):
    """Reads lists, single records and counts. See `Client`."""

    def get(self, path: str, query: Any = None) -> "Record": ...

    def count(self, path: str, query: Any = None) -> int: ...

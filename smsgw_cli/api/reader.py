"""What code that reads needs of a client: as protocols, so that it needs no HTTP library."""

from typing import Any, Protocol

from smsgw_cli.api.paging import Page
from smsgw_cli.model import Record


class ListReader(Protocol):
    """Reads whole lists, as a generator of records. See `Client.pages`."""

    def pages(self, path: str, query: Any = None) -> Any: ...


class PageReader(ListReader, Protocol):
    """Reads lists page by page. See `Client.page`."""

    def page(self, path: str, query: Any = None, number: int = 1) -> Page: ...


class Reader(ListReader, Protocol):
    """Reads lists, single records, and how long lists are. See `Client`."""

    def get(self, path: str, query: Any = None) -> Record: ...

    def count(self, path: str, query: Any = None) -> int: ...

"""Reads a list whose pages come in the order in which they are requested."""

from collections.abc import Generator
from concurrent.futures import Future
from itertools import chain
from typing import Any

from smsgw_cli.api.paging import FetchPage, Page
from smsgw_cli.api.parallel_pages import ParallelReader


def reading(fetch: FetchPage) -> ParallelReader:
    def request(number: int) -> "Future[Page]":
        page: Future[Page] = Future()
        page.set_result(fetch(number))
        return page

    return ParallelReader(fetch, request, 1)


def records(fetch: FetchPage) -> Generator[dict[str, Any], None, None]:
    yield from chain.from_iterable(reading(fetch).batches())

"""Reads what is newer than a known record of a list, from as few pages as prove it."""

import os
from collections.abc import Generator, Sequence
from contextlib import closing
from itertools import pairwise

from smsgw_cli.api.paging import UNIQUE, Page
from smsgw_cli.api.reader import PageReader
from smsgw_cli.model import LARGEST_ID, Record


def uncached() -> dict[str, str]:
    """A query that makes an address new to every cache, also to one that ignores `no-cache` and
    hides the age of its copies, such as nginx with `proxy_ignore_headers`.

    Laravel ignores parameters that it does not know.
    """
    return {UNIQUE: os.urandom(8).hex()}


def newer(api: PageReader, path: str, floor: int | None) -> Generator[Record, None, None]:
    """At least all records of a list with ids above `floor`; some may come twice.

    Lists are sorted newest first (reference, every "List all …"), so reading stops after a page
    of older records: if each page so far is as long as it should be, and ids only decrease.
    Otherwise, and without a floor, the whole list is read. Raises as `Client.pages`.
    """
    query = uncached()
    number, lowest, total = 0, LARGEST_ID, -1
    while floor is not None:
        number += 1
        page = api.page(path, query, number)
        yield from page.records
        total = page.total if number == 1 else total
        if page.total != total or not _is_whole(page, number, lowest):
            break
        if number >= page.last or not page.records or page.records[0]["id"] <= floor:
            return
        lowest = page.records[-1]["id"]
    with closing(api.pages(path, query)) as records:
        yield from records


def _is_whole(page: Page, number: int, lowest: int) -> bool:
    """Whether a page has as many records as it should, with decreasing ids below `lowest`."""
    expected = min(page.per_page, page.total - (number - 1) * page.per_page)
    is_full = len(page.records) == expected
    return is_full and is_descending([{"id": lowest}, *page.records])


def is_descending(records: Sequence[Record]) -> bool:
    """Whether the newest comes first."""
    return all(before["id"] > after["id"] for before, after in pairwise(records))

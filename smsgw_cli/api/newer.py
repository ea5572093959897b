"""Reads what is newer than a known record of a list, from as few pages as prove it."""

import os
from collections.abc import Generator, Sequence
from contextlib import closing
from itertools import pairwise

from smsgw_cli.api.paging import UNIQUE
from smsgw_cli.api.reader import PageReader, Reading
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
    if floor is None or not (yield from _down_to(api.reading(path, query), floor)):
        with closing(api.pages(path, query)) as records:
            yield from records


def _down_to(reading: Reading, floor: int) -> Generator[Record, None, bool]:
    """The records until a page of older ones; returns whether that proves that it is enough."""
    lowest = LARGEST_ID
    with closing(reading.batches()) as batches:
        for batch in batches:
            yield from batch
            if not _is_whole(reading, batch, lowest):
                return False
            if not batch or batch[0]["id"] <= floor:
                break
            lowest = batch[-1]["id"]
    return True


def _is_whole(reading: Reading, batch: Sequence[Record], lowest: int) -> bool:
    """Whether a page of a list that did not change has as many records as it should, with
    decreasing ids below `lowest`."""
    expected = min(reading.per_page, reading.total - (reading.count - len(batch)))
    is_full = len(batch) == expected and not reading.shifts
    return is_full and is_descending([{"id": lowest}, *batch])


def is_descending(records: Sequence[Record]) -> bool:
    """Whether the newest comes first."""
    return all(before["id"] > after["id"] for before, after in pairwise(records))

"""A cache in front of the gateway that does not ask it again: the fault `cached`."""

from collections.abc import MutableMapping
from dataclasses import replace
from email.utils import formatdate

from smsgw_cli.sandbox.instants import SECOND
from smsgw_cli.sandbox.stack_pages import VIA
from smsgw_cli.sandbox.wire import Response

AGE = 3600
"""Seconds for which an answer has been in the cache when it is asked for first."""

MOST = 1_000
"""Answers that are kept."""

Kept = MutableMapping[str, tuple[Response, int]]


def cached(kept: Kept, url: str, fresh: Response, now: int) -> Response:
    """The answer that is kept for a URL, from now on `fresh`; as Varnish 7.1 sends a hit.

    Its Date is that of the original, its Age counts on with the gateway's clock (RFC 9111, 4.2.3).
    """
    if len(kept) < MOST:
        kept.setdefault(url, (fresh, now - AGE * SECOND))
    response, since = kept.get(url, (fresh, now - AGE * SECOND))
    headers = {
        "Date": formatdate(since // SECOND, usegmt=True),
        "X-Varnish": "32770 3",
        "Age": str(max(now - since, 0) // SECOND),
        "Via": VIA,
    }
    return replace(response, headers={**response.headers, **headers})

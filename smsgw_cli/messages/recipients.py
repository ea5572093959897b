"""Counts the recipients of a send."""

from collections.abc import Callable

from smsgw_cli.api.reader import Reader
from smsgw_cli.errors import NotFound
from smsgw_cli.model import Record


def max_recipients(api: Callable[[], Reader], body: Record) -> int:
    """The maximum number of recipients of a body; makes one request per contact list."""
    counts = (_contacts(api(), each) for each in body.get("contact_lists", ()))
    return len(body.get("mobile_numbers", ())) + sum(counts)


def _contacts(api: Reader, contact_list: int) -> int:
    """The number of contacts of a list; 0 for an unknown one: the server refuses the send."""
    try:
        return api.count(f"contact-lists/{contact_list}/contacts")
    except NotFound:
        return 0

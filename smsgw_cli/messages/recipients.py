"""Counts the recipients of a send."""

from collections.abc import Callable
from contextlib import closing
from dataclasses import dataclass

from smsgw_cli.api.reader import PageReader
from smsgw_cli.errors import NotFound
from smsgw_cli.model import Record, is_subscribed


@dataclass(frozen=True)
class ListReach:
    """The number of `contacts` of a list, and whether one of them is subscribed."""

    id: int
    contacts: int
    is_reached: bool


def list_reaches(api: Callable[[], PageReader], body: Record) -> list[ListReach]:
    """The contact lists of a body; one request each if a contact of its first page is subscribed.

    An unknown list counts as reached: the server refuses the send. Raises what listing raises.
    """
    return [_reach(api(), each) for each in dict.fromkeys(body.get("contact_lists", ()))]


def _reach(api: PageReader, contact_list: int) -> ListReach:
    path = f"contact-lists/{contact_list}/contacts"
    try:
        page = api.page(path)
    except NotFound:
        return ListReach(contact_list, 0, True)
    is_reached = any(map(is_subscribed, page.records))
    if not is_reached and page.last > 1:
        with closing(api.pages(path)) as contacts:
            is_reached = any(map(is_subscribed, contacts))
    return ListReach(contact_list, page.total, is_reached)

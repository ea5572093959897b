"""What a send reaches, and through what: contacts of its lists, SIMs that send."""

from collections.abc import Callable, Iterator, Sequence
from contextlib import closing
from typing import NamedTuple

from smsgw_cli.api.reader import ListReader, PageReader
from smsgw_cli.campaigns import no_messages
from smsgw_cli.campaigns.senders import CampaignSenders
from smsgw_cli.errors import NotFound, SmsgwError
from smsgw_cli.model import Record, is_off, is_subscribed, sims_of


def sim_warnings(api: Callable[[], ListReader], sims: Sequence[int]) -> Iterator[str]:
    """A line for each of these SIMs that does not send; none if devices cannot be read."""
    try:
        yield from _of_sims(api(), sims)
    except SmsgwError:
        return


def has_sender(api: Callable[[], ListReader]) -> bool:
    """Whether a device or a sending server can send; assumed if they cannot be read."""
    try:
        return no_messages.has_sender(api(), CampaignSenders())
    except SmsgwError:
        return True


def _of_sims(api: ListReader, sims: Sequence[int]) -> Iterator[str]:
    with closing(api.pages("devices")) as devices:
        found = {sim["id"]: (sim, each) for each in devices for sim in sims_of(each)}
    for identity in sims:
        if identity not in found:
            yield f"no device has SIM {identity}"
            continue
        sim, device = found[identity]
        if is_off(sim.get("active")):
            yield f"{_named('SIM', sim)} is not active"
        elif is_off(device.get("enabled")):
            yield (
                f"{_named('SIM', sim)} is in {_named('device', device)}, which is disabled: "
                "nobody is logged in to its app"
            )


def _named(noun: str, record: Record) -> str:
    name = record.get("label") or record.get("name") or record.get("model")
    return f"{noun} {record['id']}" + (f" ({name})" if name else "")


class ListReach(NamedTuple):
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

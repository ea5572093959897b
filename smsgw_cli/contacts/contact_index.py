"""An index of the contacts of a list, number → id, and its reading in another thread."""

from collections.abc import Callable, Collection, Iterable
from concurrent.futures import CancelledError, Future
from contextlib import closing
from dataclasses import dataclass, field
from functools import cached_property
from importlib import import_module
from threading import Event, Thread
from types import ModuleType
from typing import TYPE_CHECKING, Protocol

from smsgw_cli.api.newer import newer as read_newer
from smsgw_cli.api.page_pool import SHUTDOWN_TIMEOUT
from smsgw_cli.api.reader import ListReader, PageReader
from smsgw_cli.model import MOBILE_NUMBER, Record
from smsgw_cli.sms.number_map import NumberMap, as_text, number_of
from smsgw_cli.sms.same_phone import phone_of, usual

if TYPE_CHECKING:
    from smsgw_cli.contacts.plan import Plan


@dataclass
class ContactIndex:
    """Phone → id of the contacts of a list, and the highest of the ids."""

    numbers: NumberMap = field(default_factory=NumberMap)
    highest: int = 0

    def id_of(self, number: int) -> int | None:
        """The id of the contact with this number (E.164 without its +), in any spelling."""
        return self.numbers.get(usual(number))


def existing(
    api: ListReader, contact_list: int, plan: "Callable[[], Plan]", is_stopped: Callable[[], bool]
) -> ContactIndex:
    """Read the contacts of a list, until `is_stopped`. Raises what listing raises, NotFound for
    an unknown list.

    A contact's number without a country is read as the countries of the plan's numbers would.
    """
    found, phones = ContactIndex(), ContactPhones(plan)
    with closing(api.pages(f"contact-lists/{contact_list}/contacts")) as contacts:
        for contact in contacts:
            if is_stopped():
                break
            found.highest = max(found.highest, contact["id"])
            for phone in phones(contact):
                found.numbers.setdefault(phone, contact["id"])
    return found


def newer(
    api: PageReader, contact_list: int, than: int, wanted: Callable[[int], bool]
) -> dict[int, int]:
    """Number → id of contacts with ids above `than` and a `wanted` number.

    Raises what listing raises.
    """
    found: dict[int, int] = {}
    with closing(read_newer(api, f"contact-lists/{contact_list}/contacts", than)) as contacts:
        for contact in contacts:
            number = number_of(contact)
            if contact["id"] > than and wanted(number):
                found[number] = contact["id"]
    return found


class ContactPhones:
    """The phones of contacts, by key, as seen by the numbers of a plan, which is requested with
    the first number that lacks its country."""

    def __init__(self, plan: "Callable[[], Plan]") -> None:
        self._plan = plan

    def __call__(self, contact: Record) -> Iterable[int]:
        """The keys of the phones; none if the contact has no number."""
        number = number_of(contact)
        if number:
            return (usual(number),)
        text = str(contact.get(MOBILE_NUMBER) or "")
        return filter(None, map(phone_of, _reader().readings(text, self._regions)))

    @cached_property
    def _regions(self) -> Collection[str]:
        """The default country, if there is one, and those of the plan's numbers."""
        plan = self._plan()
        region = plan.mapping.region
        starts = {as_text(number)[:4] for number in plan.numbers if number > 0}
        return dict.fromkeys([*filter(None, [region]), *sorted(_reader().regions_of(starts))])


def _reader() -> ModuleType:
    """What reads numbers, loaded for the first contact whose number lacks its country."""
    return import_module("smsgw_cli.sms.numbers")


class ListClient(ListReader, Protocol):
    """A client for one thread."""

    def close(self) -> None: ...


class IndexReading:
    """The reading of a list, begun at once; `api` is closed at its end.

    The thread is a daemon: a hanging server must not keep the program from ending.
    """

    def __init__(self, api: ListClient, contact_list: int) -> None:
        self._api = api
        self._contact_list = contact_list
        self._plan: Future[Plan] = Future()
        self._index: Future[ContactIndex] = Future()
        self._is_stopped = Event()
        self._thread = Thread(target=self._read, name="contact index", daemon=True)
        self._thread.start()

    def index(self, plan: "Plan") -> ContactIndex:
        """Wait for the index, as seen by a plan. Raises as `contact_index.existing` does."""
        self._plan.set_result(plan)
        return self._index.result()

    def close(self) -> None:
        """Stop reading, without waiting longer than SHUTDOWN_TIMEOUT for a server."""
        self._is_stopped.set()
        self._plan.cancel()
        self._thread.join(SHUTDOWN_TIMEOUT)

    def _read(self) -> None:
        try:
            plan = self._plan.result
            stopped = self._is_stopped.is_set
            self._index.set_result(existing(self._api, self._contact_list, plan, stopped))
        except CancelledError:
            pass  # closed without a plan
        except BaseException as error:
            self._index.set_exception(error)
        finally:
            self._api.close()

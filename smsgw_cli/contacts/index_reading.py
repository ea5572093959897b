"""Reads who is on a list in another thread, while the rows of a file are checked."""

from concurrent.futures import CancelledError, Future
from threading import Event, Thread
from typing import Protocol

from smsgw_cli.api.page_pool import SHUTDOWN_TIMEOUT
from smsgw_cli.api.reader import ListReader
from smsgw_cli.contacts.contact_index import ContactIndex, existing
from smsgw_cli.contacts.plan import Plan


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

    def index(self, plan: Plan) -> ContactIndex:
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

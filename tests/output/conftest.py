"""What there is to print: messages with any text, contacts in any number."""

from collections.abc import Callable
from contextlib import closing

import pytest

from smsgw_cli.sandbox.server import Gateway
from smsgw_cli.sandbox.store import Store, receive

Inbox = Callable[..., None]
Contacts = Callable[[int], None]


@pytest.fixture(autouse=True)
def _plain_surroundings(monkeypatch: pytest.MonkeyPatch) -> None:
    """No wishes about colours from whoever runs the tests."""
    for name in ("NO_COLOR", "FORCE_COLOR", "TTY_COMPATIBLE", "COLUMNS"):
        monkeypatch.delenv(name, raising=False)


@pytest.fixture
def inbox(server: Gateway) -> Inbox:
    """Lets messages arrive, a text each."""

    def arrive(*texts: str) -> None:
        for text in texts:
            receive(server.settings.db, sender="+12025550123", sim=1, text=text)

    return arrive


@pytest.fixture
def contacts(server: Gateway) -> Contacts:
    """Makes a contact list with the id 1, and so many contacts on it."""

    def make(count: int) -> None:
        moments = {"created_at": 0, "updated_at": 0}
        with closing(Store(server.settings.db)) as store, store.writing():
            store.insert("contact_lists", {"name": "Customers", "created_at": 0})
            for number in range(count):
                phone = f"+1202555{number:04}"
                row = {"contact_list_id": 1, "mobile_number": phone, "subscribed": 1}
                store.insert("contacts", {**row, "custom": "{}", **moments})

    return make

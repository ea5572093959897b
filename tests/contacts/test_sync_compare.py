"""A file against a list that no sandbox would hold: values as other servers write them."""

from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from smsgw_cli.contacts.job_spec import SyncSpec
from smsgw_cli.contacts.plan import plan
from smsgw_cli.contacts.sync.compare import compare, same
from smsgw_cli.contacts.sync.delete_limit import limit
from smsgw_cli.errors import Usage
from smsgw_cli.model import ContactField, Record
from smsgw_cli.tables import reader

NAME: ContactField = {"tag": "name", "label": "Name", "type": "text"}


class List:
    """A list of contacts that a server might tell."""

    def __init__(self, *contacts: Record) -> None:
        self._contacts = contacts

    def pages(self, path: str, query: Any = None) -> Iterator[Record]:
        yield from self._contacts


def contact(identity: int, number: str, name: str | None, **others: Any) -> Record:
    return {"id": identity, "mobile_number": number, "name": name, "subscribed": True, **others}


def changes(home: Path, text: str, there: List, **wanted: Any) -> list[list[Any]]:
    """Action, id and what will be of each contact that a file with this text changes."""
    file = home / "people.csv"
    file.write_text(text)
    wish = SyncSpec(1, str(file), **wanted)
    with closing(compare(there, plan(reader.table(str(file)), [NAME], wish), wish)) as found:
        return [[each["action"], each["id"], each["after"]] for each in found.rows()]


def test_two_contacts_with_one_number_are_both_made_what_the_file_says(home: Path) -> None:
    there = List(contact(9, "+12025550123", "Anna"), contact(1, "+12025550123", "Ann"))
    text = "phone,name\n+12025550123,Ann\n"
    assert changes(home, text, there) == [["update", 9, "Ann"]]
    assert changes(home, text.replace("Ann", "Annie"), there) == [
        ["update", 1, "Annie"], ["update", 9, "Annie"]
    ] or changes(home, text.replace("Ann", "Annie"), there) == [
        ["update", 9, "Annie"], ["update", 1, "Annie"]
    ]  # fmt: skip
    both = List(contact(9, "+12025550123", "Ann"), contact(1, "+12025550123", "Ann"))
    assert changes(home, text, both) == []


def test_a_number_that_is_none_is_missing_from_every_file(home: Path) -> None:
    there = List(contact(1, "555-1234", "Ann"), contact(2, "\ud800", None, subscribed=False))
    assert changes(home, "phone,name\n", there) == [["unsubscribe", 1, False]]
    assert changes(home, "phone,name\n", there, delete=True) == [
        ["delete", 1, None], ["delete", 2, None]
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("kind", "there", "wanted"),
    [
        ("text", "Ann", "Ann"),
        ("text", "Ann", " Ann\u200b "),
        ("text", None, None),
        ("text", "", None),
        ("text", 5, "5"),
        ("number", "1.50", 1.5),
        ("number", 1, 1.0),
        ("number", "7", 7),
        ("number", 1.2345678901234567e19, 12345678901234567890),
        ("checkbox", None, False),
        ("checkbox", 1, True),
        ("checkbox", "0", False),
        ("multiselect", ["b", "a"], ["a", "b"]),
        ("multiselect", None, []),
        ("multiselect", "a", ["a"]),
        ("dropdown", "a", "a"),
        ("date", "2031-01-31T00:00:00.000000Z", "2031-01-31"),
        ("datetime-local", "2031-01-31 17:30:00", "2031-01-31T17:30"),
        ("time", "17:30:00", "17:30"),
    ],
)
def test_a_value_is_the_same_however_a_server_writes_it(kind: str, there: Any, wanted: Any) -> None:
    assert same({"type": kind}, there, wanted)


@pytest.mark.parametrize(
    ("kind", "there", "wanted"),
    [
        ("text", "ann", "Ann"),
        ("text", "Ann", None),
        ("text", None, "Ann"),
        ("number", None, 0),
        ("number", "five", 5),
        ("number", True, 1),
        ("number", 9007199254740993, 9007199254740992),
        ("checkbox", "perhaps", False),
        ("checkbox", False, True),
        ("multiselect", ["a"], ["a", "b"]),
        ("multiselect", ["a"], []),
        ("date", "soon", "2031-01-31"),
        ("date", None, "2031-01-31"),
        ("time", "17:30:01", "17:30"),
    ],
)
def test_another_value_is_a_change(kind: str, there: Any, wanted: Any) -> None:
    assert not same({"type": kind}, there, wanted)


def test_nothing_is_as_good_as_the_default_that_a_server_puts_in_its_place() -> None:
    assert same({"type": "number", "default_value": "5"}, 5, None)
    assert not same({"type": "number", "default_value": "5"}, 6, None)
    assert not same({"type": "multiselect", "default_value": ["a"]}, ["a"], [])


@pytest.mark.parametrize(
    ("most", "removed", "contacts"),
    [("10%", 1, 10), ("33.4%", 1, 3), ("100%", 3, 3), ("0%", 0, 3), ("1", 1, 3), ("10%", 0, 0)],
)
def test_so_many_contacts_may_be_removed_and_not_one_more(
    most: str, removed: int, contacts: int
) -> None:
    assert limit(most).allows(removed, contacts)
    assert removed == contacts or not limit(most).allows(removed + 1, contacts)


@pytest.mark.parametrize("most", ["", "ten", "-1", "101%", "100.1%", "1.5", "10%%", "1e3"])
def test_a_limit_that_is_none_is_refused(most: str) -> None:
    with pytest.raises(Usage, match="--max-delete takes"):
        limit(most)

"""A list is shown, and decides, only as far as it is proven whole: over a proxy that lies."""

from pathlib import Path

import pytest

from smsgw_cli.sandbox.server import Gateway
from tests.conftest import Run
from tests.lying import Exchange, Twist, lying

NUMBERS = [f"+1202555{number:04d}" for number in range(250)]
CONTACTS = "/contacts"


@pytest.fixture
def people(server: Gateway, run: Run, home: Path) -> Gateway:
    """A list of 250 contacts, on three pages, and the file they are from."""
    run("contact-lists create People")
    (home / "people.csv").write_text("phone\n" + "".join(f"{each}\n" for each in NUMBERS))
    run("contacts import People people.csv")
    return server


def empty_page(number: str, times: int) -> Twist:
    left = iter(range(times))

    def twist(exchange: Exchange) -> None:
        is_asked = exchange.is_of("GET", CONTACTS) and exchange.query.get("page", "1") == number
        if is_asked and next(left, None) is not None:
            exchange.json = {**exchange.json, "data": []}

    return twist


def cached(exchange: Exchange) -> None:
    if exchange.method == "GET":
        exchange.headers["Age"] = "120"


@pytest.mark.parametrize("number", "123")
@pytest.mark.parametrize("line", ["contacts list 1 -q", "contacts export 1 -q"])
def test_a_page_that_was_empty_once_is_read_again(
    run: Run, people: Gateway, monkeypatch: pytest.MonkeyPatch, line: str, number: str
) -> None:
    with lying(people.url, empty_page(number, 1)) as proxy:
        monkeypatch.setenv("SMSGW_SERVER", proxy.url)
        told = run(line).stdout
    rows = told.splitlines()
    assert len(set(rows)) == len(rows) == 250 + ("export" in line)


@pytest.mark.parametrize(
    ("line", "code"),
    [
        ("contacts list 1 -q", 7),
        ("contacts list 1 -o json", 7),
        ("api GET contact-lists/1/contacts --paginate -o ndjson", 7),
        ("contacts export 1", 7),
        ("contacts import 1 people.csv", 6),
        ("contacts sync 1 people.csv --yes", 6),
        ("messages preview --list 1 -m Hi --exclude +12025550001", 6),
        ("messages send --list 1 -m Hi --exclude +12025550001 --yes", 6),
    ],
)
def test_a_list_that_stays_short_is_told_and_decides_nothing(
    run: Run, people: Gateway, monkeypatch: pytest.MonkeyPatch, line: str, code: int
) -> None:
    with lying(people.url, empty_page("2", 99)) as proxy:
        monkeypatch.setenv("SMSGW_SERVER", proxy.url)
        told = run(line, code=code)
    assert "100 of 250 records are missing" in told.stderr
    assert all(each.startswith("GET") for each in proxy.asked)


def test_a_query_that_a_proxy_drops_is_told(
    run: Run, people: Gateway, monkeypatch: pytest.MonkeyPatch
) -> None:
    with lying(people.url, lambda _: None, ask=lambda path: path.partition("?")[0]) as proxy:
        monkeypatch.setenv("SMSGW_SERVER", proxy.url)
        told = run("contacts list 1 -q", code=7)
        assert len(told.stdout.splitlines()) == 100
        assert "page 2 was requested, and page 1 was returned" in told.stderr
        told = run("contacts import 1 people.csv", code=6)
    assert all(each.startswith("GET") for each in proxy.asked)


@pytest.mark.parametrize("line", ["messages list --status Failed -o json", "campaigns retry 1"])
def test_a_filter_that_did_not_filter_is_told(
    run: Run, server: Gateway, monkeypatch: pytest.MonkeyPatch, line: str
) -> None:
    run("messages send --to +12025550123 -m Hi")
    with lying(server.url, lambda _: None, ask=lambda path: path.partition("?")[0]) as proxy:
        monkeypatch.setenv("SMSGW_SERVER", proxy.url)
        told = run(line, code=6)
    assert "the filter 'statuses' was not applied" in told.stderr
    assert len(server.store.rows("campaigns")) == 1


def test_a_cached_list_decides_nothing(
    run: Run, people: Gateway, monkeypatch: pytest.MonkeyPatch
) -> None:
    with lying(people.url, cached) as proxy:
        monkeypatch.setenv("SMSGW_SERVER", proxy.url)
        told = run("contacts import 1 people.csv", code=6)
    assert "a copy that is 120 s old" in told.stderr


def test_a_list_that_is_older_than_what_came_before_it_is_a_cached_one(
    run: Run, people: Gateway, monkeypatch: pytest.MonkeyPatch
) -> None:
    dates = {"fields": "Fri, 01 Mar 2030 12:00:06 GMT", "contacts": "Fri, 01 Mar 2030 12:00:00 GMT"}

    def dated(exchange: Exchange) -> None:
        exchange.date = dates.get(exchange.path.rpartition("/")[2], dates["fields"])

    with lying(people.url, dated) as proxy:
        monkeypatch.setenv("SMSGW_SERVER", proxy.url)
        told = run("contacts import People people.csv", code=6)
        assert "a copy that is at least 6 s old" in told.stderr
        dates["contacts"] = "Fri, 01 Mar 2030 12:00:01 GMT"
        run("contacts import People people.csv")


def test_rows_in_any_order_are_all_found(
    run: Run, people: Gateway, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Laravel's `latest()` leaves open which row of a second is first: some are on two pages."""
    turns = iter(range(1000))

    def shuffled(exchange: Exchange) -> None:
        if exchange.is_of("GET", CONTACTS) and next(turns) < 3:
            body = exchange.json
            body["data"] = [{**each, "id": (each["id"] % 200) + 1} for each in body["data"]]
            exchange.json = body

    with lying(people.url, shuffled) as proxy:
        monkeypatch.setenv("SMSGW_SERVER", proxy.url)
        told = run("contacts list 1 -q").stdout
    assert len(set(told.splitlines())) == 250


def test_an_id_that_is_text_is_told_as_such(
    run: Run, people: Gateway, monkeypatch: pytest.MonkeyPatch
) -> None:
    def texts(exchange: Exchange) -> None:
        if exchange.is_of("GET", CONTACTS):
            body = exchange.json
            body["data"] = [{**each, "id": str(each["id"])} for each in body["data"]]
            exchange.json = body

    with lying(people.url, texts) as proxy:
        monkeypatch.setenv("SMSGW_SERVER", proxy.url)
        assert "has an id that is text: '" in run("contacts list 1", code=1).stderr


def test_records_that_no_page_shows_are_asked_for_by_id(
    run: Run, server: Gateway, monkeypatch: pytest.MonkeyPatch
) -> None:
    for number in range(8):
        run(f"contact-lists create List{number}")
    run("contact-lists delete 4 --yes")

    def hide(exchange: Exchange) -> None:
        if exchange.is_of("GET", "/contact-lists"):
            body = exchange.json
            body["data"] = [each for each in body["data"] if each["id"] not in hidden]
            exchange.json = body

    with lying(server.url, hide) as proxy:
        monkeypatch.setenv("SMSGW_SERVER", proxy.url)
        hidden = {3, 5}
        assert set(run("contact-lists list -q").stdout.split()) == set("1235678")
        assert run("contacts list List2 -q").stdout == ""
        hidden = {8}
        assert "1 of 7 records are missing" in run("contact-lists list -q", code=7).stderr


def test_a_lost_send_that_a_list_does_not_prove_absent_stays_unknown(
    run: Run, server: Gateway, monkeypatch: pytest.MonkeyPatch
) -> None:
    server.faults.add("drop-before POST /messages/send times=1")
    with lying(server.url, cached) as proxy:
        monkeypatch.setenv("SMSGW_SERVER", proxy.url)
        told = run("messages send --to +12025550123 -m Hi --once k --settle 0", code=8)
        assert "a copy that is 120 s old" in told.stderr
        assert sum(each.startswith("POST") for each in proxy.asked) == 1
    assert not server.store.rows("campaigns")

"""What a list and a thing look like in each format."""

import csv
import io
import json

import pytest

from smsgw_cli.sandbox.server import Gateway
from tests.conftest import Run
from tests.output.conftest import Contacts, Inbox
from tests.output.printing import printed, printed_one

NAMES = ["id", "from", "to", "content", "type", "attachments", "status", "response", "messenger"]
TIMES = ["sent_at", "delivered_at"]


def test_off_a_terminal_a_list_is_bare_tab_separated_values(run: Run, server: Gateway) -> None:
    lines = run("devices list").stdout.splitlines()
    assert [line.split("\t")[0] for line in lines] == ["2", "1"]


@pytest.mark.parametrize(
    ("format", "expected"),
    [
        ("json", "[]\n"),
        ("ndjson", ""),
        ("csv", ",".join(NAMES + TIMES) + "\n"),
        ("tsv", "\t".join(NAMES + TIMES) + "\n"),
    ],
)
def test_an_empty_list_is_still_data(run: Run, server: Gateway, format: str, expected: str) -> None:
    assert run(f"messages list -o {format}").stdout == expected


def test_an_empty_list_is_nothing_in_bare_values_and_ids(run: Run, server: Gateway) -> None:
    assert run("messages list").stdout == run("messages list -q").stdout == ""


def test_json_is_what_the_server_said(run: Run, inbox: Inbox, server: Gateway) -> None:
    inbox("Hello")
    (message,) = run("messages list -o json").json
    assert run(f"messages get {message['id']} -o json").json == message
    assert list(message) == NAMES + TIMES


def test_csv_has_every_field_and_nested_ones_as_json(run: Run, inbox: Inbox) -> None:
    inbox('say "hi",\nthen go')
    (row,) = csv.DictReader(io.StringIO(run("messages list -o csv").stdout, newline=""))
    assert row["content"] == 'say "hi",\nthen go'
    assert json.loads(row["attachments"]) == []


def test_csv_tells_null_from_empty_text() -> None:
    rows = [{"a": None, "b": "", "c": 0, "d": "0", "e": False}]
    assert printed(rows, "csv") == 'a,b,c,d,e\n,"",0,0,false\n'


def test_a_lone_null_is_a_row_of_csv_too() -> None:
    assert printed([{"a": None}, {"a": 1}], "csv") == 'a\n""\n1\n'


def test_csv_for_spreadsheets_starts_with_a_mark_and_runs_no_formula(
    run: Run, inbox: Inbox
) -> None:
    inbox("=cmd|' /C calc'!A0", "@SUM(1)", "\tx", "-1", "fine")
    shown = run("messages list --excel -c id,from,content").stdout
    assert shown.startswith("\ufeffid,from,content\n")
    rows = list(csv.reader(io.StringIO(shown, newline="")))[1:]
    texts = {row[2] for row in rows}
    assert texts == {"'=cmd|' /C calc'!A0", "'@SUM(1)", "'\tx", "'-1", "fine"}
    assert {row[1] for row in rows} == {"'+12025550123"}


def test_numbers_stay_numbers_in_csv_for_spreadsheets() -> None:
    assert printed([{"n": -5}, {"n": -0.5}], "excel") == "\ufeffn\n-5\n-0.5\n"


def test_csv_for_spreadsheets_is_csv(run: Run, server: Gateway) -> None:
    failed = run("devices list -o json --excel", code=2)
    assert failed.error["hint"] == "-o excel"


def test_columns_reach_into_nested_values(run: Run, server: Gateway) -> None:
    shown = run("devices list -c id,sims.0.carrier -o tsv").stdout.splitlines()
    assert shown[0] == "id\tsims.0.carrier"
    carriers = [device["sims"][0]["carrier"] for device in run("devices list -o json").json]
    assert [line.split("\t")[1] for line in shown[1:]] == carriers


@pytest.mark.parametrize("format", ["table", "csv", "tsv"])
def test_a_column_that_is_not_there_is_refused_with_those_that_are(
    run: Run, server: Gateway, format: str
) -> None:
    failed = run(f"devices list -c id,modle -o {format}", code=2)
    assert "'modle'" in failed.stderr
    assert "model" in failed.stderr
    assert failed.stdout == ""


def test_a_column_of_one_thing_that_is_not_there_is_told(run: Run, server: Gateway) -> None:
    shown = run("devices get 1 -c id,modle -o table")
    assert "unknown column 'modle'; columns: id, name, model" in shown.stderr
    assert run("devices get 1 -c model -o tsv").stdout.startswith("model\n")


def test_what_was_done_is_not_called_undone_for_the_sake_of_a_column(
    run: Run, server: Gateway
) -> None:
    done = run("devices update 1 --name Desk -c id,name -o csv")
    assert done.stdout == "id,name\n1,\n"
    assert "unknown column 'name'" in done.stderr
    assert run("devices delete 1 2 --yes -c id -o csv").stdout == "id\n1\n2\n"


def test_of_an_empty_list_no_column_is_refused(run: Run, server: Gateway) -> None:
    assert run("messages list -c id,whatever -o csv").stdout == "id,whatever\n"


def test_a_query_reshapes_a_list(run: Run, server: Gateway) -> None:
    assert run("devices list --query '[].id'").json == [2, 1]
    assert run("devices list --query 'length(@)'").json == 2
    assert run("devices list --query '[?id==`9`]'").json == []
    assert run("devices list --query '[].id' -o ndjson").stdout == "2\n1\n"
    assert run("devices list --query '[].{number: id}' -o csv").stdout == "number\n2\n1\n"


@pytest.mark.parametrize(
    ("query", "format", "shown"),
    [
        ("[].id", "csv", "value\n2\n1\n"),
        ("[].id", "tsv", "value\n2\n1\n"),
        ("[].id", "excel", "\ufeffvalue\n2\n1\n"),
        ("[].[id, enabled]", "csv", "1,2\n2,true\n1,true\n"),
        ("[].[id, enabled]", "ndjson", "[2,true]\n[1,true]\n"),
        ("[?id==`1`].{number: id}", "tsv", "number\n1\n"),
        ("[?id==`9`].id", "csv", ""),
        ("length(@)", "csv", "2\n"),
    ],
)
def test_a_query_is_shown_in_every_format(
    run: Run, server: Gateway, query: str, format: str, shown: str
) -> None:
    assert run(f"devices list -o {format} --query", query).stdout.replace(", ", ",") == shown


def test_a_query_of_lists_is_a_table(run: Run, server: Gateway) -> None:
    lines = run("devices list -o table --query", "[].[id, model]").stdout.splitlines()
    assert lines[0].split() == ["1", "2"]
    assert len(lines) == 4


def test_a_query_reshapes_one_thing(run: Run, server: Gateway) -> None:
    model = run("devices get 1 -o json").json["model"]
    assert run("devices get 1 --query model").json == model
    assert run("devices get 1 --query '{m: model}' -o tsv").stdout == f"m\n{model}\n"


def test_a_query_that_is_none_is_refused(run: Run, server: Gateway) -> None:
    assert "--query" in run("devices list --query", "[", code=2).stderr
    assert server.requests == []


def test_quiet_prints_ids_alone(run: Run, contacts: Contacts) -> None:
    contacts(150)
    shown = run("contacts list 1 -q")
    assert sorted(map(int, shown.stdout.split())) == list(range(1, 151))
    assert shown.stderr == ""


@pytest.mark.parametrize("limit", [0, 1, 99, 100, 101, 250, 1000])
def test_a_limit_stops_a_list(run: Run, contacts: Contacts, limit: int) -> None:
    contacts(250)
    assert len(run(f"contacts list 1 -o json --limit {limit}").json) == min(limit, 250)


def test_a_limit_within_a_page_asks_for_one_page(
    run: Run, contacts: Contacts, server: Gateway
) -> None:
    contacts(250)
    run("contacts list 1 -q --limit 100")
    assert len(server.requests) == 1


def test_an_unknown_format_is_refused_with_those_there_are(run: Run, server: Gateway) -> None:
    assert "table, json, ndjson, csv, tsv" in run("devices list -o xml", code=2).stderr


def test_one_thing_is_a_line_of_bare_values_and_a_row_of_csv() -> None:
    assert printed_one({"a": 1, "b": None}, "csv") == "a,b\n1,\n"
    assert printed_one({"a": 1, "b": None}, "tsv") == "a\tb\n1\t\n"

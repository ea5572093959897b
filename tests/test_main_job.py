"""The job people buy a gateway for: a customer list imported, written to, and looked at."""

import csv
import io
import random
import sqlite3
from pathlib import Path

import pytest

from tests.conftest import Run

COLUMNS = "first_name,last_name,company_name,address,city,county,state,zip,phone1,phone2,email,web"


@pytest.fixture
def customers(home: Path) -> Path:
    """500 customers in a file as people have them: twelve columns, numbers as Americans write."""
    dice = random.Random(1)
    numbers = dice.sample(range(2_000_000, 9_000_000), 1_000)
    path = home / "customers.csv"
    with path.open("w", newline="") as file:
        file.write(COLUMNS + "\n")
        writer = csv.writer(file, lineterminator="\n")
        for each in range(500):
            phones = [
                f"212-{n // 10_000}-{n % 10_000:04}" for n in numbers[each * 2 : each * 2 + 2]
            ]
            writer.writerow(
                ["Zoë", f"O'Hara {each}", "Benton, John B Jr", "6649 N Blue Gum St", "New Orleans",
                 "Orleans", "LA", "07116", *phones, f"c{each}@example.com", "http://example.com"]
            )  # fmt: skip
    return path


@pytest.fixture(autouse=True)
def fast(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SMSGW_SANDBOX_SPEED", "100000")


def sandbox_rows(home: Path, table: str) -> int:
    with sqlite3.connect(home / ".local" / "state" / "smsgw" / "sandbox.db") as db:
        return int(db.execute(f"SELECT count(*) FROM {table}").fetchone()[0])


def test_a_message_goes_out_through_the_embedded_gateway_and_arrives(run: Run) -> None:
    sent = run("-p sandbox messages send --to +12025550123 -m Hello --delivery-report --watch")
    assert "nothing is really sent" in sent.stderr
    assert "campaign 1: 1 of 1, 1 delivered" in sent.stderr
    message = run("-p sandbox messages list -o json").json[0]
    assert (message["to"], message["content"]) == ("+12025550123", "Hello")
    assert message["status"] == "Delivered"


def test_a_customer_list_is_imported_written_to_and_looked_at(
    run: Run, customers: Path, home: Path
) -> None:
    run("-p sandbox contact-lists create Customers")
    imported = run(
        f"-p sandbox contacts import Customers {customers} --map phone1=mobile_number "
        "--create-fields --region US -o json"
    )
    assert imported.json["created"] == 500
    assert imported.json["fields_created"] == 11
    assert sandbox_rows(home, "contacts") == 500

    run("sandbox set fail_rate=3%")
    sent = run(
        "-p sandbox messages send --list Customers -m 'We are open on Sunday from 9 to 5' --yes "
        "--name Sunday --delivery-report --watch -o json"
    )
    campaign = sent.json["id"]
    statuses = [
        message["status"]
        for message in run(f"-p sandbox messages list --campaign {campaign} -o json").json
    ]
    assert len(statuses) == 500
    assert set(statuses) == {"Delivered", "Failed"}

    failed = run(f"-p sandbox messages list --campaign {campaign} --status Failed -o csv")
    rows = list(csv.DictReader(io.StringIO(failed.stdout)))
    assert len(rows) == statuses.count("Failed") > 0
    assert all("RESULT_" in row["response"] for row in rows)


def test_what_was_imported_is_what_stood_in_the_file(run: Run, customers: Path) -> None:
    run("-p sandbox contact-lists create Customers")
    line = (
        f"-p sandbox contacts import Customers {customers} --map phone1=mobile_number --region US"
    )
    run(f"{line} --create-fields")
    contacts = {
        contact["mobile_number"]: contact
        for contact in run("-p sandbox contacts list Customers -o json").json
    }
    with customers.open(newline="") as file:
        for row in csv.DictReader(file):
            contact = contacts.pop("+1" + row.pop("phone1").replace("-", ""))
            assert {tag: contact[tag] for tag in row} == row
    assert contacts == {}
    again = run(f"{line} -o json")
    assert (again.json["created"], again.json["skipped"]) == (0, 500)

"""One phone in two spellings is one recipient, and whoever opted out is not reached by another."""

from pathlib import Path

import pytest

from smsgw_cli.sandbox.server import Gateway
from tests.conftest import Run

OTHER = "+12025550199"
PAIRS = [
    ("+525512345678", "+5215512345678"),
    ("+541123456789", "+5491123456789"),
    ("+5511981234567", "+551181234567"),
    ("+2290197123456", "+22997123456"),
]
both_ways = pytest.mark.parametrize(("one", "two"), [*PAIRS, *((two, one) for one, two in PAIRS)])


def reached(server: Gateway) -> list[str]:
    return sorted(row["to_number"] for row in server.store.rows("messages"))


def put_on_a_list(run: Run, server: Gateway, *numbers: str) -> None:
    """A list `All` of contacts, as a server may keep them."""
    run("contact-lists create All")
    for at, number in enumerate(numbers):
        run(f"contacts create All +120255501{at:02d}")
        with server.store.writing():
            server.store.connection.execute(
                "UPDATE contacts SET mobile_number = ? WHERE id = ?", (number, at + 1)
            )


@both_ways
def test_who_opted_out_is_kept_out_in_either_spelling(
    run: Run, server: Gateway, home: Path, one: str, two: str
) -> None:
    run(f"suppress add {one}")
    run(f"messages send -m Hi --to {two}", code=2)
    (home / "a.csv").write_text(f"Phone\n{two}\n{OTHER}\n")
    run("messages send -m Hi --csv a.csv")
    put_on_a_list(run, server, two, OTHER)
    run("messages send -m Hi --list All")
    run(f"messages send -m Ho --to {two},{OTHER} --allow suppressed")
    assert reached(server) == sorted([OTHER] * 3 + [two])


@both_ways
def test_an_excluded_number_is_left_out_in_either_spelling(
    run: Run, server: Gateway, one: str, two: str
) -> None:
    for at, exclude in enumerate((one, f"tel:{one}", f"'‪{one}‬'")):
        run(f"messages send -m Hi{at} --to {two},{OTHER} --exclude {exclude}")
    assert reached(server) == [OTHER] * 3


@both_ways
def test_two_spellings_are_one_recipient(
    run: Run, server: Gateway, home: Path, one: str, two: str
) -> None:
    sent = run(f"messages send -m Hi --to {one},{two} -n").json
    assert sent["body"]["mobile_numbers"] == [one]
    (home / "a.csv").write_text(f"Phone\n{one}\n{two}\n")
    sent = run("messages send -m Hi --csv a.csv -n").json
    assert [each["body"]["mobile_numbers"] for each in sent] == [[one]]


@both_ways
def test_the_list_has_one_entry_for_both_and_loses_it_by_either(
    run: Run, one: str, two: str
) -> None:
    run(f"suppress add {one}")
    assert run(f"suppress add {two} -o json").json == [{"number": two, "result": "known"}]
    assert run("suppress list -q").stdout.split() == [one]
    run(f"suppress remove {two}")
    assert run("suppress list -q").stdout == ""


def test_what_is_listed_is_removed_as_it_is_listed(run: Run, server: Gateway, home: Path) -> None:
    for number in ("+5215512345678", "+491991234567"):
        with_to = ("--from", number, "--to", "1", "-m", "STOP", "-q")
        run("sandbox receive --db", str(server.store.path), *with_to)
    run("suppress from-replies -q")
    listed = run("suppress list -q").stdout.split()
    assert listed == ["+491991234567", "+5215512345678"]
    (home / "a.txt").write_text("\n".join(listed))
    run("suppress remove @a.txt")
    assert run("suppress list -q").stdout == ""
    run("suppress remove +491991234567", code=2)  # not listed, so it has to be valid


# As the country's own people write it, and as a spreadsheet does; none has a country code.
WRITTEN = [
    ("+79161234567", "8 (916) 123-45-67"),
    ("+79161234567", "79161234567"),
    ("+5491123456789", "01115 2345 6789"),
    ("+36301234567", "06 30 123 4567"),
    ("+12025550123", "12025550123.0"),
    ("+491711234567", "0171/1234567"),
    ("+491711234567", "491711234567"),
    ("+491711234567", "０１７１ 1234567"),
    ("+436641234567", "0043 664 1234567"),
]


@pytest.mark.parametrize("by", ["suppress", "exclude"])
@pytest.mark.parametrize(("listed", "written"), WRITTEN)
def test_a_contact_without_a_country_is_compared_by_that_of_each_listed_number(
    run: Run, server: Gateway, listed: str, written: str, by: str
) -> None:
    put_on_a_list(run, server, written, OTHER)
    exclude = ""
    if by == "suppress":
        run(f"suppress add +33612345678,{listed}")
    else:
        exclude = f"--exclude +33612345678,{listed}"
    run(f"messages send -m Hi --list All {exclude}")
    assert reached(server) == [OTHER]


def test_a_list_with_unreadable_numbers_goes_out_by_number_without_them(
    run: Run, server: Gateway
) -> None:
    put_on_a_list(run, server, "ask Bob", OTHER, "+12025550198")
    run("suppress add +12025550123")
    sent = run("messages send -m Hi --list All")
    assert "sent to 2 other recipients by number" in sent.stderr
    assert "1 contact skipped: no valid number" in sent.stderr
    assert reached(server) == ["+12025550198", OTHER]
    put = run("messages send -m Hi --list All --at 2031-01-01T12:00:00Z -n").json["body"]
    assert sorted(put["mobile_numbers"]) == ["+12025550198", OTHER]


def test_contacts_and_messages_are_found_in_either_spelling(run: Run, server: Gateway) -> None:
    one, two = PAIRS[0]
    put_on_a_list(run, server, one)
    assert run(f"contacts list --number {two} -q").stdout.split() == ["1"]
    assert run(f"contacts get {two} --list All -o json").json["mobile_number"] == one
    run(f"messages send -m Hi --to {one}")
    assert run(f"messages list --number {two} -o json").json[0]["to"] == one

"""Landlines, premium numbers and short codes: told before a send, and refused where need be."""

from pathlib import Path
from typing import Any

import pytest

from smsgw_cli.sandbox.server import Gateway
from tests.conftest import Run

MOBILE, LANDLINE, PREMIUM = "+491711234567", "+442079460958", "+19005550123"
CODE, PREMIUM_CODE = "32665", "24280"


def reached(server: Gateway) -> list[str]:
    return sorted(row["to_number"] for row in server.store.rows("messages"))


def body(run: Run, line: str) -> Any:
    return run(f"messages send -m Hi --dry-run {line}").json["body"]["mobile_numbers"]


def test_a_preview_counts_and_tells_the_kinds(run: Run, server: Gateway) -> None:
    line = f"messages preview -m Hi -o json --to {MOBILE},{LANDLINE},{PREMIUM},+448001111111"
    told = run(line, code=2)
    assert told.error["hint"] == "--allow premium lets them through"
    assert told.json["kinds"] == {"landlines": 1, "premium": 1, "toll_free": 1, "shared_cost": 0}
    assert told.json["notes"] == [
        f"1 of 4 numbers is a landline, which usually cannot receive SMS (first: {LANDLINE})",
        f"1 of 4 numbers is a premium-rate number (first: {PREMIUM})",
        "1 of 4 numbers is a toll-free number (first: +448001111111)",
    ]


@pytest.mark.parametrize("source", ["--to @a.csv --map Phone=mobile_number", "--csv a.csv"])
def test_a_send_tells_landlines_once_with_the_first_row(
    run: Run, server: Gateway, home: Path, source: str
) -> None:
    (home / "a.csv").write_text(f"Phone\n{MOBILE}\n{LANDLINE}\n+442079460959\n")
    told = run(f"messages send -m Hi {source}").stderr
    assert "2 of 3 numbers are landlines, which usually cannot receive SMS (first: " in told
    assert told.count("landline") == 1
    assert "row 3)" in told
    assert len(reached(server)) == 3


def test_a_landline_on_a_list_is_told(run: Run, server: Gateway) -> None:
    run("contact-lists create All")
    run(f"contacts create All {LANDLINE}")
    told = run("messages send -m Hi --list All").stderr
    assert (
        f"1 of 1 number is a landline, which usually cannot receive SMS (first: list 1: {LANDLINE}"
        in told
    )


MOSTLY = "Phone\n030 1234567\n030 1234568\n0171 1234567\n"


@pytest.mark.parametrize("source", ["--to @a.csv --map Phone=mobile_number", "--csv a.csv"])
def test_a_file_of_landlines_under_the_region_is_refused(
    run: Run, server: Gateway, home: Path, source: str
) -> None:
    (home / "a.csv").write_text(MOSTLY)
    refused = run(f"messages send -m Hi {source} --region DE -o json", code=2).error
    assert refused["message"].startswith("2 of 3 numbers are landlines in DE, which usually cannot")
    assert refused["message"].endswith("row 2): is --region right?")
    assert "--allow landlines" in refused["hint"]
    assert "--map COLUMN=region" in refused["hint"]
    assert server.requests == []
    run(f"messages send -m Hi {source} --region DE --allow landlines")
    assert len(reached(server)) == 3
    assert run("sends list -o json").json[0]["allowed"] == "landlines"


def test_half_of_them_and_typed_ones_are_not_refused(run: Run, server: Gateway, home: Path) -> None:
    (home / "a.csv").write_text("Phone\n030 1234567\n0171 1234567\n")
    run("messages send -m Hi --csv a.csv --region DE")
    told = run("messages send -m Hi --to '030 1234568' --region DE").stderr
    assert "is a landline" in told
    assert len(reached(server)) == 3


@pytest.mark.parametrize("source", [f"--to {MOBILE},{LANDLINE}", "--csv a.csv", "--list All"])
def test_landlines_can_be_skipped_or_refused(
    run: Run, server: Gateway, home: Path, source: str
) -> None:
    (home / "a.csv").write_text(f"Phone\n{MOBILE}\n{LANDLINE}\n")
    run("contact-lists create All")
    for number in (MOBILE, LANDLINE):
        run(f"contacts create All {number}")
    line = f"messages send -m Hi {source} --set landlines"
    assert "landline" in run(f"{line}=fail", code=2).stderr
    assert reached(server) == []
    assert "1 recipient skipped: landlines" in run(f"{line}=skip").stderr
    assert reached(server) == [MOBILE]
    run(f"{line}=skip --allow landlines,repeat")
    assert LANDLINE in reached(server)


def test_nobody_is_left_if_all_are_landlines(run: Run, server: Gateway) -> None:
    refused = run(f"messages send -m Hi --to {LANDLINE} --set landlines=skip", code=2).stderr
    assert "no recipients left: all are landlines" in refused
    assert "--allow landlines" in refused


def test_a_looser_setting_than_that_of_the_profile_is_recorded(run: Run, server: Gateway) -> None:
    run(f"profiles add work {server.url} landlines=fail --token-stdin", input=server.token)
    run(f"messages send -p work -m Hi --to {LANDLINE} --set landlines=keep")
    assert run("sends list -p work -o json").json[0]["allowed"] == "landlines=keep"


@pytest.mark.parametrize("source", [f"--to {PREMIUM}", "--to @a.txt", "--csv a.csv"])
def test_premium_numbers_are_only_sent_to_if_that_is_allowed(
    run: Run, server: Gateway, home: Path, source: str
) -> None:
    (home / "a.txt").write_text(f"{PREMIUM}\n")
    (home / "a.csv").write_text(f"Phone\n{PREMIUM}\n")
    refused = run(f"messages send -m Hi {source}", code=2).stderr
    assert "premium-rate number" in refused
    assert "--allow premium" in refused
    assert server.requests == []
    run(f"messages send -m Hi {source} --allow premium")
    assert reached(server) == [PREMIUM]


@pytest.mark.parametrize("listed", ["", "suppress add +12025550188"])
def test_a_premium_number_on_a_list_is_refused(run: Run, server: Gateway, listed: str) -> None:
    run("contact-lists create All")
    run(f"contacts create All {PREMIUM}")
    if listed:
        run(listed)
    assert "--allow premium" in run("messages send -m Hi --list All", code=2).stderr
    assert reached(server) == []
    run("messages send -m Hi --list All --allow premium")
    assert reached(server) == [PREMIUM]


def test_a_short_code_can_be_typed(run: Run, server: Gateway) -> None:
    assert body(run, f"--to {CODE}") == [CODE]
    assert body(run, f"--to ' 32665 ',{MOBILE} --region US") == [CODE, MOBILE]
    preview = run(f"messages preview -m Hi --to {CODE},{CODE} -o json").json
    assert (preview["recipients"], preview["doubles"], preview["invalid"]) == (1, 1, 0)


def test_a_short_code_goes_out_beside_a_list_that_gives_way(run: Run, server: Gateway) -> None:
    run("contact-lists create All")
    for number in (MOBILE, "+12025550188"):
        run(f"contacts create All {number}")
    run("suppress add +12025550188")
    assert sorted(body(run, f"--to {CODE} --list All")) == [MOBILE, CODE]


def test_short_codes_of_a_file_are_customer_numbers(run: Run, server: Gateway, home: Path) -> None:
    (home / "a.txt").write_text(f"{CODE}\n")
    (home / "a.csv").write_text(f"Phone\n{CODE}\n")
    for line in ("--to @a.txt", "--to -", "--csv a.csv"):
        for region in ("", "--region US"):
            refused = run(f"messages send -m Hi {line} {region}", code=2, input=f"{CODE}\n").stderr
            assert "'32665' is too short for a phone number" in refused
    assert server.requests == []
    assert body(run, "--to @a.txt --allow any-number") == [CODE]
    assert run("messages send -m Hi --csv a.csv --allow any-number -n").json[0]["body"][
        "mobile_numbers"
    ] == [CODE]


@pytest.mark.parametrize("code", ["112", "911", "110", "999"])
@pytest.mark.parametrize("allow", ["", "--allow any-number,premium"])
def test_an_emergency_number_is_never_sent_to(
    run: Run, server: Gateway, code: str, allow: str
) -> None:
    told = run(f"messages send -m Hi --to {code} {allow}", code=2).stderr
    assert f"'{code}' is an emergency number" in told
    run(f"messages send -m Hi --to 110 --region DE {allow}", code=2)


def test_a_premium_short_code_is_only_sent_to_if_that_is_allowed(run: Run, server: Gateway) -> None:
    refused = run(f"messages send -m Hi --to {PREMIUM_CODE} --region US", code=2).stderr
    assert "--allow premium" in refused
    assert body(run, f"--to {PREMIUM_CODE} --region US --allow premium") == [PREMIUM_CODE]


def test_a_number_that_is_not_known_yet_is_sent_to_if_any_is_allowed(
    run: Run, server: Gateway, home: Path
) -> None:
    unknown = "+491991234567"
    (home / "a.csv").write_text(f"Phone\n{unknown}\n")
    for source in (f"--to {unknown}", "--to @a.csv --map Phone=mobile_number", "--csv a.csv"):
        line = f"messages send -m Hi {source}"
        assert "is not a valid phone number" in run(line, code=2).stderr
    run(f"{line} --allow any-number")
    assert reached(server) == [unknown]


def test_the_region_may_come_from_a_column_in_any_words(
    run: Run, server: Gateway, home: Path
) -> None:
    countries = ["Deutschland", "germany", "Allemagne", "DE", "deu", "+49", "49", "0049", "BRD"]
    rows = [f"0171 12345{number},{land}\n" for number, land in enumerate(countries, start=10)]
    (home / "a.csv").write_text("".join(["Phone,Land\n", *rows]))
    line = "messages send -m Hi --csv a.csv --map Land=region"
    run(line)
    assert reached(server) == [f"+4917112345{n}" for n in range(10, 10 + len(countries))]
    (home / "a.csv").write_text("Phone,Land\n0171 1234567,Elbonia\n")
    assert "unknown country 'Elbonia'" in run(line, code=2).stderr
    listed = run(
        "messages send -m Hi --to @a.csv --map Phone=mobile_number --map Land=region", code=2
    )
    assert "a.csv, row 2: unknown country 'Elbonia'" in listed.stderr

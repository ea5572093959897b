"""The doctor says what is well, and what is not, with the exit code to match."""

import ssl
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
import trustme

from smsgw_cli import __version__
from smsgw_cli.sandbox.server import Gateway, Settings
from tests.conftest import Run
from tests.scripted import PAGE, answer, scripted


def findings(run: Run, line: str = "doctor -o json", code: int = 0) -> dict[str, tuple[str, str]]:
    """Check → result and detail."""
    return {each["check"]: (each["result"], each["detail"]) for each in run(line, code=code).json}


def test_a_server_that_is_well_is_well(run: Run, server: Gateway) -> None:
    found = findings(run)
    assert {result for result, _ in found.values()} == {"ok"}
    assert server.url in found["server"][1]
    assert server.token not in str(found)


def test_without_a_profile_nothing_else_is_tried(run: Run) -> None:
    found = findings(run, code=3)
    assert list(found) == ["versions", "configuration"]
    assert "profiles add" in found["configuration"][1]


def test_a_wrong_token_is_told(run: Run, server: Gateway, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SMSGW_TOKEN", "wrong")
    found = findings(run, code=3)
    assert found["token"][0] == "ok"
    assert "Unauthenticated" in found["server"][1]


def test_a_server_that_is_down_is_told(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    with scripted(b"") as script:
        monkeypatch.setenv("SMSGW_SERVER", script.url)
    monkeypatch.setenv("SMSGW_TOKEN", "hush-hush")
    assert "Connection refused" in findings(run, "doctor -o json --retries 0", 6)["server"][1]


def test_clocks_that_differ_are_told(run: Run, tmp_path: Path) -> None:
    settings = Settings(tmp_path / "late.db", clock=lambda: datetime.now(UTC) - timedelta(hours=1))
    with Gateway(settings) as late, pytest.MonkeyPatch.context() as patch:
        patch.setenv("SMSGW_SERVER", late.url)
        patch.setenv("SMSGW_TOKEN", late.token)
        assert "differ by 360" in findings(run, code=1)["clock"][1]


def test_a_rate_limit_is_told(run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with Gateway(Settings(tmp_path / "limited.db", rate_limit=60)) as limited:
        monkeypatch.setenv("SMSGW_SERVER", limited.url)
        monkeypatch.setenv("SMSGW_TOKEN", limited.token)
        assert findings(run)["rate limit"][1] == "60 requests a minute, 58 left"


def test_what_secures_the_connection_is_told(run: Run, home: Path) -> None:
    authority = trustme.CA()
    authority.cert_pem.write_to_path(str(home / "ca.pem"))
    tls = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    authority.issue_cert("127.0.0.1").configure_cert(tls)
    with scripted(answer("200 OK", PAGE), tls=tls) as script:
        run(f"profiles add work --server {script.url} --token-stdin --ca-bundle ca.pem", input="t")
        assert findings(run)["TLS"][1].startswith("TLSv1.3, certificate valid until ")


@pytest.mark.parametrize(
    ("mode", "told"), [(0o640, "read"), (0o606, "read and change"), (0o600, "")]
)
def test_a_config_that_others_can_read_or_change_is_told(
    run: Run, server: Gateway, home: Path, mode: int, told: str
) -> None:
    run("profiles add work --server https://sms.example.com --token-stdin", input="t")
    path = home / ".config/smsgw/config.toml"
    path.chmod(mode)
    result, detail = findings(run, code=1 if told else 0)["permissions"]
    assert str(path) in detail
    assert (result == "failed") is bool(told)
    assert f"other users can {told} " in detail or not told


@pytest.mark.parametrize("at", [".local", ".local/state", ".local/state/smsgw"])
def test_records_that_cannot_be_written_are_told_with_their_path(
    run: Run, server: Gateway, home: Path, at: str
) -> None:
    path = home / at
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("not a folder")
    result, detail = findings(run, code=1)["records"]
    assert result == "failed"
    assert str(path) in detail
    assert "XDG_STATE_HOME" in detail


def test_every_path_is_whole(run: Run, server: Gateway, home: Path) -> None:
    script = home / ".zfunc/_smsgw"
    script.parent.mkdir()
    script.touch()
    found = findings(run)
    assert found["completion"][1] == f"zsh ({script})"
    assert found["records"][1] == str(home / ".local/state/smsgw")


def test_a_bug_report_has_all_versions(run: Run, server: Gateway) -> None:
    assert findings(run)["versions"][1].startswith(f"smsgw {__version__}, Python 3.")


@pytest.mark.parametrize(
    ("zone", "shown"),
    [("Pacific/Auckland", "Pacific/Auckland (now "), ("CET-1", "TZ=CET-1 has no name")],
)
def test_the_time_zone_of_typed_times_is_named(
    run: Run, server: Gateway, monkeypatch: pytest.MonkeyPatch, zone: str, shown: str
) -> None:
    monkeypatch.setenv("TZ", zone)
    assert shown in findings(run)["time zone"][1]


def test_a_time_zone_of_the_profile_is_named(run: Run, server: Gateway) -> None:
    found = findings(run, "doctor -o json --set timezone=Asia/Kolkata")
    assert found["time zone"][1].endswith("UTC+0530)")

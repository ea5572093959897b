"""The doctor says what is well, and what is not, with the exit code to match."""

import ssl
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
import trustme

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
    found = findings(run, code=1)
    assert list(found) == ["configuration"]
    assert "profiles add" in found["configuration"][1]


def test_a_wrong_token_is_told(run: Run, server: Gateway, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SMSGW_TOKEN", "wrong")
    found = findings(run, code=1)
    assert found["token"][0] == "ok"
    assert "Unauthenticated" in found["server"][1]


def test_a_server_that_is_down_is_told(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    with scripted(b"") as script:
        monkeypatch.setenv("SMSGW_SERVER", script.url)
    monkeypatch.setenv("SMSGW_TOKEN", "hush-hush")
    assert "Connection refused" in findings(run, "doctor -o json --retries 0", 1)["server"][1]


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

"""The class and the fixture for other people's tests, as they use them."""

import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from smsgw_cli.sandbox.testing import Control, Refused, Sandbox
from tests.conftest import Run

NUMBER = "+12025550123"


@pytest.fixture
def own() -> Iterator[Sandbox]:
    with Sandbox(speed=1000) as running:
        yield running


def send(control: Control, text: str, number: str = NUMBER) -> None:
    answer = httpx.post(
        f"{control.api}/messages/send",
        json={"mobile_numbers": [number], "message": text},
        headers={"Authorization": f"Bearer {control.token}", "Accept": "application/json"},
        trust_env=False,
    )
    assert answer.status_code == 201, answer.text


def test_it_is_the_server_of_a_command(
    own: Sandbox, run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name, value in own.env.items():
        monkeypatch.setenv(name, value)
    run(f"messages send --to {NUMBER} -m 'Your code is 4711' --yes")
    assert own.wait(to=NUMBER, text="/[0-9]{4}/")["content"] == "Your code is 4711"
    (posted,) = own.requests(method="POST", path="/api/v1/messages/send")
    assert posted["status"] == 201


def test_what_comes_in(own: Sandbox) -> None:
    message = own.receive("Yes", sender="+12025550188", to=2)
    assert (message["from"], message["content"], message["type"]) == ("+12025550188", "Yes", "SMS")
    assert own.receive("", sender=NUMBER, type="call", duration=5)["duration"] == 5
    assert own.receive("Hi", type="WhatsApp")["type"] == "WhatsApp"
    assert (own.latest(sender="+12025550188") or {})["id"] == message["id"]
    with pytest.raises(Refused, match="No USSD code waits") as refused:
        own.receive("Balance: 3.20", type="USSD")
    assert refused.value.status == 409


def test_waiting_in_vain(own: Sandbox) -> None:
    assert own.latest(to=NUMBER) is None
    with pytest.raises(TimeoutError, match="No message matched"):
        own.wait(to=NUMBER, timeout=0.01)
    with pytest.raises(Refused, match="unknown parameter 'too'"):
        own.wait(too=NUMBER)


def test_the_clock(own: Sandbox) -> None:
    assert own.set_clock("2040-06-03T12:00:00Z")["now"].startswith("2040-06-03T12:00")
    assert own.advance("2h")["now"].startswith("2040-06-03T14:00")
    assert own.advance(3600)["ahead"] > 3600
    assert own.set_clock(None)["ahead"] == own.clock()["ahead"] == 0


def test_faults_and_settings(own: Sandbox) -> None:
    own.add_fault("503 POST /messages/send times=1")
    own.add_fault("varnish")
    with pytest.raises(AssertionError, match="Service Unavailable"):
        send(own, "A")
    assert own.faults() == [
        {"fault": "503 POST /messages/send times=1", "seen": 1, "struck": 1},
        {"fault": "varnish", "seen": 0, "struck": 0},
    ]
    own.remove_faults("varnish")
    assert len(own.faults()) == 1
    own.remove_faults()
    assert own.faults() == []
    assert own.set(rate="10/s")["rate"] == own.settings()["rate"] == 600
    with pytest.raises(Refused, match="unknown kind of fault 'odd'"):
        own.add_fault("odd")


def test_devices_and_sims(own: Sandbox) -> None:
    own.set_device(1, enabled=False)
    own.set_device(2, enabled=False)
    with pytest.raises(AssertionError, match="422"):
        send(own, "A")
    own.set_device(1, enabled=True)
    own.set_sim(2, active=False)
    send(own, "A")
    with pytest.raises(Refused) as refused:
        own.set_sim("no such", active=False)
    assert refused.value.status == 404


def test_snapshots_and_reset(own: Sandbox) -> None:
    send(own, "first")
    kept = own.snapshot()
    send(own, "second")
    own.restore(kept)
    assert (own.latest() or {})["content"] == "first"
    own.reset()
    assert own.latest() is None
    assert own.requests() == []


def test_a_token_has_a_state_of_its_own(own: Sandbox) -> None:
    other = own.tokens()
    send(other, "Hi")
    assert own.latest() is None
    assert other.latest() is not None
    other.end()
    with pytest.raises(Refused) as refused:
        other.requests()
    assert refused.value.status == 401
    assert other.ready(), "the gateway goes on"


def test_requests_are_forgotten(own: Sandbox) -> None:
    send(own, "Hi")
    own.clear_requests()
    assert own.requests() == []


def test_two_run_at_once(own: Sandbox) -> None:
    with Sandbox(fault="500", speed=2) as other:
        assert other.url != own.url
        assert other.settings()["speed"] == 2
        with pytest.raises(AssertionError, match="Server Error"):
            send(other, "Hi")
        send(own, "Hi")


def test_an_invalid_key_leaves_nothing_running() -> None:
    sandbox = Sandbox(speed="fast")
    with pytest.raises(Refused, match="speed: must be a number"):
        sandbox.start()
    with pytest.raises(ConnectionRefusedError):
        sandbox.ready()


def test_the_fixture_is_there_for_other_tests(tmp_path: Path) -> None:
    (tmp_path / "conftest.py").write_text('pytest_plugins = ["smsgw_cli.sandbox.testing"]\n')
    (tmp_path / "test_theirs.py").write_text(
        "def test_a_reply(sandbox):\n"
        "    sandbox.receive('Yes', sender='+12025550188')\n"
        "    assert sandbox.wait(sender='+12025550188')['content'] == 'Yes'\n"
    )
    command = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", str(tmp_path)]
    ended = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, timeout=60)
    assert "1 passed" in ended.stdout, ended.stdout + ended.stderr


def test_the_class_does_without_pytest() -> None:
    script = (
        "import sys\n"
        "from smsgw_cli.sandbox.testing import Sandbox\n"
        "with Sandbox() as sandbox: assert sandbox.ready()\n"
        "assert 'pytest' not in sys.modules\n"
    )
    subprocess.run([sys.executable, "-c", script], check=True, timeout=60)

"""KEY=VALUE of the sandbox: what `serve` and `set` make of it on the wire, while a gateway runs."""

import json
import subprocess
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from pathlib import Path
from typing import Any

import httpx
import pytest

from smsgw_cli.sandbox.server import Gateway, Settings
from tests.conftest import Run
from tests.terminal import PROGRAM

NUMBER = "+12025550123"  # always delivered


@dataclass
class Served:
    """A gateway that `sandbox serve` runs, as any program sees it."""

    url: str
    token: str

    def _ask(self, method: str, path: str, body: Any = None) -> httpx.Response:
        return httpx.request(
            method,
            f"{self.url}/api/v1{path}",
            json=body,
            headers={"Authorization": f"Bearer {self.token}", "Accept": "application/json"},
            timeout=20,
            trust_env=False,
            verify=False,  # plain HTTP: nothing to verify, and no certificates to load
        )

    def get(self, path: str) -> httpx.Response:
        return self._ask("GET", path)

    def send(self, **body: Any) -> httpx.Response:
        return self._ask(
            "POST",
            "/messages/send",
            {"mobile_numbers": [NUMBER], "message": "Hi", "delivery_report": True, **body},
        )

    def statuses(self) -> list[str]:
        """Those of all messages, the newest first."""
        return [each["status"] for each in self.get("/messages").json()["data"]]

    def senders(self) -> set[str]:
        """The numbers that messages were sent from."""
        return {each["from"] for each in self.get("/messages").json()["data"]}


Serve = Callable[..., Served]


@pytest.fixture
def serve(home: Path) -> Iterator[Serve]:
    """Runs `sandbox serve` in processes of their own, on gateway.db."""
    running: list[subprocess.Popen[str]] = []

    def served(*given: str) -> Served:
        line = [*PROGRAM, "sandbox", "serve", "--db", "gateway.db", "-o", "ndjson", *given]
        process = subprocess.Popen(
            line, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True
        )
        running.append(process)
        assert process.stdout
        return Served(**json.loads(process.stdout.readline()))

    yield served
    for process in running:
        process.terminate()
        assert process.wait(20) == 0
        assert process.stdout
        process.stdout.close()


@pytest.fixture
def live(home: Path) -> Iterator[Served]:
    """A gateway on gateway.db that runs in this process."""
    with Gateway(Settings(home / "gateway.db")) as gateway:
        yield Served(gateway.url, gateway.token)


@pytest.fixture
def change(run: Run) -> Callable[..., Any]:
    """`sandbox set` on gateway.db; gives what it printed."""
    return lambda *given: run("sandbox set --db gateway.db -o json", *given).json


Set = Callable[..., Any]


def limit(answer: httpx.Response) -> str | None:
    found: str | None = answer.headers.get("X-RateLimit-Limit")
    return found


def hours_ahead(served: Served) -> float:
    now = parsedate_to_datetime(served.get("/devices").headers["Date"])
    return round((now - datetime.now(UTC)) / timedelta(hours=1), 1)


def test_a_fault_set_while_it_serves_strikes_and_is_taken_back(serve: Serve, change: Set) -> None:
    served = serve()
    assert served.get("/devices").status_code == 200
    text = "503 GET /devices retry-after=7"
    assert change(f"fault={text}") == {"fault": [text]}
    struck = served.get("/devices")
    assert (struck.status_code, struck.headers["Retry-After"]) == (503, "7")
    assert served.get("/campaigns").status_code == 200
    assert change("fault=") == {"fault": None}
    assert served.get("/devices").status_code == 200


def test_rules_are_relaxed_from_the_start_and_while_it_serves(serve: Serve, change: Set) -> None:
    served = serve("lenient=timezone", "lenient=lists")
    lone = {"timezone": "Etc/UTC", "mobile_numbers": NUMBER}
    assert served.send(**lone).status_code == 201
    assert change("lenient=timezone") == {"lenient": ["timezone"]}
    assert served.send(**lone).json()["errors"].keys() == {"mobile_numbers"}
    assert change("lenient=") == {"lenient": None}
    assert served.send(**lone).json()["errors"].keys() == {"timezone", "mobile_numbers"}


def test_faults_of_a_line_add_up_and_replace_those_before(live: Served, change: Set) -> None:
    change("fault=500 GET /devices")
    change("fault=503 GET /campaigns times=1", "fault=504 GET /calls times=1")
    answers = [live.get(path).status_code for path in ("/devices", "/campaigns", "/calls")]
    assert answers == [200, 503, 504]
    assert live.get("/campaigns").status_code == 200


def test_the_same_seed_strikes_the_same_requests(live: Served, change: Set) -> None:
    def struck(seed: int) -> list[int]:
        change(f"fault_seed={seed}", "fault=500 rate=50%")
        return [live.get("/devices").status_code for _ in range(30)]

    assert struck(7) == struck(7) != struck(8)


def test_a_latency_holds_up_every_answer(live: Served, change: Set) -> None:
    change("latency=0.3")
    began = time.monotonic()
    live.get("/devices")
    assert time.monotonic() - began >= 0.3


def test_a_rate_refuses_what_is_more(live: Served, change: Set) -> None:
    assert limit(live.get("/devices")) is None
    assert change("rate=1/min") == {"rate": 1}
    answers = [live.get("/devices") for _ in range(2)]
    assert [(each.status_code, limit(each)) for each in answers] == [(200, "1"), (429, "1")]
    change("rate=")
    assert limit(live.get("/devices")) is None


def test_a_speed_counts_for_what_is_sent_from_then_on(live: Served, change: Set) -> None:
    live.send()
    change("speed=1000000")
    live.send()
    change("clock=+1s")
    assert live.statuses() == ["Delivered", "Pending"]


def test_the_clock_makes_phones_act(serve: Serve, change: Set) -> None:
    served = serve()
    soon = datetime.now(UTC) + timedelta(hours=1)
    assert served.send(scheduled_at=soon.isoformat()).status_code == 201
    assert served.statuses() == []
    told = change("clock=+2h")["clock"]
    assert served.statuses() == ["Delivered"]
    assert hours_ahead(served) == 2
    assert datetime.fromisoformat(told) > soon + timedelta(minutes=59)


def test_the_clock_goes_on_from_where_it_is(live: Served, change: Set) -> None:
    change("clock=+2h")
    change("clock=+1h")
    assert hours_ahead(live) == 3
    change("clock=2031-01-01T00:00:00Z")
    assert live.get("/devices").headers["Date"].startswith("Wed, 01 Jan 2031 00:0")
    change("clock=")
    assert hours_ahead(live) == 0


def test_a_disabled_device_sends_nothing(live: Served, change: Set) -> None:
    told = change("device=1", "enabled=false", "battery=8", "charging=no", "speed=1000000")
    record = {"device": 1, "enabled": False, "battery": 8, "charging": False}
    assert told == {"speed": 1_000_000, **record}
    device = live.get("/devices/1").json()
    assert [device[key] for key in ("enabled", "battery", "is_charging")] == [False, 8, False]
    assert device["updated_at"] > "2024"
    live.send(mobile_numbers=[f"+120255501{n}" for n in range(20, 26)])
    assert live.senders() == {"+12025550143"}  # that of the other device
    assert live.send(sims=[1]).status_code == 422
    change("device=Front desk", "enabled=true")
    assert live.send(sims=[1]).status_code == 201


def test_a_sim_that_is_not_active_sends_nothing(live: Served, change: Set) -> None:
    change("sim=Marketing", "active=false", "signal=1", "speed=1000000")
    sim = live.get("/devices/2").json()["sims"][0]
    assert (sim["active"], sim["signal_strength"]) == (False, 1)
    live.send(mobile_numbers=[f"+120255501{n}" for n in range(20, 26)])
    assert live.senders() == {"+12025550141", "+12025550142"}
    assert live.send(sims=[3]).status_code == 422


def test_what_a_phone_has_is_set_and_taken_back(live: Served, change: Set) -> None:
    told = change("device=1", "silent=3h", "quota=5", "sim=3", "number=", "balance=3.20")
    assert told == {"device": 1, "silent": 10800, "quota": 5,
                    "sim": 3, "number": None, "balance": "3.20"}  # fmt: skip
    device = live.get("/devices/1").json()
    age = datetime.now(UTC) - datetime.fromisoformat(device["updated_at"])
    assert timedelta(hours=2, minutes=59) < age < timedelta(hours=3, minutes=1)
    assert live.get("/devices/2").json()["sims"][0]["number"] is None
    told = change("device=1", "silent=", "quota=", "sim=3", "number=+12025550149", "balance=")
    assert (told["silent"], told["quota"], told["balance"]) == (None, None, None)
    assert live.get("/devices/1").json()["updated_at"] > device["updated_at"]
    assert live.get("/devices/2").json()["sims"][0]["number"] == "+12025550149"


def test_a_silent_phone_sends_what_waits_once_it_is_back(serve: Serve, change: Set) -> None:
    served = serve("speed=1000000")
    change("device=1", "silent=1m")
    served.send(sims=[1])
    change("clock=+1h")
    assert served.statuses() == ["Pending"]
    change("device=1", "silent=")
    change("clock=+1s")
    assert served.statuses() == ["Delivered"]


def test_how_phones_behave_is_given_to_serve_or_set(serve: Serve, change: Set) -> None:
    served = serve("speed=1000000", "fail_rate=100%", "sent_at=early")
    served.send()
    change("clock=+1s")
    assert served.statuses() == ["Failed"]
    change("fail_rate=", "sent_at=")
    served.send()
    change("clock=+1s")
    assert sorted(served.statuses()) == ["Delivered", "Failed"]


def test_what_was_set_before_holds_when_it_is_served(serve: Serve, change: Set) -> None:
    change("rate=50", "fault=503 GET /devices times=1")
    served = serve()
    assert limit(served.get("/campaigns")) == "50"
    assert [served.get("/devices").status_code for _ in range(2)] == [503, 200]


def test_what_serve_is_given_holds_for_that_run_until_it_is_set(serve: Serve, change: Set) -> None:
    change("rate=50", "latency=0.4")
    served = serve("rate=60", "latency=", "fault=503 GET /devices")
    began = time.monotonic()
    answer = served.get("/devices")
    assert (answer.status_code, limit(answer)) == (503, None)
    assert limit(served.get("/campaigns")) == "60"
    assert time.monotonic() - began < 0.4
    change("speed=7")  # changes nothing else
    assert limit(served.get("/campaigns")) == "60"
    assert served.get("/devices").status_code == 503
    change("rate=70", "fault=")
    assert limit(served.get("/campaigns")) == "70"
    assert served.get("/devices").status_code == 200
    assert limit(serve().get("/campaigns")) == "70"


def test_two_that_serve_the_same_database_both_see_it(serve: Serve, change: Set) -> None:
    both = (serve(), serve("rate=60"))
    change("rate=70")
    assert [limit(each.get("/devices")) for each in both] == ["70", "70"]


def test_it_is_the_database_of_the_profile_sandbox(run: Run) -> None:
    run("sandbox set", "fault=401 GET /devices")
    assert "Unauthenticated" in run("-p sandbox devices list", code=3).stderr
    run("sandbox set", "--db", "other.db", "fault=")
    run("-p sandbox devices list", code=3)
    run("sandbox set fault=")
    run("-p sandbox devices list")


def test_the_speed_of_the_variable_is_stronger(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    def status() -> str:
        run(f"-p sandbox messages send --to {NUMBER} -m Hi --delivery-report --yes")
        run("sandbox set clock=+0.4s")
        messages = run("-p sandbox messages list -o json").json
        return str(max(messages, key=lambda each: each["id"])["status"])

    run("sandbox set speed=1000000")
    assert status() == "Delivered"
    monkeypatch.setenv("SMSGW_SANDBOX_SPEED", "0.001")
    assert status() == "Pending"


def test_a_reset_forgets_what_is_set(run: Run, live: Served, change: Set) -> None:
    change("rate=50", "clock=+5h", "fault=500 GET /devices")
    run("sandbox reset --yes --db gateway.db")
    answer = live.get("/devices")
    assert (answer.status_code, limit(answer)) == (200, None)
    assert hours_ahead(live) == 0


@pytest.mark.parametrize(
    ("old", "new"),
    [
        (["--rate-limit", "5/min"], ["rate=5/min"]),
        (["--fault", "503 GET /devices times=1", "--fault", "500 GET /calls"],
         ["fault=503 GET /devices times=1", "fault=500 GET /calls"]),
        (["--fault", "500 rate=50%", "--fault-seed", "3"], ["fault=500 rate=50%", "fault_seed=3"]),
        (["--speed", "1000000"], ["speed=1000000"]),
        (["--speed", "0.001"], ["speed=0.001"]),
        (["--latency", "2.5e-1"], ["latency=0.25"]),
    ],
)  # fmt: skip
def test_an_old_option_serves_the_same(
    run: Run, serve: Serve, old: list[str], new: list[str]
) -> None:
    def observed(db: str, given: list[str]) -> list[Any]:
        served = serve("--db", db, *given)
        began = time.monotonic()
        answers = [served.send(), *(served.get(path) for path in ("/devices", "/calls") * 5)]
        is_slow = time.monotonic() - began > 11 * 0.25
        codes = [(each.status_code, limit(each)) for each in answers]
        run(f"sandbox set --db {db} fault= rate= clock=+1s")
        return [is_slow, codes, served.statuses()]

    assert observed("old.db", old) == observed("new.db", new)


def test_a_new_word_is_stronger_than_the_old_one(serve: Serve) -> None:
    assert limit(serve("--rate-limit", "5", "rate=6").get("/devices")) == "6"


def test_a_change_is_made_whole_or_not_at_all(run: Run, live: Served, change: Set) -> None:
    failed = run("sandbox set --db gateway.db rate=5 device=9 battery=5", code=4)
    assert "device 9 not found; devices: 1 (Front desk), 2 (unnamed)" in failed.stderr
    assert "devices list" in failed.stderr
    run("sandbox set --db gateway.db rate=5 sim=nobody signal=1", code=4)
    assert limit(live.get("/devices")) is None

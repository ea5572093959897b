"""What does not reach anybody is warned of before it is sent, and quiet does not hide it."""

from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from smsgw_cli.sandbox.server import Gateway
from tests.conftest import Run
from tests.lying import Exchange, lying

TO = "--to +12025550123"
NO_SIM = "warning: no device has an active SIM"


@contextmanager
def shown(server: Gateway, monkeypatch: pytest.MonkeyPatch, **lists: object) -> Iterator[None]:
    """The gateway, with other lists than it has: the sends are accepted all the same."""

    def twist(exchange: Exchange) -> None:
        name = exchange.path.rpartition("/api/v1/")[2].replace("-", "_").replace("/", "_")
        if exchange.method == "GET" and name in lists:
            exchange.json = page(lists[name])

    with lying(server.url, twist) as proxy:
        monkeypatch.setenv("SMSGW_SERVER", proxy.url)
        yield


def page(records: object) -> object:
    if not isinstance(records, list):
        return records
    meta = {"current_page": 1, "last_page": 1, "total": len(records)}
    return {"data": records, "links": {}, "meta": meta}


def device(*sims: dict[str, object], enabled: object = True) -> dict[str, object]:
    return {"id": 1, "name": "Desk", "model": "M", "enabled": enabled, "sims": list(sims)}


def sim(identity: int, active: object = True) -> dict[str, object]:
    return {"id": identity, "name": "Gone", "label": None, "number": None, "active": active}


@pytest.mark.parametrize("line", [f"messages send {TO} -m Hi", "ussd-pulls send '*1#'"])
@pytest.mark.parametrize(
    ("devices", "warning"),
    [
        ([device(sim(1, active=False))], "SIM 1 (Gone) is not active"),
        ([device(sim(1, active=0))], "SIM 1 (Gone) is not active"),
        ([device(sim(1), enabled=False)], "SIM 1 (Gone) is in device 1 (Desk), which is disabled"),
        ([device(sim(2))], "no device has SIM 1"),
        ([], "no device has SIM 1"),
        ([device(sim(1))], ""),
        ([device(sim(1, active=None), enabled=None)], ""),
    ],
)
def test_a_sim_that_does_not_send_is_warned_of(
    run: Run,
    server: Gateway,
    monkeypatch: pytest.MonkeyPatch,
    line: str,
    devices: object,
    warning: str,
) -> None:
    with shown(server, monkeypatch, devices=devices):
        told = run(f"{line} --sim 1 -q").stderr
        dry = run(f"{line} --sim 1 -n -q").stderr
    assert told == dry
    assert (f"warning: {warning}" in told) if warning else told == ""


@pytest.mark.parametrize("line", ["preview", "send --dry-run"])
def test_without_a_profile_nothing_is_asked_for_and_nothing_said(run: Run, line: str) -> None:
    assert run(f"messages {line} {TO} -m Hi -q").stderr == ""


def test_it_is_said_before_the_server_refuses_it(run: Run, server: Gateway) -> None:
    with server.store.writing():
        server.store.connection.execute("UPDATE sims SET active = 0 WHERE id = 2")
    told = run(f"messages send {TO} -m Hi --sim 2", code=5).stderr
    assert told.index("warning: SIM 2") < told.index("error: ")


@pytest.mark.parametrize(
    ("devices", "servers", "is_warned"),
    [
        ([], [], True),
        ([device()], [], True),
        ([device(sim(1, active=False))], [{"id": 1, "enabled": False}], True),
        ([device(sim(1), enabled=False)], [], True),
        ([], [{"id": 1, "enabled": True}], False),
        ([device(sim(1))], [], False),
        ([{"id": 1, "enabled": True}], [], False),  # without its SIMs, it may have one
        ({"message": "Forbidden"}, [], False),
    ],
)
@pytest.mark.parametrize("way", ["send", "preview"])
def test_that_there_is_no_phone_is_warned_of(
    run: Run,
    server: Gateway,
    monkeypatch: pytest.MonkeyPatch,
    way: str,
    devices: object,
    servers: object,
    is_warned: bool,
) -> None:
    with shown(server, monkeypatch, devices=devices, sending_servers=servers):
        told = run(f"messages {way} {TO} -m Hi -q").stderr
    assert (NO_SIM in told) == is_warned


def test_a_rate_limit_is_not_waited_for_to_warn(
    run: Run, server: Gateway, monkeypatch: pytest.MonkeyPatch
) -> None:
    def spent(exchange: Exchange) -> None:
        exchange.headers |= {"X-RateLimit-Limit": "60", "X-RateLimit-Remaining": "0"}

    with lying(server.url, spent) as proxy:
        monkeypatch.setenv("SMSGW_SERVER", proxy.url)
        run(f"messages send {TO} -m Hi")
    assert proxy.asked == ["POST /api/v1/messages/send"]


def test_a_mailing_is_warned_of_too(
    run: Run, server: Gateway, monkeypatch: pytest.MonkeyPatch
) -> None:
    with shown(server, monkeypatch, devices=[], sending_servers=[]):
        told = run("messages send --csv - -m Hi -q", input="number\n+12025550123\n").stderr
    assert told.count(NO_SIM) == 1


@pytest.mark.parametrize("options", ["-q", "-q --yes", "-q --dry-run", "-q --exclude +12025550199"])
@pytest.mark.parametrize("way", ["send", "preview"])
def test_a_list_with_nobody_subscribed_is_warned_of(
    run: Run, server: Gateway, way: str, options: str
) -> None:
    run("contact-lists create Empty")
    run("contact-lists create Gone")
    run("contacts create Gone +12025550124 --unsubscribed")
    run("contact-lists create Here")
    run("contacts create Here +12025550125")
    told = run(f"messages {way} {TO} --list Empty --list Gone --list Here -m Hi {options}").stderr
    assert told.splitlines() == [
        f"warning: list {each} has no subscribed contact, so it reaches nobody" for each in (1, 2)
    ]


def test_somebody_subscribed_on_a_later_page_counts(run: Run, server: Gateway) -> None:
    run("contact-lists create Long")
    run("contacts create Long +12025550199")  # the list is newest first
    with server.store.writing():
        server.store.connection.executemany(
            "INSERT INTO contacts (contact_list_id, mobile_number, subscribed, custom, "
            "created_at, updated_at) SELECT 1, ?, 0, custom, created_at + 1, updated_at "
            "FROM contacts WHERE id = 1",
            [(f"+120255501{number}",) for number in range(10, 99)],
        )
    assert "warning" not in run("messages send --list Long -m Hi --yes -q").stderr


@pytest.mark.parametrize(
    ("status", "servers", "why"),
    [
        ("Queued", [], "no active SIM"),
        ("Processed", [], "no active SIM"),
        ("Processed", [{"id": 1, "enabled": True}], "no subscribed contact on its lists"),
    ],
)
def test_a_watched_campaign_without_messages_ends_and_says_why(
    run: Run,
    server: Gateway,
    monkeypatch: pytest.MonkeyPatch,
    status: str,
    servers: object,
    why: str,
) -> None:
    campaign = {"id": 1, "status": status, "type": "SMS"}
    lists: dict[str, object] = {"devices": [], "messages": [], "campaigns_1_devices": []}
    lists |= {"sending_servers": servers, "campaigns_1_sending_servers": []}
    monkeypatch.setattr("smsgw_cli.campaigns.watch.EMPTY_SECONDS", 0.1)
    with shown(server, monkeypatch, campaigns_1=campaign, **lists):
        told = run(f"messages send {TO} -m Hi --watch -q", code=1).stderr
    assert f"error: campaign 1 has no messages: {why}" in told
    assert ("see 'smsgw devices sims'" in told) == (why == "no active SIM")

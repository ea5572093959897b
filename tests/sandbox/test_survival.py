"""The gateway as a process: killed, interrupted, and beside another one."""

import http.client
import json
import os
import signal
import socket
import stat
import subprocess
import sys
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from smsgw_cli.sandbox.schema import MIGRATIONS
from smsgw_cli.sandbox.server import Gateway, Settings, serve
from smsgw_cli.sandbox.store import Store

PROGRAM = """
import sys
from pathlib import Path
from smsgw_cli.sandbox.server import Settings, serve
serve(Settings(db=Path(sys.argv[1])), lambda it: print(it.url, it.token, flush=True))
print("stopped", flush=True)
"""

Process = subprocess.Popen[str]
Launch = Callable[[Path], tuple[Process, str, str]]


@pytest.fixture
def launch() -> Iterator[Launch]:
    """Starts gateways in processes of their own; gives the process, its URL and token."""
    running: list[Process] = []

    def launched(db: Path) -> tuple[Process, str, str]:
        command = [sys.executable, "-c", PROGRAM, str(db)]
        process = subprocess.Popen(
            command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
        )
        running.append(process)
        assert process.stdout
        url, token = process.stdout.readline().split()
        return process, url, token

    yield launched
    for process in running:
        process.kill()
        process.communicate()


def post(url: str, token: str, path: str, body: object) -> tuple[int, bytes]:
    connection = http.client.HTTPConnection(urlsplit(url).netloc, timeout=20)
    try:
        headers = {"Authorization": f"Bearer {token}", "Content-Type": "application/json"}
        connection.request("POST", f"/api/v1{path}", json.dumps(body), headers)
        answer = connection.getresponse()
        return answer.status, answer.read()
    finally:
        connection.close()


def add_contacts(url: str, token: str, prefix: int, most: int) -> list[str]:
    """The numbers acknowledged until the gateway is gone."""
    made = []
    for index in range(most):
        number = f"+1{prefix}{index:07}"
        try:
            status, _ = post(url, token, "/contact-lists/1/contacts", {"mobile_number": number})
        except (OSError, http.client.HTTPException):
            break
        assert status == 201
        made.append(number)
    return made


def test_nothing_acknowledged_is_lost_when_it_is_killed(launch: Launch, tmp_path: Path) -> None:
    db = tmp_path / "sandbox.db"
    process, url, token = launch(db)
    post(url, token, "/contact-lists", {"name": "All"})
    with ThreadPoolExecutor(4) as pool:
        clients = [pool.submit(add_contacts, url, token, 202 + n, 100_000) for n in range(4)]
        while len(rows_of(db, "contacts")) < 200:
            pass
        process.kill()
        acknowledged = {number for client in clients for number in client.result()}
    stored = {row["mobile_number"] for row in rows_of(db, "contacts")}
    assert len(acknowledged) >= 190
    assert acknowledged <= stored
    assert len(stored - acknowledged) <= len(clients)


def rows_of(db: Path, table: str) -> list[dict[str, object]]:
    store = Store(db)
    try:
        return store.rows(table)
    finally:
        store.close()


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_it_stops_cleanly_when_asked_to(
    launch: Launch, tmp_path: Path, number: signal.Signals
) -> None:
    process, url, _ = launch(tmp_path / "only" / "sandbox.db")
    with socket.create_connection((urlsplit(url).hostname, urlsplit(url).port)):
        process.send_signal(number)
        out, err = process.communicate(timeout=10)
    assert (process.returncode, out, err) == (0, "stopped\n", "")
    assert [path.name for path in (tmp_path / "only").iterdir()] == ["sandbox.db"]


def test_two_processes_may_use_one_file(launch: Launch, tmp_path: Path) -> None:
    gateways = [launch(tmp_path / "sandbox.db") for _ in range(2)]
    (_, url, token), (_, other_url, other_token) = gateways
    assert token == other_token
    post(url, token, "/contact-lists", {"name": "Shared"})
    with ThreadPoolExecutor(2) as pool:
        one = pool.submit(add_contacts, url, token, 202, 150)
        two = pool.submit(add_contacts, other_url, token, 203, 150)
        made = one.result() + two.result()
    assert len(made) == 300 == len(rows_of(tmp_path / "sandbox.db", "contacts"))


def test_many_may_open_a_new_file_at_once(tmp_path: Path) -> None:
    def open_often(_: int) -> None:
        for _ in range(20):
            Store(tmp_path / "sandbox.db").close()

    with ThreadPoolExecutor(8) as pool:
        list(pool.map(open_often, range(8)))
    assert len(rows_of(tmp_path / "sandbox.db", "sims")) == 3


def test_a_port_that_is_taken_is_an_oserror(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        settings = Settings(tmp_path / "sandbox.db", port=taken.getsockname()[1])
        with pytest.raises(OSError, match="in use"):
            Gateway(settings).start()
        with pytest.raises(OSError, match="in use"):
            serve(settings, lambda gateway: None)


def test_the_token_is_kept_in_the_file(tmp_path: Path) -> None:
    with Gateway(Settings(tmp_path / "sandbox.db")) as first:
        token = first.token
    with Gateway(Settings(tmp_path / "sandbox.db")) as second:
        assert second.token == token
    with Gateway(Settings(tmp_path / "sandbox.db", token="mine")) as third:
        assert third.token == "mine"


def test_the_file_is_for_its_owner_alone(tmp_path: Path) -> None:
    db = tmp_path / "new" / "folder" / "sandbox.db"
    with Gateway(Settings(db)) as gateway:
        assert post(gateway.url, gateway.token, "/contact-lists", {"name": "A"})[0] == 201
        for path in db.parent.iterdir():
            assert stat.S_IMODE(path.stat().st_mode) == 0o600, path
        assert stat.S_IMODE(db.parent.stat().st_mode) == 0o700


def test_an_ipv6_address_will_do(tmp_path: Path) -> None:
    try:
        with Gateway(Settings(tmp_path / "sandbox.db", host="::1")) as gateway:
            assert gateway.url.startswith("http://[::1]:")
            assert post(gateway.url, gateway.token, "/contact-lists", {"name": "A"})[0] == 201
    except OSError:
        pytest.skip("no IPv6 here")


def test_a_file_of_a_newer_program_is_left_alone(tmp_path: Path) -> None:
    db = tmp_path / "sandbox.db"
    store = Store(db)
    store.connection.execute(f"PRAGMA user_version = {len(MIGRATIONS) + 1}")
    store.close()
    with pytest.raises(ValueError, match="was created by a newer version of this program"):
        Store(db)


@pytest.mark.parametrize("speed", [0, -1, float("nan"), float("inf")])
def test_what_is_no_speed_is_refused(tmp_path: Path, speed: float) -> None:
    with pytest.raises(ValueError, match="speed must be between"):
        Settings(tmp_path / "sandbox.db", speed=speed)


def test_a_gateway_may_be_stopped_twice(tmp_path: Path) -> None:
    gateway = Gateway(Settings(tmp_path / "sandbox.db"))
    gateway.start()
    gateway.stop()
    gateway.stop()


def test_a_client_that_comes_as_it_stops_is_not_left_open(tmp_path: Path) -> None:
    clients = []

    def come(gateway: Gateway) -> None:
        address = urlsplit(gateway.url)
        clients.append(socket.create_connection((address.hostname, address.port), timeout=20))
        signal.raise_signal(signal.SIGTERM)

    serve(Settings(tmp_path / "sandbox.db"), come)
    with clients[0] as client:
        assert client.recv(1) == b""


def test_it_needs_no_package_but_its_own(tmp_path: Path) -> None:
    """The architecture: the sandbox imports nothing else of ours."""
    code = (
        "import sys, smsgw_cli.sandbox.server, smsgw_cli.sandbox.seed\n"
        "ours = [name for name in sys.modules if name.startswith('smsgw_cli.')]\n"
        "print([name for name in ours if not name.startswith('smsgw_cli.sandbox')])"
    )
    command = [sys.executable, "-c", code]
    ran = subprocess.run(command, capture_output=True, text=True, check=True, env=dict(os.environ))
    assert ran.stdout.strip() == "[]"

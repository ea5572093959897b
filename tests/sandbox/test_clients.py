"""Clients that people use, on the sandbox: the reference's examples, and what each does by default.

The scripts in clients/ take a plan, {"url", "token", "requests": [{"method", "path", "query",
"body", "headers"}]}, and answer with [{"status", "body"}], each in the way of its client.
"""

import json
import queue
import shutil
import subprocess
import sys
import threading
from collections.abc import Callable
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest

from smsgw_cli.sandbox.seed import TABLES
from tests.sandbox.conftest import Api, JsonObject, Start
from tests.sandbox.test_reference import ENDPOINTS

SCRIPTS = Path(__file__).parent / "clients"
GUZZLE = Path("/usr/share/php/GuzzleHttp/autoload.php")
PATIENCE = 60  # seconds
CHROMIUM_OPTIONS = ("--headless", "--no-sandbox", "--disable-gpu", "--no-first-run")
CLIENTS = ("requests", "curl of PHP", "Guzzle", "fetch of Node.js", "axios", "Chromium")
NO_BODY_WITH_GET = ("fetch of Node.js", "Chromium")
"""fetch throws a TypeError: the Fetch standard has no body with GET. These clients use POST."""

Answers = list[JsonObject]
Ask = Callable[[Api, list[JsonObject]], Answers]


def program(name: str) -> str:
    found = shutil.which(name)
    if found is None:
        pytest.skip(f"{name} is not installed")
    return found


def run(api: Api, requests: list[JsonObject], *command: str) -> Answers:
    """The answers of a script that reads the plan from its standard input."""
    plan = json.dumps(plan_of(api, requests))
    ran = subprocess.run(command, input=plan, capture_output=True, text=True, timeout=PATIENCE)
    assert ran.returncode == 0, ran.stderr
    answers: Answers = json.loads(ran.stdout)
    return answers


def plan_of(api: Api, requests: list[JsonObject]) -> JsonObject:
    url = f"{api.gateway.url}/api/v1"
    return {"url": url, "token": api.gateway.token, "requests": requests}


def by_requests(api: Api, requests: list[JsonObject]) -> Answers:
    return run(api, requests, sys.executable, str(SCRIPTS / "with_requests.py"))


def by_curl(api: Api, requests: list[JsonObject]) -> Answers:
    php = program("php")
    if "curl" not in subprocess.run([php, "-m"], capture_output=True, text=True).stdout.split():
        pytest.skip("PHP's curl is not installed")
    return run(api, requests, php, str(SCRIPTS / "curl.php"))


def by_guzzle(api: Api, requests: list[JsonObject]) -> Answers:
    php = program("php")
    if not GUZZLE.exists():
        pytest.skip("Debian's php-guzzlehttp-guzzle is not installed")
    return run(api, requests, php, str(SCRIPTS / "guzzle.php"))


def by_node(api: Api, requests: list[JsonObject]) -> Answers:
    return run(api, requests, program("node"), str(SCRIPTS / "node.mjs"))


@pytest.fixture(scope="session")
def axios(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """axios from npm, in a folder of its own."""
    npm, folder = program("npm"), tmp_path_factory.mktemp("axios")
    wanted = ["--fetch-retries", "0", "--no-audit", "--no-fund", "--ignore-scripts", "axios@1"]
    command = [npm, "install", "--prefix", str(folder), *wanted]
    try:
        subprocess.run(command, check=True, capture_output=True, timeout=2 * PATIENCE)
    except subprocess.SubprocessError:
        pytest.skip("axios cannot be installed")
    return folder


class PageServer(ThreadingHTTPServer):
    """Serves a page of another origin than the gateway's, and takes its answers."""

    def __init__(self, plan: JsonObject) -> None:
        super().__init__(("127.0.0.1", 0), PageHandler)
        self.files = {
            "/": ("text/html", (SCRIPTS / "page.html").read_bytes()),
            "/fetch.mjs": ("text/javascript", (SCRIPTS / "fetch.mjs").read_bytes()),
            "/plan": ("application/json", json.dumps(plan).encode()),
        }
        self.answers: queue.Queue[Answers] = queue.Queue()


class PageHandler(BaseHTTPRequestHandler):
    server: PageServer

    def do_GET(self) -> None:
        kind, content = self.server.files[self.path]
        self._answer(kind, content)

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"]))
        self._answer("text/plain", b"")
        self.server.answers.put(json.loads(body))

    def log_message(self, *_: Any) -> None:
        """Say nothing."""

    def _answer(self, kind: str, content: bytes) -> None:
        self.send_response(200)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        self.wfile.write(content)


def by_chromium(api: Api, requests: list[JsonObject], profile: Path) -> Answers:
    chromium = program("chromium")
    with PageServer(plan_of(api, requests)) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        address = f"http://127.0.0.1:{server.server_port}/"
        command = [chromium, *CHROMIUM_OPTIONS, f"--user-data-dir={profile}", address]
        browser = subprocess.Popen(command, stderr=subprocess.DEVNULL)
        try:
            return server.answers.get(timeout=PATIENCE)
        finally:
            browser.terminate()
            browser.wait()
            server.shutdown()


@pytest.fixture(params=CLIENTS)
def client(request: pytest.FixtureRequest) -> str:
    name: str = request.param
    return name


@pytest.fixture
def ask(client: str, request: pytest.FixtureRequest, tmp_path: Path) -> Ask:
    """Makes requests with the client."""
    if client == "axios":
        command = [
            program("node"),
            str(SCRIPTS / "axios.mjs"),
            str(request.getfixturevalue("axios")),
        ]
        return lambda api, requests: run(api, requests, *command)
    if client == "Chromium":
        return lambda api, requests: by_chromium(api, requests, tmp_path / "profile")
    known = {"requests": by_requests, "curl of PHP": by_curl, "Guzzle": by_guzzle}
    return known.get(client, by_node)


WITH_OTHERS = ("/campaigns/{id}", "/contact-lists/{id}", "/devices/{id}", "/sending-servers/{id}")
IN_ORDER = sorted(
    ENDPOINTS, key=lambda each: each["method"] == "DELETE" and 1 + (each["path"] in WITH_OTHERS)
)
"""What deletes comes last, and what other records are deleted with after those."""
OTHER_RECORDS = {"PUT /fields/{id}": "3", "PUT /contacts/{id}": "20"}
"""Of the other list of the demo: the examples create and update a field with the same tag."""


def examples(*, body_with_get: bool) -> list[JsonObject]:
    """A request for each endpoint as the reference has it."""
    return [
        {
            "method": "POST" if is_send(endpoint) and not body_with_get else endpoint["method"],
            "path": endpoint["path"].replace("{id}", record_of(endpoint)),
            "query": endpoint["query_example"] or {},
            "body": endpoint["body_example"],
            "headers": {"Content-Type": "application/json", "Accept": "application/json"},
        }
        for endpoint in IN_ORDER
    ]


def record_of(endpoint: JsonObject) -> str:
    return OTHER_RECORDS.get(f"{endpoint['method']} {endpoint['path']}", "1")


def is_send(endpoint: JsonObject) -> bool:
    return endpoint["method"] == "GET" and endpoint["body_example"] is not None


def held(api: Api) -> dict[str, list[JsonObject]]:
    return {table: api.gateway.store.rows(table) for table in TABLES}


def by_httpx(api: Api, requests: list[JsonObject]) -> Answers:
    asked = [
        api.http.request(each["method"], each["path"], params=each["query"], json=each["body"])
        for each in requests
    ]
    return [{"status": answer.status_code, "body": answer.text} for answer in asked]


def without_port(answers: Answers, api: Api) -> Answers:
    """Answers as of a gateway on any port, which the links of pages show."""
    port = api.gateway.url.rpartition(":")[2]
    return [{**answer, "body": answer["body"].replace(f":{port}", "")} for answer in answers]


def test_the_examples_of_the_reference(
    client: str, ask: Ask, start: Start, seeded_file: Path, tmp_path: Path
) -> None:
    """All succeed as documented, and do what the same requests of httpx do."""
    here, there = (start(db=shutil.copy(seeded_file, tmp_path / name)) for name in "ab")
    requests = examples(body_with_get=client not in NO_BODY_WITH_GET)
    answers = ask(here, requests)
    statuses = [answer["status"] for answer in answers]
    assert statuses == [endpoint["status"] for endpoint in IN_ORDER]
    assert without_port(answers, here) == without_port(by_httpx(there, requests), there)
    assert held(here) == held(there)


JSON = {"Accept": "application/json"}
HABITS: dict[str, tuple[str, str, JsonObject, Any, dict[str, str]]] = {
    "JSON": ("POST", "/contact-lists", {}, {"name": "Ann"}, {}),
    "an invalid value": ("POST", "/contact-lists", {}, {"name": ""}, {}),
    "a list": ("GET", "/messages", {"statuses": ["Sent", "Failed"]}, None, JSON),
    "true": ("GET", "/campaigns", {"recurring": True}, None, JSON),
    "null": ("GET", "/calls", {"sim": None}, None, JSON),
}
"""What is sent as a client does it by default, but for the token; in queries, only the values."""

# 302: a redirect instead of an error for whoever does not ask for JSON, which most clients follow
# to the root of the server: 404. A browser may not read that page of another origin: 0.
SEEN = {
    # Accept: */*; lists as statuses=Sent&statuses=Failed, true as True.
    "requests": (201, 404, 422, 422, 200),
    # Accept: */*, and a body is a form unless Content-Type says that it is JSON.
    "curl of PHP": (302, 302, 200, 200, 200),
    # No Accept at all.
    "Guzzle": (201, 404, 200, 200, 200),
    # Accept: */*, a body is text/plain; lists as "Sent,Failed", true as "true", null as "null".
    "fetch of Node.js": (404, 404, 422, 422, 422),
    "Chromium": (0, 0, 422, 422, 422),
    # Asks for JSON first; true as "true".
    "axios": (201, 422, 200, 422, 200),
}


def test_what_a_client_does_by_default(client: str, ask: Ask, api: Api) -> None:
    """Which of Laravel's rules its users meet unless they know them."""
    names = ("method", "path", "query", "body", "headers")
    requests = [dict(zip(names, habit, strict=True)) for habit in HABITS.values()]
    statuses = tuple(answer["status"] for answer in ask(api, requests))
    assert dict(zip(HABITS, statuses, strict=True)) == dict(zip(HABITS, SEEN[client], strict=True))
    assert len(api.data("/contact-lists")) == (statuses[0] == 201)

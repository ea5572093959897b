"""`help schema`: what commands print is valid against it, and has no key that it does not name."""

import json
import shlex
import subprocess
from collections.abc import Iterator
from itertools import takewhile
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft202012Validator
from typer.testing import CliRunner

from smsgw_cli.app import app
from smsgw_cli.cli.fast_help import command_names
from smsgw_cli.commands._schema import OUTPUTS
from smsgw_cli.output.schema import schema_of
from smsgw_cli.sandbox.seed import seed
from smsgw_cli.sandbox.server import Gateway, Settings
from tests.conftest import Run
from tests.recording import BY_NAME
from tests.terminal import PROGRAM
from tests.test_contract import LINES as LINES_OF_ENDPOINTS

TEXTS = {"completion", "help"}  # commands that print no JSON
OLD = {"messages retry", "sends show", "sends forget", "imports show", "suppress import",
       "profiles show"}  # fmt: skip
# With keys of the user's or the server's: custom fields, settings, files of a backup.
OPEN = {"BackupResult", "Contact", "ProfileSettings"}
LINES = """
contact-lists create Friends
contact-lists list
contact-lists get Friends
contact-lists update Friends --name Guests
fields create Guests City --type dropdown --option K=Köln --option B=Bonn
fields list Guests
fields get 15
fields update 15 --optional
contacts create Customers +12025550123
contacts list Customers
contacts get 1
contacts update 1 --unsubscribed
contacts import Customers people.csv --dry-run
contacts import Customers people.csv --create-fields
contacts import Customers people.csv --existing update --dry-run
contacts export Customers
contacts sync Guests people.csv --create-fields --dry-run
contacts sync Guests people.csv --create-fields --yes --max-delete 100%
imports list
imports get 1
imports undo 1 --yes
imports remove 2
messages preview --to +12025550123 -m 'Hi 🙂' --sim 1
messages preview --list Customers -m Hi --at 2031-01-01T12:00:00Z --every '1 day' --until 2031-01-05
messages send --to +12025550123,+12025550125 -m Hi --once a --watch
messages send --csv people.csv -m Hi
messages send --to +12025550123 -m Hi --dry-run
messages list
messages get 1
messages tail --no-follow --since 2020-01-01
campaigns list
campaigns get 1
campaigns update 1 --name Hello
campaigns devices 1
campaigns sending-servers 1
campaigns watch 8
campaigns watch 8 9
campaigns report 1
campaigns report 1 2
campaigns retry 3 --yes --allow repeat
backup create kept
backup restore kept --yes
sends list
sends get 1
sends settle
sends remove 1 --yes
ussd-pulls send '*123#' --sim 1
ussd-pulls list
ussd-pulls get 1
calls list
devices list
devices get 1
devices update 1 --name Counter
devices sims
devices selftest 1 2 --yes
devices balances
check devices
check nonsense
sending-servers create --name Fresh --driver twilio --type SMS --config sid=x
sending-servers list
sending-servers get 1
sending-servers update Fresh --disabled
sender-ids create Fresh SHOP
sender-ids list
sender-ids get SHOP
sender-ids delete SHOP --yes
sending-servers delete Fresh --yes
suppress add +12025550188
suppress list
suppress from-replies
suppress remove +12025550188
profiles list
profiles get sandbox
profiles get work server
profiles get work token --show-secrets
profiles get work token_command --show-secrets
profiles get work retries
profiles get work no_input
profiles get work region
profiles get work stop_words
profiles get work check.age
profiles use sandbox
profiles test
doctor
api GET devices
sandbox requests
calls delete 1 2 --yes
messages delete 1 --yes
ussd-pulls delete 1 --yes
campaigns delete 1 2 --yes
contacts delete 2 --yes
fields delete 15 --yes
contact-lists delete Guests --yes
devices delete 2 --yes
profiles remove work --yes
"""
OF_THE_SANDBOX = """
sandbox seed
sandbox set clock=+2h
sandbox receive --from +12025550188 --to 1 -m Hi
sandbox reset --yes
"""


@pytest.fixture
def seeded(tmp_path: Path, home: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Gateway]:
    seed(tmp_path / "seeded.db")
    (home / "people.csv").write_text(
        "mobile_number,name\n+12025550123,Ann\n+12025550124,Ben\n", encoding="utf-8"
    )
    with Gateway(Settings(db=tmp_path / "seeded.db", speed=100_000)) as gateway:
        monkeypatch.setenv("SMSGW_SERVER", gateway.url)
        monkeypatch.setenv("SMSGW_TOKEN", gateway.token)
        yield gateway


def closed(schema: Any, name: str = "") -> Any:
    """The schema with no other keys in records than those that it names."""
    if isinstance(schema, list):
        return [closed(each) for each in schema]
    if not isinstance(schema, dict):
        return schema
    inner = {key: closed(each, key) for key, each in schema.items()}
    if "properties" in schema and name not in OPEN:
        inner["additionalProperties"] = False
    return inner


def problems(output: str, value: Any) -> list[str]:
    definitions: dict[str, Any] = {}
    schema = closed(schema_of(OUTPUTS[output], definitions))
    validator = Draft202012Validator({**schema, "$defs": closed(definitions)})
    return [f"{each.json_path}: {each.message}" for each in validator.iter_errors(value)]


def output_of(line: str) -> str:
    """The name of what a command line prints."""
    named = [each for each in OUTPUTS if f"{line} ".startswith(f"{each} ")]
    command = max(named, key=len)
    if "--dry-run" in line:
        return f"{command} --dry-run" if f"{command} --dry-run" in OUTPUTS else "--dry-run"
    return command


def printed(line: str) -> tuple[Any, list[Any]]:
    """The JSON of stdout and of stderr, however the command ends."""
    ended = CliRunner().invoke(app, [*shlex.split(line), "-o", "json"])
    print(f"$ smsgw {line}\n{ended.stdout[:300]}\n{ended.stderr[-300:]}")
    told = [json.loads(each) for each in ended.stderr.splitlines() if each.startswith("{")]
    return json.loads(ended.stdout or "null"), told


def test_every_command_has_a_schema() -> None:
    names = command_names()
    leaves = {each for each in names if not any(one.startswith(f"{each} ") for one in names)}
    commands = {each for each in OUTPUTS if "--dry-run" not in each} - {"error", "progress"}
    assert commands == leaves - TEXTS - OLD


def test_the_schemas_are_json_schema(run: Run) -> None:
    every = run("help schema").json
    assert every["outputs"].keys() == OUTPUTS.keys()
    for output in OUTPUTS:
        definitions: dict[str, Any] = {}
        schema = schema_of(OUTPUTS[output], definitions)
        assert every["outputs"][output] == schema
        Draft202012Validator.check_schema({**schema, "$defs": definitions})


def test_the_schema_of_a_command_stands_alone(run: Run) -> None:
    schema = run("help schema messages list").json
    Draft202012Validator(schema).validate([{"id": 1, "content": None, "new": "field"}])
    assert not Draft202012Validator(schema).is_valid([{"id": "one"}])
    assert schema["$defs"].keys() == {"Message"}


def test_a_misspelt_command_is_told_the_one_that_was_meant(run: Run) -> None:
    assert "did you mean messages list" in run("help schema mesages list", code=4).stderr


def test_what_commands_print_is_valid(run: Run, seeded: Gateway) -> None:
    run(f"profiles add work {seeded.url} --token-stdin", input=seeded.token)
    check(LINES)


def test_what_the_sandbox_prints_is_valid() -> None:
    check(OF_THE_SANDBOX)


@pytest.mark.parametrize("verb", ["import", "sync"])
def test_what_a_resumed_import_prints_is_valid(run: Run, seeded: Gateway, verb: str) -> None:
    run("contact-lists create Friends")
    seeded.faults.add("401 POST /contact-lists/*/contacts")
    run(f"contacts {verb} Friends people.csv --create-fields --yes", code=3)
    seeded.faults.clear()
    check("imports resume 1 --yes")


def test_what_a_served_sandbox_prints_is_valid(home: Path) -> None:
    with subprocess.Popen(
        [*PROGRAM, "sandbox", "serve", "--db", str(home / "g.db"), "-o", "json"],
        stdout=subprocess.PIPE,
        text=True,
    ) as serving:
        assert serving.stdout
        lines = takewhile(lambda line: line != "}\n", serving.stdout)
        served = json.loads("".join(lines) + "}")
        serving.terminate()
    assert problems("sandbox serve", served) == []


def check(lines: str) -> None:
    for line in lines.strip().splitlines():
        data, told = printed(line)
        assert (line, problems(output_of(line), data)) == (line, [])
        for each in told:
            assert (line, problems(next(iter(each)), each)) == (line, [])


@pytest.mark.parametrize(
    "endpoint", [each for each in BY_NAME if BY_NAME[each]["response_example"]]
)
def test_the_examples_of_the_reference_are_valid(endpoint: str) -> None:
    example = BY_NAME[endpoint]["response_example"]
    data = example.get("data", example) if isinstance(example, dict) else example
    assert problems(output_of(LINES_OF_ENDPOINTS[endpoint]), data) == []


@pytest.mark.parametrize("line", ["devices get 99", "devices list --limit -1", "nonsense"])
def test_an_error_is_valid(server: Gateway, line: str) -> None:
    _, told = printed(line)
    assert [problems("error", each) for each in told] == [[]]

"""Errors are printed in the format of the output, wherever it was selected."""

import pytest

from smsgw_cli.sandbox.server import Gateway
from tests.conftest import Run

FAILING = ("devices get 99", "devices list --nonsense", "nonsense")


def is_json(told: str) -> bool:
    return told.splitlines()[-1].startswith('{"error": ')


@pytest.fixture
def work(run: Run, server: Gateway, monkeypatch: pytest.MonkeyPatch) -> None:
    """A profile `work` with JSON as its output, and `plain`, the default, without."""
    monkeypatch.delenv("SMSGW_SERVER")
    monkeypatch.delenv("SMSGW_TOKEN")
    for name, options in (("plain", ""), ("work", "output=json")):
        run(f"profiles add {name} {server.url} {options} --token-stdin", input=server.token)
    run("profiles use plain")


@pytest.mark.usefixtures("work")
@pytest.mark.parametrize("line", FAILING)
@pytest.mark.parametrize(
    ("options", "variable", "expected"),
    [
        ("", "", False),
        ("-p work", "", True),
        ("--profile=work -o table", "", False),
        ("-p work -o csv", "", False),
        ("-o ndjson", "", True),
        ("", "json", True),
        ("-o table", "json", False),
        ("--output=json", "table", True),
    ],
)
def test_an_error_is_json_where_the_output_would_be(
    run: Run,
    monkeypatch: pytest.MonkeyPatch,
    line: str,
    options: str,
    variable: str,
    expected: bool,
) -> None:
    monkeypatch.setenv("SMSGW_OUTPUT", variable)
    assert is_json(run(f"{line} {options}", code=None).stderr) == expected


@pytest.mark.usefixtures("work")
def test_the_output_of_the_default_profile_is_that_of_its_errors(run: Run) -> None:
    run("profiles use work")
    assert is_json(run("devices get 99", code=4).stderr)
    assert is_json(run("nonsense", code=2).stderr)
    assert not is_json(run("-p plain devices get 99", code=4).stderr)


def test_a_config_that_cannot_be_read_does_not_hide_the_error(
    run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SMSGW_CONFIG", "broken.toml")
    with open("broken.toml", "w", encoding="utf-8") as file:  # noqa: PTH123
        file.write("not = [toml")
    assert "error: " in run("devices list", code=None).stderr
    assert is_json(run("devices list -o json", code=None).stderr)

"""USSD codes are dialled as they were meant, and what is no code is refused before anything."""

import pytest

from smsgw_cli.sandbox.server import Gateway
from tests.conftest import Run


def codes(server: Gateway) -> list[str]:
    return [each["code"] for each in server.store.rows("ussd_pulls")]


@pytest.mark.parametrize("code", ["*123#", "#31#", "*100*2*50#", "**21*123#", "##002#", "*#06#"])
def test_a_code_is_dialled_as_it_is(run: Run, server: Gateway, code: str) -> None:
    shown = run("ussd-pulls send", code)
    assert codes(server) == [code]
    assert "dialed as" not in shown.stderr


@pytest.mark.parametrize(
    ("code", "why"),
    [
        *(("*123", "does not end with #"), ("#31", "does not end with #")),
        *(("", "is empty"), ("hello", "digits"), ("123#", "digits"), ("*#", "digits")),
        *(("#", "digits"), ("*12a#", "digits"), ("*12½#", "digits"), ("*12²#", "digits")),
        *(("*123#, *124#", "separate"), ("*123# *124#", "separate"), (" *123#", "separate")),
        *(("*123#;*1#", "separate"), ("*123#\r", "separate"), ("*12+3#", "digits")),
    ],
)
@pytest.mark.parametrize("way", ["send", "send --dry-run"])
def test_what_is_no_code_is_refused(
    run: Run, server: Gateway, way: str, code: str, why: str
) -> None:
    refused = run(f"ussd-pulls {way} --code '*100#' --code", code, code=2)
    assert "error: not a USSD code" in refused.stderr
    assert why in refused.stderr
    assert server.requests == []


def test_every_text_that_is_no_code_is_named(run: Run, server: Gateway) -> None:
    refused = run("ussd-pulls send '*1#' two '*3' -o json", code=2)
    assert list(refused.error["errors"]) == ["'two'", "'*3'"]


@pytest.mark.parametrize(
    "code", ["＊１２３＃", "*١٢٣#", "*۱۲۳#", "﹡123﹟", "\u2066*123#\u2069", "*१२३#", "\u200e*123#"]
)
def test_digits_and_signs_of_other_scripts_are_those_of_a_keypad(
    run: Run, server: Gateway, code: str
) -> None:
    shown = run("ussd-pulls send", code)
    assert codes(server) == ["*123#"]
    assert "is dialed as *123#" in shown.stderr


def test_a_sim_waits_between_codes(run: Run, server: Gateway) -> None:
    def sent(options: str) -> tuple[object, bool]:
        shown = run(f"ussd-pulls send {options} --dry-run")
        return shown.json["body"].get("delay"), "waits 5 s between codes" in shown.stderr

    assert sent("'*1#' '*2#'") == (5, True)
    assert sent("'*1#' '*2#' --sim 1 --sim 2") == (5, True)
    assert sent("'*1#' '*2#' --delay 30") == (30, False)
    assert sent("'*1#' '*2#' --delay 0") == (0, False)
    assert sent("'*1#'") == (None, False)


def test_the_answer_of_each_sim_is_printed(run: Run, server: Gateway) -> None:
    shown = run("ussd-pulls send '*100*1#' --sim 1 --sim 2 --watch")
    answers = [each["response"] for each in server.store.rows("ussd_pulls")]
    assert len(answers) == 2
    lines = shown.stdout.splitlines()
    assert lines[0].startswith("1\t")
    assert [line.split("\t")[1::3] for line in lines[1:]] == [
        ["1", answers[0]],
        ["2", answers[1]],
    ]


@pytest.mark.parametrize("form", ["-o json", "-o csv", "-c id", "--query id"])
def test_a_complete_document_is_not_added_to(run: Run, server: Gateway, form: str) -> None:
    plain = run(f"ussd-pulls send '*100*1#' --sim 1 --once a {form}").stdout
    shown = run(f"ussd-pulls send '*100*1#' --sim 1 --once a --watch {form}")
    (pull,) = server.store.rows("ussd_pulls")
    assert shown.stdout == plain
    assert f"sim 1: *100*1#: {pull['response']}" in shown.stderr


def test_quiet_prints_the_campaign_alone(run: Run, server: Gateway) -> None:
    assert run("ussd-pulls send '*100*1#' --sim 1 --watch -q").stdout == "1\n"


def test_answers_are_printed_where_a_code_failed(run: Run, server: Gateway) -> None:
    shown = run("ussd-pulls send '*100*1#' '*199#' --sim 1 --watch -o table")
    (good, _) = server.store.rows("ussd_pulls")
    assert good["response"] in shown.stdout
    assert "Failed" in shown.stdout

"""Sends in waves that are killed at every gap: exactly the planned messages, once."""

from itertools import product
from pathlib import Path

import pytest

from tests.messages.waves.conftest import Held, Write, good
from tests.messages.waves.kills import KILLED, OF_MAILING, OF_TEXT, ended

pytestmark = pytest.mark.usefixtures("server")
OPTIONS = ["--yes", "--set", "settle=0", "--set", "min_arrived=0"]


def killed_and_finished(line: list[str], steps: tuple[str, ...]) -> None:
    """Kill it before and after each step, then let it come to its end."""
    for step, before in product(steps, (True, False)):
        code = ended(line, step, before=before)
        assert code == KILLED or step == "finish", (step, before, code)
    assert ended(line) in (0, 2)  # 2: a mailing that is finished was the same


def test_waves_killed_before_and_after_every_step_send_each_message_once(
    numbers: Write, held: Held
) -> None:
    waves = ",".join(["1/0s"] * 12 + ["rest"])
    to = numbers(good(20))
    line = ["messages", "send", "-m", "Hi", "--once", "x", "--to", to, "--waves", waves]
    killed_and_finished([*line, *OPTIONS], OF_TEXT)
    assert held() == {(each, "Hi"): 1 for each in good(20)}


def test_a_mailing_killed_before_and_after_every_step_sends_each_row_once(held: Held) -> None:
    rows = [f"{number},{place % 2}" for place, number in enumerate(good(20))]
    Path("people.csv").write_text("\n".join(["phone,name", *rows]) + "\n")
    waves = ",".join(["1/0s"] * 12 + ["rest"])
    line = ["messages", "send", "-m", "Hi {name}", "--csv", "people.csv", "--waves", waves]
    killed_and_finished([*line, *OPTIONS], OF_MAILING)
    assert held() == {(each, f"Hi {place % 2}"): 1 for place, each in enumerate(good(20))}

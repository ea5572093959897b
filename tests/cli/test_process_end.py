"""The process begins without collecting garbage, and ends at once, but never too early."""

import subprocess
import sys

import pytest

BEGUN = "import atexit, sys, threading, time; from smsgw_cli.cli import process; "


def ended(code: str, *options: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, *options, "-c", f"{BEGUN}{code}; process.leave(5); print('stayed')"],
        capture_output=True,
        text=True,
        timeout=60,
    )


def test_it_ends_with_its_exit_code_and_all_that_was_printed() -> None:
    left = ended("print('out'); print('err', file=sys.stderr)")
    assert (left.returncode, left.stdout, left.stderr) == (5, "out\n", "err\n")


def test_what_was_registered_for_the_end_is_done() -> None:
    assert ended("atexit.register(print, 'done', flush=True)").stdout == "done\n"


@pytest.mark.parametrize(
    "code",
    [
        "threading.Thread(target=time.sleep, args=(0.1,)).start()",
        "sys.settrace(lambda *_: None)",
        "sys.setprofile(lambda *_: None)",
    ],
)
def test_who_must_be_waited_for_is_waited_for(code: str) -> None:
    left = ended(code)
    assert (left.returncode, left.stdout) == (0, "stayed\n")


def test_a_thread_that_nobody_waits_for_holds_up_nothing() -> None:
    code = "threading.Thread(target=time.sleep, args=(600,), daemon=True).start()"
    assert ended(code).returncode == 5


def test_developers_see_an_ordinary_end() -> None:
    assert ended("pass", "-X", "dev").stdout == "stayed\n"


def test_what_goes_on_for_long_is_collected_as_ever() -> None:
    code = """
import gc
from smsgw_cli.cli import process
ordinary = gc.get_threshold()
process.begin()
before = gc.get_threshold()
kept = [[] for _ in range(process.SHORT + 1_000)]
print(before[0] == process.SHORT, gc.get_threshold() == ordinary, gc.callbacks)
"""
    told = subprocess.check_output([sys.executable, "-c", code], text=True)
    assert told == "True True []\n"

"""Prints the duration of short commands relative to the start of Python and to other CLIs.

Usage: python -m tests.benchmarks.startup FOLDER [ROUNDS]
FOLDER is the one given to tests/benchmarks/peers.sh.
"""

import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

from tests.benchmarks import in_turn
from tests.benchmarks.list_memory import MESSAGE
from tests.benchmarks.pageserver import PER_PAGE, pages

ROUNDS = 20
HERE = Path(__file__).parent
PEERS = {
    "aws": "aws/bin/aws",
    "http": "http/bin/http",
    "hf": "hf/bin/hf",
    "twilio": "twilio/node_modules/.bin/twilio",
}
PYTHON, HTTPX, VERSION, LISTING = "python", "minimal httpx", "--version", "messages list -o json"
MOST = {  # of smsgw's, as multiples of Python's start
    VERSION: 1.5,
    "--help": 1.1,
    "messages send --help": 1.1,
    "no-such-command": 7.0,
    "messages no-such-command": 7.0,
    "messages send --no-such-option": 7.0,
    LISTING: 9.0,
    "__complete profiles": None,
}
MOST_OF_HTTPX, MOST_OF_PEER, MOST_MILLISECONDS = 0.85, 0.1, 5.0
TABS = 1000
TAB = """
source {script}
COMP_WORDS=(smsgw messages send --list x --type '')
COMP_CWORD=6
TIMEFORMAT=%R
time for ((n = 0; n < {tabs}; n++)); do _smsgw smsgw; done
[[ "${{COMPREPLY[*]}}" == "SMS MMS WhatsApp" ]]
"""


def commands(folder: Path) -> dict[str, list[str]]:
    """Commands to measure by name: Python, a script, smsgw, and the installed peers."""
    ours = folder / "smsgw" / "bin"
    python = str(ours / "python")
    return {
        PYTHON: [python, "-I", "-c", "pass"],
        HTTPX: [python, "-I", str(HERE / "minimal_httpx.py")],
        **{line: [str(ours / "smsgw"), *line.split()] for line in MOST},
        **{name: [path, "--version"] for name, path in peers(folder)},
    }


def peers(folder: Path) -> Iterator[tuple[str, str]]:
    """Name and path of each installed peer."""
    for name, place in PEERS.items():
        if (folder / place).exists():
            yield name, str(folder / place)
    if gh := shutil.which("gh"):
        yield "gh", gh


def rows(measured: in_turn.Rounds) -> Iterator[tuple[str, str, float, float | None]]:
    """Rows of a command, its divisor, their ratio and its limit."""
    for line, most in MOST.items():
        yield f"smsgw {line}", PYTHON, measured.ratio(line, PYTHON), most
    yield HTTPX, PYTHON, measured.ratio(HTTPX, PYTHON), None
    yield f"smsgw {LISTING}", HTTPX, measured.ratio(LISTING, HTTPX), MOST_OF_HTTPX
    for name in [each for each in (*PEERS, "gh") if each in measured.seconds]:
        most = None if name == "gh" else MOST_OF_PEER  # which is compiled
        yield f"{name} --version", PYTHON, measured.ratio(name, PYTHON), None
        yield "smsgw --version", f"{name} --version", measured.ratio(VERSION, name), most


def tab_milliseconds(environment: dict[str, str]) -> float:
    """Milliseconds of one press of TAB in bash, without drawing."""
    script = HERE.parent.parent / "completions" / "smsgw.bash"
    told = subprocess.run(
        ["bash", "--norc", "-c", TAB.format(script=script, tabs=TABS)],
        env=environment,
        stderr=subprocess.PIPE,
        text=True,
        check=True,
    )
    return float(told.stderr) / TABS * 1000


def report(measured: in_turn.Rounds, tab: float) -> None:
    print("| what | divided by | ratio | at most |")
    print("| --- | --- | --- | --- |")
    for what, base, ratio, most in rows(measured):
        print(f"| `{what}` | `{base}` | {ratio:.2f} | {most or ''} |")
    print(f"| TAB in bash, static | | {tab:.1f} ms | {MOST_MILLISECONDS} ms |")
    missing = {*PEERS, "gh"} - measured.seconds.keys()
    print(f"\nPython's start: {measured.milliseconds(PYTHON):.1f} ms (median).", end=" ")
    print(f"Not installed, omitted: {', '.join(sorted(missing)) or 'none'}.")


def main() -> None:
    folder, rounds = Path(sys.argv[1]), int(sys.argv[2]) if sys.argv[2:] else ROUNDS
    with tempfile.TemporaryDirectory() as home, pages(PER_PAGE, MESSAGE) as server:
        environment = in_turn.clean(home)
        codes = {line: 2 for line in MOST if "no-such" in line}
        measured = in_turn.run(commands(folder), rounds, {**environment, **server}, codes)
        report(measured, tab_milliseconds(environment))


if __name__ == "__main__":
    main()

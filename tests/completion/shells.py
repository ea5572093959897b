"""What real shells offer for a line, and what TAB makes of it."""

import atexit
import os
import pty
import select
import shlex
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable
from functools import cache
from pathlib import Path

HERE = Path(__file__).parent
SCRIPTS = HERE.parent.parent / "completions"
SECONDS = 60  # for a shell that says nothing

_BASH = """
source {script}
COMP_WORDS=({words})
COMP_CWORD={last}
_smsgw smsgw
printf '%s\\n' "${{COMPREPLY[@]}}"
"""
_TYPED = """PS1=
bind 'set bell-style none'
bind 'set enable-bracketed-paste off'
show() {{ printf '\\0%s\\0' "$READLINE_LINE"; }}
bind -x '"\\C-x": show'
source {script}
printf 'rea''dy\\n'
"""


def offered(shell: str, line: str) -> list[str]:
    """What the shell offers for the last word of the line, as it would stand there, sorted."""
    return sorted(filter(None, OFFERED[shell](line).splitlines()))


def _bash(line: str) -> str:
    words = _cut_as_bash_does(line)
    quoted = " ".join(map(shlex.quote, words))
    told = _BASH.format(script=SCRIPTS / "smsgw.bash", words=quoted, last=len(words) - 1)
    return _run(["bash", "--norc", "-c", told])


def _cut_as_bash_does(line: str) -> list[str]:
    """Words as in COMP_WORDS: cut at blanks, and at each `=` and `:`, which are words too."""
    words = []
    for word in line.split(" "):
        cut = word.replace("=", "\0=\0").replace(":", "\0:\0").split("\0")
        words += [each for each in cut if each] or [""]
    return words


def _zsh(*words: str) -> str:
    script = str(SCRIPTS / "_smsgw")
    return _run(["zsh", "-f", str(HERE / "offers.zsh"), script, *words], DUMP=_dump())


@cache
def _dump() -> str:
    """What zsh's compinit finds out about all functions there are, once for all."""
    folder = tempfile.mkdtemp()
    atexit.register(shutil.rmtree, folder)
    _run(["zsh", "-f", "-c", f"autoload -U compinit && compinit -u -d {folder}/dump"])
    return f"{folder}/dump"


def _fish(line: str) -> str:
    told = f"source {SCRIPTS / 'smsgw.fish'}; complete -C {shlex.quote(line)}"
    lines = _run(["fish", "--no-config", "-c", told]).splitlines()
    return "\n".join(each.partition("\t")[0] for each in lines)


def completed_by_bash(line: str) -> str:
    """The line as TAB leaves it in an interactive bash."""
    child, terminal = pty.fork()
    if child == 0:
        os.execvpe("bash", ["bash", "--norc", "--noprofile", "-i"], _environment())
    try:
        os.write(terminal, _TYPED.format(script=SCRIPTS / "smsgw.bash").encode())
        _read_until(terminal, b"ready\r\n")
        os.write(terminal, f"{line}\t\x18".encode())
        return _read_until(terminal, b"\0", b"\0").decode()
    finally:
        os.close(terminal)
        os.waitpid(child, 0)


def completed_by_zsh(line: str) -> str:
    """The line as TAB leaves it in an interactive zsh."""
    return _zsh("-l", line)[:-1]


def _read_until(terminal: int, *marks: bytes) -> bytes:
    """What is read between the marks, or before the only one."""
    read = b""
    for mark in marks:
        while mark not in read:
            assert select.select([terminal], [], [], SECONDS)[0], f"only {read!r} was said"
            read += os.read(terminal, 4096)
        before, _, read = read.partition(mark)
    return before


def _environment() -> dict[str, str]:
    path = f"{Path(sys.executable).parent}:{os.environ['PATH']}"
    return {**os.environ, "PATH": path, "TERM": "dumb", "LC_ALL": "C.UTF-8"}


def _run(command: list[str], **variables: str) -> str:
    ended = subprocess.run(
        command,
        env={**_environment(), **variables},
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=SECONDS,
    )
    assert ended.stderr == ""
    return ended.stdout


OFFERED: dict[str, Callable[..., str]] = {"bash": _bash, "zsh": _zsh, "fish": _fish}

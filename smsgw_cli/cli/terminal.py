"""Questions are put where people see them: on stderr, or on the terminal if that is a file."""

import sys

import typer

TERMINAL = "/dev/tty"


def has_terminal() -> bool:
    """Whether a question can be seen and answered."""
    return sys.stdin.isatty() and (sys.stderr.isatty() or _is_there())


def confirmed(question: str) -> bool:
    """Whether the answer is yes. The default is no."""
    if sys.stderr.isatty():
        return typer.confirm(question, err=True)
    with open(TERMINAL, "w", encoding="utf-8") as terminal:  # noqa: PTH123  # not a file
        terminal.write(f"{question} [y/N]: ")
        terminal.flush()
    return sys.stdin.readline().strip().lower() in ("y", "yes")


def _is_there() -> bool:
    try:
        with open(TERMINAL, "w"):  # noqa: PTH123  # not a file
            return True
    except OSError:
        return False

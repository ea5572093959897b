"""`python -m smsgw_cli`, and the command `smsgw`."""

import os
import sys
from contextlib import suppress
from typing import TYPE_CHECKING

from smsgw_cli.front import BROKEN_PIPE, COMPLETE, answer

if TYPE_CHECKING:
    from smsgw_cli.completing.request import Request


def main() -> None:
    """Run the command line; what can be told before anything heavy is imported is told then."""
    try:
        if sys.argv[1:2] == [COMPLETE]:
            _complete(sys.argv[2:])
        elif not answer(sys.argv[1:]):
            _run()
    except KeyboardInterrupt:  # before there was anything to interrupt
        sys.exit(130)
    except BrokenPipeError:  # whoever reads our output has enough of it
        os._exit(BROKEN_PIPE)
    except OSError as error:
        sys.exit(f"error: {error.strerror or error}")


def _complete(words: list[str]) -> None:
    """Tell a shell the names it asks for; nothing where they cannot be had, and never why."""
    from smsgw_cli.completing.request import Request

    with suppress(Exception):
        request = Request(words)
        lines = request.kept()
        if lines is None:
            request.end_in_time()
            lines = _fresh(request)
            request.keep(lines)
        sys.stdout.buffer.write("".join(f"{line}\n" for line in lines).encode())
        sys.stdout.flush()
    os._exit(0)


def _fresh(request: "Request") -> list[str]:
    from smsgw_cli import process

    process.begin()
    from smsgw_cli.completing import names

    with suppress(Exception):
        return names.lines(request)
    return []


def _run() -> None:
    from smsgw_cli import process

    process.begin()
    from smsgw_cli.app import main as run

    try:
        run()
    except SystemExit as ending:
        if isinstance(ending.code, int):
            process.leave(ending.code)
        raise


if __name__ == "__main__":
    main()

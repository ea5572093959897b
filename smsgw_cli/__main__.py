"""`python -m smsgw_cli`, and the command `smsgw`."""

import os
import sys

from smsgw_cli.front import BROKEN_PIPE, answer


def main() -> None:
    """Run the command line; what can be told before anything heavy is imported is told then."""
    try:
        if not answer(sys.argv[1:]):
            _run()
    except KeyboardInterrupt:  # before there was anything to interrupt
        sys.exit(130)
    except BrokenPipeError:  # whoever reads our output has enough of it
        os._exit(BROKEN_PIPE)
    except OSError as error:
        sys.exit(f"error: {error.strerror or error}")


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

"""The entry point of `smsgw` and of `python -m smsgw_cli`."""

import os
import sys

from smsgw_cli.cli.command_word import is_plugin
from smsgw_cli.cli.fast_help import BROKEN_PIPE, COMPLETE, answer
from smsgw_cli.output.streams import ReaderGone, WriteFailed, open_all


def main() -> None:
    """Run the command line; --help and --version are answered before any slow import."""
    if is_plugin(sys.argv[1:]):
        from smsgw_cli.cli import plugin

        plugin.run(_main)
    _main()


def _main() -> None:
    try:
        open_all()
        if sys.argv[1:2] == [COMPLETE]:
            _complete(sys.argv[2:])
        elif not answer(sys.argv[1:]):
            _run()
    except KeyboardInterrupt:  # interrupted during start-up
        if is_plugin(sys.argv[1:]):
            raise
        print("error: interrupted", file=sys.stderr)
        sys.exit(130)
    except ReaderGone:
        sys.exit(BROKEN_PIPE)
    except WriteFailed as error:
        sys.exit(f"error: cannot write the output: {error}")
    except OSError as error:
        sys.exit(f"error: {error.strerror or error}")


def _complete(words: list[str]) -> None:
    """Print the names that a shell asks for; nothing if there are none or on any error."""
    try:
        from smsgw_cli.cli.completion.request import Request

        request = Request(words)
        lines = request.kept()
        if lines is None:
            request.end_in_time()
            from smsgw_cli.cli import process

            process.begin()
            from smsgw_cli.cli.completion.names import lines_of
            from smsgw_cli.commands import module

            lines = lines_of(request, module)
            request.keep(lines)
        sys.stdout.buffer.write("".join(f"{line}\n" for line in lines).encode())
        sys.stdout.buffer.flush()
    finally:
        os._exit(0)


def _run() -> None:
    from smsgw_cli.cli import process

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

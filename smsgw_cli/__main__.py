"""`python -m smsgw_cli`, and the command `smsgw`."""

import sys

from smsgw_cli import __version__


def main() -> None:
    """Run the command line; the version is told before anything heavy is imported."""
    try:
        if sys.argv[1:] in (["--version"], ["-V"]):
            print(f"smsgw {__version__}", flush=True)
            return
        from smsgw_cli.app import main as run

        run()
    except KeyboardInterrupt:  # before there was anything to interrupt
        sys.exit(130)
    except OSError as error:
        sys.exit(f"error: {error.strerror or error}")


if __name__ == "__main__":
    main()

"""`python -m smsgw_cli`, and the command `smsgw`."""

import sys

from smsgw_cli import __version__


def main() -> None:
    """Run the command line; the version is told before anything heavy is imported."""
    if sys.argv[1:] in (["--version"], ["-V"]):
        print(f"smsgw {__version__}")
        return
    from smsgw_cli.app import main as run

    run()


if __name__ == "__main__":
    main()

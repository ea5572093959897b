"""The options of every command.

They may appear anywhere on the command line; those nearest to the command win.
"""

from typing import Annotated, Any

import typer

from smsgw_cli.cli.completion.hints import FORMAT, PROFILE, SETTING
from smsgw_cli.sms.durations import seconds

CONNECTION, OUTPUT, SAFETY = "Server and settings", "Output", "Safety"


def _option(*flags: str, section: str, **settings: Any) -> Any:
    return typer.Option(*flags, rich_help_panel=section, **settings)


class Options:
    """The shared options as given; None if not given."""

    profile_name: Annotated[
        str | None,
        _option(
            "-p",
            "--profile",
            section=CONNECTION,
            metavar="NAME",
            help="Profile to use",
        ),
        PROFILE,
    ] = None
    timeout: Annotated[
        float | None,
        _option(
            "--timeout",
            section=CONNECTION,
            parser=seconds,
            metavar="DURATION",
            help="Timeout of a complete request [default: 30s]",
        ),
    ] = None
    retries: Annotated[
        int | None,
        _option(
            "--retries", section=CONNECTION, metavar="N", help="Retries of a request [default: 4]"
        ),
    ] = None
    overrides: Annotated[
        list[str] | None,
        _option(
            "--set",
            section=CONNECTION,
            metavar="KEY=VALUE",
            help="Any setting, for this command; see 'smsgw help settings'",
        ),
        SETTING,
    ] = None
    output: Annotated[
        str | None,
        _option(
            "-o",
            "--output",
            section=OUTPUT,
            metavar="FORMAT",
            help="table, json, ndjson, csv, tsv or excel (CSV for spreadsheets)",
        ),
        FORMAT,
    ] = None
    columns: Annotated[
        str | None,
        _option(
            "-c",
            "--columns",
            section=OUTPUT,
            metavar="A,B.C",
            help="Columns to show (nested: a.b)",
        ),
    ] = None
    query: Annotated[
        str | None,
        _option("--query", section=OUTPUT, metavar="JMESPATH", help="Filter or reshape the data"),
    ] = None
    quiet: Annotated[
        bool | None,
        _option("-q", "--quiet", section=OUTPUT, help="Print only ids, one per line; no notes"),
    ] = None
    verbose: Annotated[
        bool | None,
        _option(
            "-v",
            "--verbose",
            section=OUTPUT,
            help="Show requests and responses, without secrets",
        ),
    ] = None
    debug: Annotated[
        bool | None, _option("--debug", section=OUTPUT, help="Like --verbose, with tracebacks")
    ] = None
    show_secrets: Annotated[
        bool | None,
        _option("--show-secrets", section=OUTPUT, help="Do not mask secrets in tables"),
    ] = None
    yes: Annotated[
        bool | None, _option("-y", "--yes", section=SAFETY, help="Skip confirmation prompts")
    ] = None
    dry_run: Annotated[
        bool | None,
        _option(
            "-n",
            "--dry-run",
            section=SAFETY,
            help="Show what would be done, without doing it",
        ),
    ] = None
    excel: Annotated[bool | None, typer.Option("--excel", hidden=True)] = None  # of 0.1.0

    def apply(self, arguments: dict[str, Any]) -> None:
        """Pop these options from a command's arguments; they override earlier values."""
        for name in SHARED:
            value = arguments.pop(name, None)
            if name == "overrides":
                self.overrides = [*(self.overrides or ()), *(value or ())]
            elif value is not None:
                setattr(self, name, value)


SHARED = tuple(Options.__annotations__)

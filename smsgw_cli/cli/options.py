"""The options of every command.

They may appear anywhere on the command line; those nearest to the command win.
"""

from dataclasses import dataclass, fields
from typing import Annotated, Any

import typer

from smsgw_cli.cli.completion.hints import FORMAT, PROFILE
from smsgw_cli.sms.durations import seconds


@dataclass
class Options:
    """The shared options as given; None if not given."""

    profile_name: Annotated[
        str | None,
        typer.Option(
            "-p", "--profile", metavar="NAME", envvar="SMSGW_PROFILE", help="Profile to use"
        ),
        PROFILE,
    ] = None
    output: Annotated[
        str | None,
        typer.Option(
            "-o",
            "--output",
            metavar="FORMAT",
            envvar="SMSGW_OUTPUT",
            help="table, json, ndjson, csv or tsv",
        ),
        FORMAT,
    ] = None
    columns: Annotated[
        str | None,
        typer.Option(
            "-c",
            "--columns",
            metavar="A,B.C",
            help="Columns to show (nested: a.b)",
        ),
    ] = None
    query: Annotated[
        str | None,
        typer.Option("--query", metavar="JMESPATH", help="Filter or transform the JSON"),
    ] = None
    excel: Annotated[
        bool | None,
        typer.Option(
            "--excel",
            help="CSV for spreadsheets: with a BOM, and ' before text starting with = + - or @",
        ),
    ] = None
    quiet: Annotated[
        bool | None, typer.Option("-q", "--quiet", help="Print only ids, one per line; no notes")
    ] = None
    yes: Annotated[bool | None, typer.Option("-y", "--yes", help="Skip confirmation prompts")] = (
        None
    )
    dry_run: Annotated[
        bool | None,
        typer.Option("--dry-run", help="Print the request instead of sending it"),
    ] = None
    verbose: Annotated[
        bool | None,
        typer.Option("-v", "--verbose", help="Show requests and responses, without secrets"),
    ] = None
    debug: Annotated[
        bool | None, typer.Option("--debug", help="Like --verbose, with tracebacks")
    ] = None
    timeout: Annotated[
        float | None,
        typer.Option("--timeout", parser=seconds, metavar="SECONDS", help="Timeout per request"),
    ] = None
    retries: Annotated[
        int | None, typer.Option("--retries", metavar="N", help="Number of retries")
    ] = None
    show_secrets: Annotated[
        bool | None, typer.Option("--show-secrets", help="Do not mask secrets in tables")
    ] = None

    def apply(self, arguments: dict[str, Any]) -> None:
        """Pop these options from a command's arguments; they override earlier values."""
        for name in SHARED:
            value = arguments.pop(name, None)
            if value is not None:
                setattr(self, name, value)

    @property
    def wants_json(self) -> bool:
        """Whether errors are printed as JSON too."""
        return self.output in ("json", "ndjson")


SHARED = tuple(field.name for field in fields(Options))

"""The options every command takes.

They may stand anywhere on the line: the program, its groups and their commands all take them,
and what stands nearest to the command wins.
"""

from dataclasses import dataclass, fields
from typing import Annotated, Any

import typer

from smsgw_cli.cli.completion.hints import FORMAT, PROFILE
from smsgw_cli.sms.durations import seconds


@dataclass
class Options:
    """The options every command takes, as they were given; None where they were not."""

    profile_name: Annotated[
        str | None,
        typer.Option(
            "-p", "--profile", metavar="NAME", envvar="SMSGW_PROFILE", help="Whose server and token"
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
            help="Columns of table, csv and tsv, dots reach in",
        ),
    ] = None
    query: Annotated[
        str | None,
        typer.Option("--query", metavar="JMESPATH", help="Filter or reshape the JSON"),
    ] = None
    excel: Annotated[
        bool | None,
        typer.Option(
            "--excel",
            help="CSV for spreadsheets: with a BOM, and ' before text that begins with = + - or @",
        ),
    ] = None
    quiet: Annotated[
        bool | None, typer.Option("-q", "--quiet", help="Ids only, one a line; no notes")
    ] = None
    yes: Annotated[bool | None, typer.Option("-y", "--yes", help="Answer yes to questions")] = None
    dry_run: Annotated[
        bool | None,
        typer.Option("--dry-run", help="Print the request that would change something; send none"),
    ] = None
    verbose: Annotated[
        bool | None,
        typer.Option("-v", "--verbose", help="Show each request and answer, without secrets"),
    ] = None
    debug: Annotated[
        bool | None, typer.Option("--debug", help="The same, and tracebacks of failures")
    ] = None
    timeout: Annotated[
        float | None,
        typer.Option("--timeout", parser=seconds, metavar="SECONDS", help="Per request"),
    ] = None
    retries: Annotated[
        int | None, typer.Option("--retries", metavar="N", help="Tries after the first one")
    ] = None
    show_secrets: Annotated[
        bool | None, typer.Option("--show-secrets", help="Do not mask secrets in tables")
    ] = None

    def apply(self, given: dict[str, Any]) -> None:
        """Move these options out of a command's arguments: what was given there counts."""
        for name in SHARED:
            value = given.pop(name, None)
            if value is not None:
                setattr(self, name, value)

    @property
    def wants_json(self) -> bool:
        """Whether errors are printed as JSON too."""
        return self.output in ("json", "ndjson")


SHARED = tuple(field.name for field in fields(Options))

"""Options shared by bulk commands: how to read the file, and how fast to send."""

from typing import Annotated, Any

import typer

from smsgw_cli.cli.completion.hints import name_of
from smsgw_cli.cli.resource import find
from smsgw_cli.cli.session import Session
from smsgw_cli.commands.contact_lists import CONTACT_LIST
from smsgw_cli.config.paths import state_folder
from smsgw_cli.config.settings import checked
from smsgw_cli.contacts.bulk_context import BulkContext
from smsgw_cli.engine.job import Throttle
from smsgw_cli.model import Record
from smsgw_cli.sms.durations import seconds

LIST = typer.Argument(metavar="LIST", help="Id or name of the list", show_default=False)
A_LIST = name_of(CONTACT_LIST)
FILE = typer.Argument(
    metavar="FILE", help="CSV file, optionally .gz; - for standard input", show_default=False
)

Map = Annotated[
    list[str] | None,
    typer.Option("--map", metavar="COLUMN=TAG", help="Map a column to a field"),
]
CreateFields = Annotated[
    bool, typer.Option("--create-fields", help="Create fields for columns without one")
]
IgnoreExtra = Annotated[bool, typer.Option("--ignore-extra", help="Ignore columns without a field")]
Region = Annotated[
    str | None, typer.Option(metavar="CC", help="Country of numbers without a +, such as US")
]
Encoding = Annotated[
    str | None,
    typer.Option(metavar="NAME", help="Encoding of the file, such as cp1252 [default: detected]"),
]
Workers = Annotated[
    int, typer.Option(min=1, max=256, metavar="N", help="Maximum number of parallel requests")
]
Rate = Annotated[
    str | None, typer.Option(metavar="N/min", help="Maximum request rate, such as 600/min")
]
Settle = Annotated[
    float,
    typer.Option(
        parser=seconds,
        metavar="SECONDS",
        help="Seconds to wait before looking up whether an unanswered request was "
        "processed; 0 looks it up at once",
    ),
]


def bulk_context(session: Session) -> BulkContext:
    """The context of bulk operations on the profile's server."""
    return BulkContext(
        lambda: session.api,
        session.worker,
        name=session.key,
        folder=state_folder() / "imports",
        region=session.setting("region"),
        retries=session.setting("retries"),
    )


def throttle_of(session: Session, workers: int, rate: str | None, settle: float) -> Throttle:
    """The throttle of these options; `settle` is in seconds. Raises Usage for an invalid one."""
    session.give("rate", rate)
    return bulk_context(session).throttle(workers, checked("settle", settle))


def spec_arguments(
    session: Session, contact_list: str, region: str | None, **others: Any
) -> Record:
    """Arguments of a job spec, with the id of the list. Raises as `find` does."""
    return {
        "contact_list": find(session.api, CONTACT_LIST, contact_list),
        "region": region.upper() if region else None,
        **others,
    }

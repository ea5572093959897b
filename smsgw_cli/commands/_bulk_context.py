"""The context, limits and job specs of bulk commands."""

from typing import Any

from smsgw_cli.cli.resource import find
from smsgw_cli.cli.session import Session
from smsgw_cli.commands._column_map import column_map_of
from smsgw_cli.commands.contact_lists import CONTACT_LIST
from smsgw_cli.config.allow import allowed_words
from smsgw_cli.config.paths import state_folder
from smsgw_cli.contacts.bulk_context import BulkContext
from smsgw_cli.contacts.job_spec import ALLOWED
from smsgw_cli.engine.job import WORKERS, Throttle
from smsgw_cli.model import Record


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


def throttle_of(session: Session, given: dict[str, Any]) -> Throttle:
    """The limits of a run, from its settings."""
    return bulk_context(session).throttle(given["workers"] or WORKERS, given["settle"])


def spec_arguments(session: Session, given: dict[str, Any]) -> Record:
    """The options as those of a job spec, with the id of the list. Raises as `find` does."""
    return {
        **given,
        "given": column_map_of(given["mappings"]),
        "allow": allowed_words(given["allow"], ALLOWED),
        "contact_list": find(session.api, CONTACT_LIST, given["contact_list"]),
    }

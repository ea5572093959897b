"""What lists can be filtered by: query strings checked, turned into SQL conditions."""

import json
from collections.abc import Mapping
from typing import Any

from smsgw_cli.sandbox.pages import Listing
from smsgw_cli.sandbox.rules import array, one_of
from smsgw_cli.sandbox.validation import Spec, validated
from smsgw_cli.sandbox.wire import Request

FLAGS = ("answered", "recurring")
IS_USER = ":user = 1"
"""The gateway has one user."""


def filtered(
    request: Request, listing: Listing, spec: Spec, conditions: Mapping[str, str]
) -> Listing:
    """`listing`, with the condition of each filter that is given; its value is named like it.

    Raises UnprocessableError for a value that breaks its rules.
    """
    # An empty filter is none, but an empty flag is a no: the reference's own example has it so.
    given = {key: value for key, value in request.query.items() if value != "" or key in FLAGS}
    values = {key: value for key, value in validated(given, spec).items() if value is not None}
    return listing.narrowed((conditions[key] for key in values), _for_sql(values))


def statuses(known: tuple[str, ...]) -> Spec:
    """Filter rules for `statuses[]`."""
    return {"statuses": (_one_or_more,), "statuses.*": (one_of(known),)}


def among_statuses(expression: str) -> str:
    return f"{expression} IN (SELECT value FROM json_each(:statuses))"  # noqa: S608


def containing(value: str) -> str:
    """For LIKE … ESCAPE '\\', with the text's own wildcards taken literally."""
    for wildcard in ("\\", "%", "_"):
        value = value.replace(wildcard, "\\" + wildcard)
    return f"%{value}%"


def _one_or_more(value: Any) -> list[Any]:
    return [value] if isinstance(value, str) else array(value)


def _for_sql(values: dict[str, Any]) -> dict[str, Any]:
    return {
        key: json.dumps(value) if isinstance(value, list) else value
        for key, value in values.items()
    }

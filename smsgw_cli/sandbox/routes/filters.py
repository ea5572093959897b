"""Filters of lists: query parameters validated and turned into SQL conditions."""

import json
from collections.abc import Mapping
from typing import Any

from smsgw_cli.sandbox.pages import Listing
from smsgw_cli.sandbox.rules import array, one_of
from smsgw_cli.sandbox.shapes import described
from smsgw_cli.sandbox.validation import NOT_NULL, REQUIRED, Spec, validate
from smsgw_cli.sandbox.wire import Request

FLAGS = ("answered", "recurring")
IS_USER = ":user = 1"
"""The gateway has one user."""


def apply_filters(
    request: Request, listing: Listing, spec: Spec, conditions: Mapping[str, str]
) -> Listing:
    """`listing` with the condition of each filter in the query; SQL parameters are named alike.

    Raises UnprocessableError for a value that breaks its rules.
    """
    # An empty flag means false, as in the reference's example; other empty filters are ignored.
    empty = {key: False for key in FLAGS if key in request.input and request.input[key] is None}
    data = {**request.input, **empty}
    values = {key: value for key, value in validate(data, spec).items() if value is not None}
    return listing.filtered_by((conditions[key] for key in values), _sql_values(values))


def statuses(known: tuple[str, ...]) -> Spec:
    """Filter rules for `statuses[]`."""
    return {"statuses": (NOT_NULL, array), "statuses.*": (REQUIRED, one_of(known))}


def status_in(expression: str) -> str:
    return f"{expression} IN (SELECT value FROM json_each(:statuses))"  # noqa: S608


@described()
def like_pattern(value: str) -> str:
    """A pattern for LIKE … ESCAPE '\\' that takes wildcards in the text literally."""
    for wildcard in ("\\", "%", "_"):
        value = value.replace(wildcard, "\\" + wildcard)
    return f"%{value}%"


def _sql_values(values: dict[str, Any]) -> dict[str, Any]:
    return {
        key: json.dumps(value) if isinstance(value, list) else value
        for key, value in values.items()
    }

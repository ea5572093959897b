"""Filtering and reshaping of JSON, by the library jmespath."""

from collections.abc import Callable
from typing import Any

import jmespath
from jmespath.exceptions import JMESPathError

from smsgw_cli.errors import SmsgwError, Usage


def compiled(expression: str) -> Callable[[Any], Any]:
    """A function that applies the expression to data. Raises Usage; it itself SmsgwError."""
    try:
        search = jmespath.compile(expression).search
    except JMESPathError as error:
        raise _refused(error) from error

    def apply(data: Any) -> Any:
        try:
            return search(data)
        except JMESPathError as error:
            # Not Usage, which says that nothing was sent: something may have been by now.
            raise SmsgwError(f"--query cannot be applied: {_first_line(error)}") from error

    return apply


def _refused(error: Exception) -> Usage:
    return Usage(
        f"--query: {_first_line(error)}", hint="it takes JMESPath, see https://jmespath.org"
    )


def _first_line(error: Exception) -> str:
    return str(error).splitlines()[0][:200]

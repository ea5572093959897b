"""--query: filters and reshapes JSON with JMESPath."""

from collections.abc import Callable
from typing import Any

import jmespath
from jmespath.exceptions import JMESPathError

from smsgw_cli.errors import SmsgwError, Usage


def compiled(expression: str) -> Callable[[Any], Any]:
    """A function that applies the expression, raising SmsgwError. Raises Usage if it is invalid."""
    try:
        search = jmespath.compile(expression).search
    except JMESPathError as error:
        raise _usage(error) from error

    def apply(data: Any) -> Any:
        try:
            return search(data)
        except JMESPathError as error:
            # Not Usage, which means that nothing was sent: a request may have been sent.
            raise SmsgwError(f"--query cannot be applied: {_first_line(error)}") from error

    return apply


def _usage(error: Exception) -> Usage:
    return Usage(f"--query: {_first_line(error)}", hint="use JMESPath, see https://jmespath.org")


def _first_line(error: Exception) -> str:
    return str(error).splitlines()[0][:200]

"""Filtering and reshaping of JSON, by the library jmespath."""

from collections.abc import Callable
from typing import Any

import jmespath
from jmespath.exceptions import JMESPathError

from smsgw_cli.errors import Usage


def compiled(expression: str) -> Callable[[Any], Any]:
    """A function that applies the expression to data. Raises Usage, as it does itself."""
    try:
        search = jmespath.compile(expression).search
    except JMESPathError as error:
        raise _refused(error) from error

    def apply(data: Any) -> Any:
        try:
            return search(data)
        except JMESPathError as error:
            raise _refused(error) from error

    return apply


def _refused(error: Exception) -> Usage:
    return Usage(
        f"--query: {str(error).splitlines()[0]}", hint="it takes JMESPath, see https://jmespath.org"
    )

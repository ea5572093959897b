"""--query: filters and reshapes JSON with JMESPath."""

import json
import math
from collections.abc import Callable, Iterator
from typing import Any

import jmespath
from jmespath.exceptions import JMESPathError
from jmespath.functions import Functions, signature

from smsgw_cli.errors import QueryFailed, Usage


class JsonFunctions(Functions):  # type: ignore[misc]
    """JMESPath's functions, with numbers that JSON has: to_number() of another is null."""

    @signature({"types": []})  # type: ignore[untyped-decorator]
    def _func_to_number(self, value: Any) -> Any:
        number = super()._func_to_number(value)
        return None if isinstance(number, float) and not math.isfinite(number) else number


OPTIONS = jmespath.Options(custom_functions=JsonFunctions())


def compiled(expression: str) -> Callable[[Any], Any]:
    """A function that applies the expression, raising QueryFailed.

    Raises Usage if it is invalid: what can be checked is checked before anything is sent.
    """
    try:
        parsed = jmespath.compile(expression)
    except (JMESPathError, RecursionError) as error:
        raise _usage(_first_line(error)) from error
    for name, count in _calls(parsed.parsed):
        _check_call(name, count)

    def apply(data: Any) -> Any:
        try:
            result = parsed.search(data, OPTIONS)
            json.dumps(result, allow_nan=False)  # infinity is not JSON
        except Exception as error:  # functions raise what Python's own do: OverflowError
            raise QueryFailed(f"--query cannot be applied: {_first_line(error)}", data) from error
        return result

    return apply


def _calls(node: dict[str, Any]) -> Iterator[tuple[str, int]]:
    """The functions that a parsed expression calls, with their numbers of arguments."""
    children = [each for each in node.get("children", ()) if isinstance(each, dict)]
    if node.get("type") == "function_expression":
        yield node["value"], len(children)
    for child in children:
        yield from _calls(child)


def _check_call(name: str, count: int) -> None:
    function = JsonFunctions.FUNCTION_TABLE.get(name)
    if function is None:
        raise _usage(f"unknown function {name}()")
    parameters = function["signature"]
    is_variadic = bool(parameters) and parameters[-1].get("variadic", False)
    if count < len(parameters) or (count > len(parameters) and not is_variadic):
        least = "at least " if is_variadic else ""
        raise _usage(f"{name}() takes {least}{len(parameters)} arguments, not {count}")


def _usage(reason: str) -> Usage:
    return Usage(f"--query: {reason}", hint="use JMESPath, see https://jmespath.org")


def _first_line(error: Exception) -> str:
    return (str(error).splitlines() or [type(error).__name__])[0][:200]

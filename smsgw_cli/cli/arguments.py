"""Parsers of arguments such as `key=value`, `key:=json`, `key=@FILE` and `-`."""

import json
from collections.abc import Iterable, Iterator
from typing import Any

from smsgw_cli.errors import Usage
from smsgw_cli.tables.text_file import display_name, read_text

FROM_STDIN = "@-"
NOTHING = object()  # the value of `key=`; None is JSON's null


def pair(option: str, text: str, form: str = "KEY=VALUE") -> tuple[str, str]:
    """Both sides of the first `=`. Raises Usage if there is none, or no key before it."""
    key, equals, value = text.partition("=")
    if not (equals and key.strip()):
        raise Usage(f"{option} takes {form}, not {text!r}")
    return key.strip(), value


def json_pair(option: str, text: str) -> tuple[str, Any]:
    """Key and value of `key:=json`. Raises Usage if it is invalid."""
    key, value = pair(option, text, "KEY:=JSON")
    if not key.endswith(":"):
        raise Usage(f"{option} takes KEY:=JSON, not {text!r}", hint="use KEY=VALUE for text")
    return key.removesuffix(":").strip(), json_value(value, f"the value of {key}=")


def settings(option: str, texts: Iterable[str]) -> Iterator[tuple[str, Any]]:
    """Keys and values of `key=text`, `key:=json`, `key=@FILE` and `key=@-`; NOTHING for `key=`.

    Raises Usage for an invalid argument, for a file that is empty or cannot be read, and if two
    values would come from standard input.
    """
    sources: set[str] = set()
    for text in texts:
        key, value = pair(option, text)
        if key.endswith(":"):
            yield json_pair(option, text)
        elif value.startswith("@"):
            if value == FROM_STDIN and value in sources:
                raise Usage(f"{option}: only one value can come from standard input")
            sources.add(value)
            yield key, _secret(option, value[1:])
        else:
            yield key, value or NOTHING


def _secret(option: str, name: str) -> str:
    text = read_text(name).removesuffix("\n").removesuffix("\r")
    if not text:
        raise Usage(f"{option}: {display_name(name)} is empty")
    return text


def json_value(text: str, what: str) -> Any:
    """Parse JSON, without NaN. Raises Usage with `what` but not the text, which may be secret."""
    try:
        return json.loads(text, parse_constant=_reject_constant)
    except (ValueError, RecursionError) as error:
        raise Usage(f"{what} is not JSON: {error}") from error


def _reject_constant(constant: str) -> None:
    raise ValueError(f"{constant} is not valid JSON")

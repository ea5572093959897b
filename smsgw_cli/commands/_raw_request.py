"""A raw request from the command line, validated before it is sent."""

import re
from collections.abc import Iterable
from typing import Any, NamedTuple
from urllib.parse import parse_qsl, quote, unquote, urlsplit

from smsgw_cli.cli import arguments
from smsgw_cli.errors import Usage
from smsgw_cli.messages.send_paths import is_send
from smsgw_cli.model import Record
from smsgw_cli.tables.text_file import read_text

API = "api/v1/"
READING = frozenset({"GET", "HEAD", "OPTIONS"})
SAFE = "/%:@!$&'()*+,;=~"  # characters allowed unescaped in a path


class RawRequest(NamedTuple):
    """Method, path below `/api/v1/`, query parameters by name, and JSON body or None."""

    method: str
    path: str
    query: Record
    body: Any

    @property
    def only_reads(self) -> bool:
        """Whether it changes nothing on the server."""
        return self.method in READING

    @property
    def is_send(self) -> bool:
        """Whether it is one of the API's send requests, in any notation of the path."""
        return is_send(self.path)


def parsed(
    method: str, path: str, texts: Iterable[str], values: Iterable[str], file: str | None
) -> RawRequest:
    """A request from a method, a path, `key=value` texts, `key:=json` values and a body file.

    Texts and values become the query of a reading request, else the body. Raises Usage for an
    invalid request, or a path outside the API.
    """
    method, query = _method(method), parse_qsl(urlsplit(path).query, keep_blank_values=True)
    given: list[tuple[str, Any]] = [arguments.pair("-f", text) for text in texts]
    given += [arguments.json_pair("-F", text) for text in values]
    body = None if file is None else arguments.json_value(read_text(file), file)
    if method in READING:
        _refuse_objects(given)
        return RawRequest(method, _path(path), _folded([*query, *given]), body)
    if given and file is not None:
        raise Usage("--input cannot be combined with -f or -F")
    return RawRequest(method, _path(path), _folded(query), _folded(given) or body)


def _method(text: str) -> str:
    if not re.fullmatch("[A-Za-z]{1,20}", text):
        raise Usage(f"unsupported HTTP method {text!r}", hint="use GET, POST, PUT or DELETE")
    return text.upper()


def _path(given: str) -> str:
    """The path below `/api/v1/`, without its query. Raises Usage for a path outside the API."""
    parts = urlsplit(given)
    decoded = unquote(parts.path)
    if parts.scheme or parts.netloc or ".." in decoded.split("/") or "\\" in decoded:
        raise Usage(
            f"invalid API path {given!r}",
            hint="such as /messages/5, on the profile's server",
        )
    return quote(parts.path.lstrip("/").removeprefix(API), safe=SAFE)


def _folded(pairs: Iterable[tuple[str, Any]]) -> Record:
    """Names and values: `name[]` is collected into a list, other names take the last value."""
    folded: Record = {}
    for name, value in pairs:
        if name.endswith("[]"):
            before = folded.get(name[:-2])
            folded[name[:-2]] = [*(before if isinstance(before, list) else ()), value]
        else:
            folded[name] = value
    return folded


def _refuse_objects(given: Iterable[tuple[str, Any]]) -> None:
    if any(isinstance(value, dict) for _, value in given):
        raise Usage("an object cannot be used in a query", hint="use --input FILE for a body")

"""A request that somebody wrote by hand, checked before it goes anywhere."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any
from urllib.parse import parse_qsl, quote, unquote, urlsplit

from smsgw_cli.cli import arguments
from smsgw_cli.errors import Usage
from smsgw_cli.messages.send_paths import is_send
from smsgw_cli.model import Record
from smsgw_cli.tables.text_file import read_text

API = "api/v1/"
READING = frozenset({"GET", "HEAD", "OPTIONS"})
SAFE = "/%:@!$&'()*+,;=~"  # what may stand in a path as it is


@dataclass(frozen=True)
class RawRequest:
    """A method, a path below `/api/v1/`, its query by name, and a body, None for none."""

    method: str
    path: str
    query: Record
    body: Any

    @property
    def only_reads(self) -> bool:
        return self.method in READING

    @property
    def is_send(self) -> bool:
        """Whether it is one of the API's sends, however its path is written."""
        return is_send(self.path)


def written(
    method: str, path: str, texts: Iterable[str], values: Iterable[str], file: str | None
) -> RawRequest:
    """The request of a method, a path, `key=value` texts, `key:=json` values and a file.

    Texts and values make the query of what only reads, else the body, which the file holds
    otherwise. Raises Usage for what makes no request, or one to another place than the API.
    """
    method, query = _method(method), parse_qsl(urlsplit(path).query, keep_blank_values=True)
    given: list[tuple[str, Any]] = [arguments.pair("-f", text) for text in texts]
    given += [arguments.json_pair("-F", text) for text in values]
    body = None if file is None else arguments.json_value(read_text(file), file)
    if method in READING:
        _refuse_objects(given)
        return RawRequest(method, _path(path), _folded([*query, *given]), body)
    if given and file is not None:
        raise Usage("the body comes from --input, or from -f and -F, not from both")
    return RawRequest(method, _path(path), _folded(query), _folded(given) or body)


def _method(text: str) -> str:
    if not re.fullmatch("[A-Za-z]{1,20}", text):
        raise Usage(f"{text!r} is no method of HTTP", hint="GET, POST, PUT and DELETE are")
    return text.upper()


def _path(given: str) -> str:
    """The path below `/api/v1/`, without its query. Raises Usage for one that leads elsewhere."""
    parts = urlsplit(given)
    plain = unquote(parts.path)
    if parts.scheme or parts.netloc or ".." in plain.split("/") or "\\" in plain:
        raise Usage(
            f"{given!r} is not a path of the API",
            hint="such as /messages/5, on the profile's server",
        )
    return quote(parts.path.lstrip("/").removeprefix(API), safe=SAFE)


def _folded(pairs: Iterable[tuple[str, Any]]) -> Record:
    """Names and values, `name[]` collected into a list; of others the last one counts."""
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
        raise Usage("an object cannot stand in a query", hint="--input FILE gives a body")

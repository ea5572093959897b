"""What makes two mailings the same: text, type and attachments, with the file or its rows."""

import hashlib
import json
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from smsgw_cli.messages.mailing.merge import MergedMessage
from smsgw_cli.model import MMS, SMS, Record
from smsgw_cli.tables.reader import Sheet


@dataclass(frozen=True)
class Identity:
    """Mailings with a digest in common are the same, and so are those with the same key.

    `text` is a digest of text, type and attachments; each of `digests` is one of that text and
    a file or its rows; `once` is the key of --once. Mailings with different keys are different.
    """

    text: str
    digests: frozenset[str]
    once: str | None = None


def identify(
    template: str,
    common: Record,
    file: str,
    sheet: Sheet,
    messages: Iterable[MergedMessage],
    once: str | None,
) -> Identity:
    """The identity of a mailing of all messages, with those that are excluded.

    `common` has type and attachments. No other option counts.
    """
    attachments = common.get("attachments") or []
    kind = (common.get("type") or (MMS if attachments else SMS)).casefold()
    text = _digest("text", template, kind, attachments)
    pairs = sorted((number, each.text) for each in messages for number in each.numbers)
    # The bytes as well, as --map, --encoding and --gsm change what is made of them.
    rows = _digest(text, "bytes", sheet.digest), _digest("pairs", kind, attachments, pairs)
    return Identity(text, frozenset({*digests_of_file(text, file), *rows}), once)


def identify_text(common: Record, once: str) -> Identity:
    """The identity of one text to all, which is known by its key alone; it is no mailing of a
    file. `common` has the text as well."""
    content = [common.get(key) for key in ("message", "type", "attachments")]
    return Identity(_digest("text to all", *content), frozenset(), once)


def digests_of_file(text: str, file: str) -> set[str]:
    """The digests of a text with a file; none for standard input and pipes."""
    path = Path(file).absolute()
    if file == "-" or not path.is_file() or path.is_relative_to("/dev"):
        return set()
    # Through links as well: the same file may be named otherwise.
    return {_digest(text, "file", str(each)) for each in (path, path.resolve())}


def _digest(*parts: object) -> str:
    return hashlib.sha256(json.dumps(parts).encode()).hexdigest()[:32]

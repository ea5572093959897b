"""The identity of a mailing: text, type and attachments, with the file or its rows."""

import hashlib
import json
from collections.abc import Iterable
from pathlib import Path
from typing import NamedTuple

from smsgw_cli.model import MMS, SMS, Record
from smsgw_cli.tables.shard import Shard


class Identity(NamedTuple):
    """Mailings with a digest in common are the same, and so are those with the same key.

    `text` is a digest of text, type and attachments; each of `digests` is one of that text and
    a file or its rows; `once` is the key of --once, `shard` the part of the file. Mailings with
    different keys are different.
    """

    text: str
    digests: frozenset[str]
    once: str | None = None
    shard: Shard | None = None

    @property
    def key(self) -> str | None:
        """The key of its record; each part of a file has one of its own."""
        return self.once if self.shard is None else f"{self.once} {self.shard}"


def identify(
    template: str,
    common: Record,
    file: str,
    file_digest: str,
    pairs: Iterable[tuple[str, str]],
    once: str | None,
    shard: Shard | None,
) -> Identity:
    """The identity of a mailing of a file with these bytes, or of a part of it.

    `pairs` are all numbers with their texts, sorted, with those that are excluded. `common` has
    type and attachments. No other option counts.
    """
    attachments = common.get("attachments") or []
    kind = (common.get("type") or (MMS if attachments else SMS)).casefold()
    text = _digest("text", template, kind, attachments)
    if shard is not None:
        # A part is known by its key alone: the rest of the file is not its business.
        return Identity(text, frozenset({_digest(text, once, str(shard))}), once, shard)
    # The bytes as well, as --map, --encoding and --gsm change what is made of them.
    rows = _digest(text, "bytes", file_digest), _digest_of_pairs(kind, attachments, pairs)
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


def _digest_of_pairs(
    kind: str, attachments: Iterable[str], pairs: Iterable[tuple[str, str]]
) -> str:
    """`_digest("pairs", kind, attachments, [*pairs])`, of any number of pairs."""
    digest = hashlib.sha256(json.dumps(["pairs", kind, attachments])[:-1].encode())
    separator = ", ["
    for number, text in pairs:
        digest.update(f"{separator}{json.dumps([number, text])}".encode())
        separator = ", "
    digest.update(b"]]" if separator == ", " else b", []]")
    return digest.hexdigest()[:32]

"""The manifest of a backup: whose it is, what it holds, and what it cannot hold."""

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from datetime import UTC, datetime

from smsgw_cli import __version__
from smsgw_cli.backup.layout import is_data
from smsgw_cli.errors import Usage
from smsgw_cli.model import Record

FORMAT = 1
NOT_INCLUDED = (
    "tokens, and commands that print them: a restored profile needs its token again",
    "what the API does not return: users, templates and settings of the server; the campaign of a "
    "message, the sending server of a sender id, the files of attachments",
    "ids and times of records: a server assigns new ones to contacts, lists and fields",
)
SECRETS = "the configuration of sending servers (add --show-secrets to include it)"


@dataclass(frozen=True)
class Manifest:
    """`server` is its address, as the profile has it; `created_at` is ISO 8601, in UTC.

    `records` counts those of each file. `lists` are the names of the lists a backup is limited
    to, None for everything. `missing` says what could not be read, by file.
    """

    server: str
    records: Mapping[str, int]
    created_at: str = ""
    lists: list[str] | None = None
    has_secrets: bool = False
    missing: Mapping[str, str] = field(default_factory=dict)

    def as_json(self) -> bytes:
        """The manifest as the text of its file."""
        left_out = NOT_INCLUDED if self.has_secrets else (*NOT_INCLUDED, SECRETS)
        known = {
            "format": FORMAT,
            "created_by": f"smsgw {__version__}",
            **asdict(self),
            "not_included": left_out,
        }
        return f"{json.dumps(known, indent=2)}\n".encode()


def now() -> str:
    """The time as a manifest has it."""
    return datetime.now(UTC).isoformat(timespec="seconds")


def manifest_of(content: bytes) -> Manifest:
    """The manifest in a file. Raises Usage if it is invalid or of a newer version."""
    try:
        found = json.loads(content)
    except (ValueError, RecursionError) as error:
        raise _damaged(str(error)) from error
    if not isinstance(found, dict) or not isinstance(found.get("format"), int):
        raise _damaged("it has no format")
    if found["format"] > FORMAT:
        raise Usage("the backup was made by a newer version of smsgw", hint="upgrade smsgw")
    records, missing = found.get("records"), found.get("missing")
    if not isinstance(records, dict) or not isinstance(missing, dict) or not _is_counts(records):
        raise _damaged("it does not list the contents of the backup")
    return Manifest(
        str(found.get("server") or ""),
        records,
        str(found.get("created_at") or ""),
        found.get("lists"),
        bool(found.get("has_secrets")),
        missing,
    )


def _is_counts(records: Record) -> bool:
    return all(isinstance(n, int) and is_data(name) for name, n in records.items())


def _damaged(reason: str) -> Usage:
    return Usage(f"the manifest of the backup is damaged: {reason}", hint="use another backup")


def summary(manifest: Manifest) -> Record:
    """What a backup holds, in numbers."""
    counts = manifest.records
    contacts = sum(n for name, n in counts.items() if name.startswith("contacts/"))
    fields = sum(n for name, n in counts.items() if name.startswith("fields/"))
    others = {
        name.removesuffix(".ndjson").rpartition("/")[2].replace("-", "_"): n
        for name, n in counts.items()
        if not name.startswith(("contacts/", "fields/"))
    }
    return {"contacts": contacts, "fields": fields, **others}

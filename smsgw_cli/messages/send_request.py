"""The options of a send as dataclasses, validated as far as possible without the server."""

import math
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from smsgw_cli.config.allow import allowed_words
from smsgw_cli.config.setting_checks import Price
from smsgw_cli.errors import Usage
from smsgw_cli.sms.number_kinds import ANY_NUMBER, KEEP, Kind, KindRules
from smsgw_cli.sms.trimmed import trimmed
from smsgw_cli.tables.read_options import ReadOptions
from smsgw_cli.tables.shard import Shard
from smsgw_cli.tables.shard import shard as shard_of

WORKERS = 8
SUPPRESSED, REPEAT, UNFINISHED = "suppressed", "repeat", "unfinished"
PAST, QUIET_HOURS = "past", "quiet-hours"
ALLOWED = (
    *(SUPPRESSED, Kind.LANDLINE, Kind.PREMIUM, ANY_NUMBER, REPEAT, UNFINISHED),
    *(PAST, QUIET_HOURS),
)
"""What --allow lets through."""


def _refuse_empty(request: Any, *keys: str) -> None:
    """An empty option is probably an unset shell variable: it must not send at once."""
    for key in keys:
        value = getattr(request, key)
        if value is not None and not value.strip():
            raise Usage(f"--{_flag(key)} is empty")


def _refuse_negative(request: Any, *keys: str) -> None:
    for key in keys:
        value = getattr(request, key)
        if value is not None and not 0 <= value < math.inf:
            raise Usage(f"--{_flag(key)} must not be negative: {value}")


def _refuse_control_characters(request: Any, key: str) -> None:
    """A key read from a file with Windows line ends would be another one than that of Unix."""
    value = getattr(request, key)
    if value is not None and any(unicodedata.category(each) == "Cc" for each in value):
        raise Usage(
            f"--{_flag(key)} has a control character: {value!r}",
            hint="remove line breaks; a script with Windows line endings adds \\r to every line",
        )


def _flag(key: str) -> str:
    return key.replace("_", "-")


@dataclass(frozen=True)
class Schedule:
    """When, how often and how fast messages or USSD codes are sent.

    Times, intervals and days are as typed; `delay` is in seconds. Raises Usage.
    """

    name: str | None = None
    at: str | None = None
    timezone: str | None = None
    every: str | None = None
    until: str | None = None
    days: str | None = None
    active_hours: str | None = None
    delay: int | None = None
    random_sender: bool | None = None
    prioritize: bool | None = None

    def __post_init__(self) -> None:
        _refuse_empty(self, "at", "timezone", "every", "until", "days", "active_hours", "name")
        if self.name is not None and not trimmed(self.name):
            raise Usage("--name is empty")
        _refuse_negative(self, "delay")


@dataclass(frozen=True)
class MessageRequest:
    """Content and recipients as typed; `csv` is a file with one message per row.

    `column_map` says what columns of it are, `read_options` how it is read, `skip_bad` whether its
    invalid rows are left out, `shard` is the part that is sent. `allow` are words of ALLOWED.

    Raises Usage for empty options and those that cannot be combined.
    """

    schedule: Schedule
    to: tuple[str, ...] = ()
    has_lists: bool = False
    message: str | None = None
    message_file: str | None = None
    gsm: bool = False
    type: str | None = None
    attachments: tuple[str, ...] = ()
    delivery_report: bool | None = None
    csv: str | None = None
    column_map: Mapping[str, str] = field(default_factory=dict)
    read_options: ReadOptions = field(default_factory=ReadOptions)
    skip_bad: bool = False
    shard: str | None = None
    allow: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        _refuse_empty(self, "csv")
        if self.message is not None and self.message_file is not None:
            raise Usage("--message cannot be combined with --message-file")
        if self.message_file == "-" and ("-" in self.to or self.csv == "-"):
            raise Usage("standard input cannot be both the message and the recipients")
        for key in ("skip_bad", "shard"):
            if getattr(self, key) and self.csv is None:
                raise Usage(f"--{_flag(key)} is for the rows of a file", hint="add --csv FILE")
        if self.shard is not None and self.schedule.name is not None:
            raise Usage("--shard names the campaigns by the key; omit --name")
        if self.csv is not None and (self.to or self.has_lists):
            raise Usage("--csv cannot be combined with --to or --list", hint="omit --to and --list")

    @property
    def allowed(self) -> list[str]:
        """The words of --allow, each once."""
        return allowed_words(self.allow, ALLOWED)


@dataclass(frozen=True)
class SendOptions:
    """Idempotency key, checks and confirmation of a send.

    `settle` and `repeat_after` are in seconds, `max_failed` a share such as `5%`, `waves` as typed,
    `exclude` are NUMBERS, `column_map` says what columns of their files are, which are read with
    `read_options` if they can be, `allow` are words of ALLOWED, `landlines` keep, skip or fail,
    `shard` is the part I/N of a file. Raises Usage.
    """

    once: str | None = None
    settle: float = 60.0
    watch: bool = False
    max_failed: str | None = None
    waves: str | None = None
    exclude: tuple[str, ...] = ()
    column_map: Mapping[str, str] = field(default_factory=dict)
    read_options: ReadOptions = field(default_factory=ReadOptions)
    allow: tuple[str, ...] = ()
    landlines: str = KEEP
    ask_above: int = 100
    repeat_after: float = 21_600.0
    price: Price | None = None
    shard: str | None = None

    def __post_init__(self) -> None:
        _refuse_empty(self, "once")
        if self.part and self.once is None:
            raise Usage("--shard requires --once", hint="add --once KEY, the same for all parts")
        _refuse_control_characters(self, "once")
        allowed_words(self.allow, ALLOWED)

    @property
    def allowed(self) -> list[str]:
        """The words of --allow, each once."""
        return allowed_words(self.allow, ALLOWED)

    @property
    def part(self) -> Shard | None:
        """The part of the file that is sent; None for all of it. Raises Usage."""
        return None if self.shard is None else shard_of(self.shard)

    @property
    def allows_suppressed(self) -> bool:
        return SUPPRESSED in self.allowed

    @property
    def kind_rules(self) -> KindRules:
        """Which kinds of numbers are refused or skipped."""
        return KindRules(self.landlines, self.allowed)


class MailingRequest(NamedTuple):
    """The number of parallel sends of a mailing."""

    workers: int = WORKERS

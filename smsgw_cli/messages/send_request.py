"""The options of a send as dataclasses, validated as far as possible without the server."""

import math
from dataclasses import dataclass
from typing import Any

from smsgw_cli.errors import Usage

WORKERS, MOST_WORKERS = 8, 256


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
        keys = ("at", "timezone", "every", "until", "days", "active_hours", "name")
        _refuse_empty(self, *keys)
        _refuse_negative(self, "delay")


@dataclass(frozen=True)
class MessageRequest:
    """Content and recipients as typed; `csv` is a file with one message per row.

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
    number_column: str | None = None

    def __post_init__(self) -> None:
        _refuse_empty(self, "csv")
        if self.message is not None and self.message_file is not None:
            raise Usage("--message cannot be combined with --message-file")
        if self.message_file == "-" and ("-" in self.to or self.csv == "-"):
            raise Usage("standard input cannot be both the message and the recipients")
        if self.csv is not None and (self.to or self.has_lists):
            raise Usage("--csv cannot be combined with --to or --list", hint="omit --to and --list")


@dataclass(frozen=True)
class SendOptions:
    """Idempotency key, checks and confirmation of a send.

    `settle` is in seconds, `max_failed` a percentage such as `5%`, `price_per_part` in any
    currency. Raises Usage.
    """

    once: str | None = None
    settle: float | None = None
    no_retry: bool = False
    watch: bool = False
    max_failed: str | None = None
    exclude: str | None = None
    allow_suppressed: bool = False
    ask_above: int | None = None
    price_per_part: float | None = None

    def __post_init__(self) -> None:
        _refuse_empty(self, "once", "exclude")
        _refuse_negative(self, "ask_above", "price_per_part")
        if self.exclude == "-":
            raise Usage("--exclude requires a file, not standard input")


@dataclass(frozen=True)
class MailingRequest:
    """The number of parallel sends of a mailing, and the rate, such as `600/min`. Raises Usage."""

    workers: int = WORKERS
    rate: str | None = None

    def __post_init__(self) -> None:
        if not 1 <= self.workers <= MOST_WORKERS:
            raise Usage(f"--workers must be a number from 1 to {MOST_WORKERS}, not {self.workers}")

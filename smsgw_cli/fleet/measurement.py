"""The results of a check: values to compare with ranges, and findings without a value."""

from decimal import Decimal
from enum import IntEnum
from typing import NamedTuple


class Status(IntEnum):
    """The result of a check, which is its exit code (Monitoring Plugins Development Guidelines)."""

    OK = 0
    WARNING = 1
    CRITICAL = 2
    UNKNOWN = 3


class NothingToCheck(Exception):
    """A check has nothing to judge: `no device`. Its text says what is missing."""


class Subject(NamedTuple):
    """What something was measured of.

    `kind` is a word such as device, SIM, sending server or campaign, empty for the whole server.
    `name` is as the server has it: any text, but that of a SIM is never a phone number.
    """

    kind: str = ""
    id: int | None = None
    name: str = ""


WHOLE = Subject()


class Measurement(NamedTuple):
    """A value, judged by the ranges of its metric (a key of METRICS).

    The value is in the metric's unit; None is unknown: it is shown, and not judged. `text` says it
    in words, without the subject, which stands before it: `last seen 3 h ago`. `default` are the
    ranges used if none are set, `WARN/CRIT`, such as the low mark of a rule. Without `is_judged`
    the value is shown, and not judged. `why` is what may have caused it, if it is not OK.
    """

    metric: str
    value: Decimal | float | None
    subject: Subject = WHOLE
    text: str = ""
    default: str = ""
    is_judged: bool = True
    why: str = ""


class Finding(NamedTuple):
    """A status that needs no range. `text` is without the subject: `the SIM is inactive`."""

    status: Status
    text: str
    subject: Subject = WHOLE

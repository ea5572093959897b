"""Names of time zones as the server knows them: PHP's list, without the aliases of IANA's database.

PHP's `DateTimeZone::listIdentifiers()`, which Laravel's rule `timezone` uses, has the zones of
`zone.tab` and UTC.
"""

import os
from collections.abc import Iterator
from functools import cache
from importlib import import_module
from importlib.resources import files
from pathlib import PurePath
from zoneinfo import ZoneInfo

from smsgw_cli.errors import Usage

UTC = "UTC"
_UTC_NAMES = frozenset({UTC, "Etc/UTC", "Etc/GMT"})  # what its aliases lead to
HINT = "use a name such as Europe/Berlin"


def canonical(name: str) -> str:
    """The server's name of a zone: that of its alias too, as America/Los_Angeles for US/Pacific.

    Raises Usage for a zone that no name of a place stands for, such as Etc/GMT+5.
    """
    while name not in _places() and name in _aliases():
        name = _aliases()[name]
    if name in _places():
        return name
    if name in _UTC_NAMES:
        return UTC
    raise Usage(f"the server does not know the time zone {name!r}", hint=HINT)


def of_this_machine() -> str:
    """The server's name of this machine's zone. Raises Usage if it has none, as with TZ=CET-1."""
    variable = os.environ.get("TZ", "").removeprefix(":")
    if variable and not PurePath(variable).is_absolute():
        # tzlocal takes the machine's own zone if it does not know that of TZ.
        if not _is_zone(variable):
            raise _unnamed(f"TZ={variable}")
        return canonical(variable)
    try:
        name = import_module("tzlocal").get_localzone_name()  # 14 ms, most of it for logging
    except (ValueError, LookupError, OSError) as error:
        raise _unnamed("this machine's") from error
    return canonical(name)


def _is_zone(name: str) -> bool:
    try:
        ZoneInfo(name)
    except (ValueError, OSError, LookupError):
        return False
    return True


def _unnamed(zone: str) -> Usage:
    return Usage(f"the time zone {zone} has no name that the server knows", hint="set --timezone")


@cache
def _places() -> frozenset[str]:
    """The zones in `zone.tab`, whose third column has their names."""
    return frozenset(line.split("\t")[2] for line in _lines("zone.tab") if line[:1] != "#")


@cache
def _aliases() -> dict[str, str]:
    """What each alias stands for: the lines `L TARGET ALIAS` in `tzdata.zi`."""
    links = (line.split() for line in _lines("tzdata.zi") if line.startswith("L "))
    return {alias: target for _, target, alias in links}


def _lines(name: str) -> Iterator[str]:
    text = (files("tzdata") / "zoneinfo" / name).read_text(encoding="utf-8")
    return filter(None, text.splitlines())

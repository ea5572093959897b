"""Names of time zones as the server knows them: PHP's list, without the aliases of IANA's database.

PHP's `DateTimeZone::listIdentifiers()`, which Laravel's rule `timezone` uses, has the zones of
`zone.tab` and UTC.
"""

import os
import re
from collections.abc import Iterator
from datetime import tzinfo
from functools import cache
from importlib import import_module
from pathlib import PurePath
from typing import cast

from smsgw_cli.errors import Usage

UTC = "UTC"
_RULES = r"(<[^>]+>|[A-Za-z]{3,})[-+]?[0-9]"  # POSIX, "Environment Variables"
_UTC_NAMES = frozenset({UTC, "Etc/UTC", "Etc/GMT"})  # what its aliases lead to
HINT = "use a name such as Europe/Berlin"
# Files in the folder of zones that are no zones, and its copies with leap seconds.
_NO_NAME = r"localtime|posixrules|Factory|(posix|right)/.*"
# IANA's file `backward`, "Alternate names for the same location": what a server with an older or
# newer list may call a place. Older renames than PHP's list (5.1.0, 2005) are omitted.
FORMER = {
    "Africa/Asmara": "Africa/Asmera",
    "America/Atikokan": "America/Coral_Harbour",
    "America/Nuuk": "America/Godthab",
    "Asia/Dhaka": "Asia/Dacca",
    "Asia/Ho_Chi_Minh": "Asia/Saigon",
    "Asia/Kathmandu": "Asia/Katmandu",
    "Asia/Kolkata": "Asia/Calcutta",
    "Asia/Thimphu": "Asia/Thimbu",
    "Asia/Yangon": "Asia/Rangoon",
    "Atlantic/Faroe": "Atlantic/Faeroe",
    "Europe/Kyiv": "Europe/Kiev",
    "Pacific/Chuuk": "Pacific/Truk",
    "Pacific/Kanton": "Pacific/Enderbury",
    "Pacific/Pohnpei": "Pacific/Ponape",
}
_RENAMED = FORMER | {old: new for new, old in FORMER.items()}


def canonical(name: str) -> str:
    """The server's name of a zone: that of its alias too, as America/Los_Angeles for US/Pacific.

    Raises Usage for a zone that no name of a place stands for, such as Etc/GMT+5.
    """
    other = renamed(name)
    if name not in _places() and other in _places():
        return str(other)
    while name not in _places() and name in _aliases():
        name = _aliases()[name]
    if name in _places():
        return name
    if name in _UTC_NAMES:
        return UTC
    raise Usage(f"the server does not know the time zone {name!r}", hint=HINT)


def is_known(name: str) -> bool:
    """Whether the server has a name for a zone."""
    try:
        return bool(canonical(name))
    except Usage:
        return False


def named(name: str) -> tzinfo:
    """A zone of the IANA database. Raises Usage if there is none of this name."""
    try:
        if re.fullmatch(_NO_NAME, name):
            raise ValueError(name)
        return cast("tzinfo", import_module("zoneinfo").ZoneInfo(name))  # 14 ms
    except (LookupError, ValueError, OSError) as error:
        raise Usage(f"unknown time zone {name!r}", hint=HINT) from error


def renamed(name: str) -> str | None:
    """The older or newer name of a place, for a server with another version of the database."""
    return _RENAMED.get(name)


def is_alias(name: str) -> bool:
    """Whether the database has a zone under another name as well, which is its first."""
    return name in _aliases()


def is_same(one: object, other: object) -> bool:
    """Whether two names are of the same place, though one may be an alias."""
    first, second = str(one), str(other)
    if first.casefold() == second.casefold():
        return True
    return is_known(first) and is_known(second) and canonical(first) == canonical(second)


def of_variable() -> tzinfo | None:
    """The zone that TZ names; None without TZ, or with rules such as CET-1CEST or a file.

    The C library takes an unknown zone for UTC, and any without a database of zones, as in small
    containers. Raises Usage for an unknown one.
    """
    name = os.environ.get("TZ", "").removeprefix(":")
    if not name or re.match(_RULES, name) or PurePath(name).is_absolute():
        return None
    try:
        return named(name)
    except Usage as error:
        raise Usage(f"unknown time zone TZ={name}", hint=HINT) from error


def of_this_machine() -> str:
    """The server's name of this machine's zone. Raises Usage if it has none, as with TZ=CET-1."""
    variable = os.environ.get("TZ", "").removeprefix(":")
    # tzlocal takes the machine's own zone if it does not know that of TZ.
    is_named = variable and not PurePath(variable).is_absolute()
    shown = f"TZ={variable}" if is_named else "this machine's"
    try:
        # 14 ms, most of it for logging.
        return canonical(variable if is_named else import_module("tzlocal").get_localzone_name())
    except (Usage, ValueError, LookupError, OSError) as error:
        raise Usage(
            f"the time zone {shown} has no name that the server knows", hint="set --timezone"
        ) from error


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
    folder = import_module("importlib.resources").files("tzdata") / "zoneinfo"
    return filter(None, (folder / name).read_text(encoding="utf-8").splitlines())

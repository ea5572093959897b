"""Local time: in the zone of the setting `timezone`, or else of TZ, or else of this machine."""

from collections.abc import Callable
from contextlib import suppress
from datetime import datetime, tzinfo
from functools import cache

from smsgw_cli.errors import Usage
from smsgw_cli.sms import zones


class _Source:
    """Where the zone comes from; of a session, it is looked up once, when first needed."""

    zone: Callable[[], tzinfo | None] = staticmethod(zones.of_variable)


def follow(setting: Callable[[], str | None] | None) -> None:
    """Take the zone from this setting from now on; None for no setting."""
    _Source.zone = zones.of_variable if setting is None else cache(lambda: _zone_of(setting()))


def _zone_of(name: str | None) -> tzinfo | None:
    return zones.named(name) if name else zones.of_variable()


def zone() -> tzinfo | None:
    """The zone of local times; None for this machine's. Raises Usage for an unknown one."""
    return _Source.zone()


def of(moment: datetime) -> datetime:
    """A time with a zone, in local time; in this machine's if the zone is unknown.

    Raises OverflowError outside the calendar.
    """
    found = None
    with suppress(Usage):  # refused where times are read
        found = zone()
    return moment.astimezone(found)

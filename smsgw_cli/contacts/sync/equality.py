"""Whether two values are equal, whatever form the server returns."""

from collections.abc import Callable
from datetime import datetime, time
from typing import Any

from smsgw_cli.model import ContactField
from smsgw_cli.sms.trimmed import trimmed
from smsgw_cli.tables.booleans import boolean

NOTHING: tuple[Any, ...] = (None, "", [])
LARGEST = 1 << 63


def same(field: ContactField, actual: Any, desired: Any) -> bool:
    """Whether the list's value of a field equals the desired one, which is in the API's form.

    To clear a field, None or an empty list is desired. The server then stores the default of the
    field, if any, so that counts as empty.
    """
    if desired in NOTHING:
        default = field.get("default_value") if desired is None else None
        return actual in NOTHING or (default is not None and same(field, actual, default))
    normalize: Callable[[Any], Any] = _NORMALIZERS.get(str(field.get("type")), trimmed)
    try:
        return bool(normalize(actual) == normalize(desired))
    except (TypeError, ValueError, OverflowError):
        return False


def _number(value: Any) -> int | float:
    """An integer if it is one that servers store exactly, else a float."""
    if isinstance(value, bool):
        raise TypeError(value)
    try:
        whole = value if isinstance(value, float) else int(value)
    except ValueError:
        return float(value)
    return whole if abs(whole) < LARGEST else float(whole)


def _flag(value: Any) -> bool:
    """A boolean in any notation; None is False, as a checkbox that was never set."""
    return boolean("" if value is None else str(value))


def _chosen(value: Any) -> frozenset[str]:
    """Options in any order; a server may return a single one as text."""
    options = value if isinstance(value, list) else [value]
    return frozenset(str(each) for each in options if each not in NOTHING)


def _without_zone(parse: Callable[[str], Any]) -> Callable[[Any], Any]:
    """Local times: a server may add seconds, or its zone."""
    return lambda value: parse(str(value).strip())


_NORMALIZERS: dict[str, Callable[[Any], Any]] = {
    "number": _number,
    "checkbox": _flag,
    "multiselect": _chosen,
    "date": _without_zone(lambda text: datetime.fromisoformat(text).replace(tzinfo=None)),
    "datetime-local": _without_zone(lambda text: datetime.fromisoformat(text).replace(tzinfo=None)),
    "time": _without_zone(lambda text: time.fromisoformat(text).replace(tzinfo=None)),
}

"""Whether two values are equal, whatever form the server returns."""

from collections.abc import Callable
from datetime import datetime, time
from typing import Any

from smsgw_cli.contacts import field_values
from smsgw_cli.model import ContactField

NOTHING: tuple[Any, ...] = (None, "", [])
LARGEST = 1 << 63
# What Laravel takes off both ends of every text, beside white space.
INVISIBLE = "\ufeff\u200b\u200e\0"


def same(field: ContactField, there: Any, wanted: Any) -> bool:
    """Whether the value `there`, of the list, is the one `wanted`, as the API takes it.

    None or an empty list is wanted of a field that is to be empty. A server gives such a
    field its default value, where it has one, so that counts as empty too.
    """
    if wanted in NOTHING:
        default = field.get("default_value") if wanted is None else None
        return there in NOTHING or (default is not None and same(field, there, default))
    plain: Callable[[Any], Any] = _PLAIN.get(str(field.get("type")), _text)
    try:
        return bool(plain(there) == plain(wanted))
    except (TypeError, ValueError, OverflowError):
        return False


def _text(value: Any) -> str:
    return "" if value is None else str(value).strip().strip(INVISIBLE).strip()


def _number(value: Any) -> int | float:
    """An integer where it is one, and not longer than servers keep exactly."""
    if isinstance(value, bool):
        raise TypeError(value)
    try:
        whole = value if isinstance(value, float) else int(value)
    except ValueError:
        return float(value)
    return whole if abs(whole) < LARGEST else float(whole)


def _flag(value: Any) -> bool:
    """None is no: a box that was never touched is not ticked."""
    return field_values.boolean("" if value is None else str(value))


def _chosen(value: Any) -> frozenset[str]:
    """Options in any order; a server may have one alone as a plain text."""
    options = value if isinstance(value, list) else [value]
    return frozenset(str(each) for each in options if each not in NOTHING)


def _wall(parse: Callable[[str], Any]) -> Callable[[Any], Any]:
    """Times as a clock on the wall shows them: a server may add seconds, or its zone."""
    return lambda value: parse(str(value).strip())


_PLAIN: dict[str, Callable[[Any], Any]] = {
    "number": _number,
    "checkbox": _flag,
    "multiselect": _chosen,
    "date": _wall(lambda text: datetime.fromisoformat(text).replace(tzinfo=None)),
    "datetime-local": _wall(lambda text: datetime.fromisoformat(text).replace(tzinfo=None)),
    "time": _wall(lambda text: time.fromisoformat(text).replace(tzinfo=None)),
}

"""Gauges in Prometheus' text format, as node_exporter's textfile collector reads it."""

from collections.abc import Iterable, Mapping
from decimal import Decimal

PREFIX = "smsgw_"
_ESCAPES = str.maketrans({"\\": r"\\", "\n": r"\n", '"': r"\""})
_HELP_ESCAPES = str.maketrans({"\\": r"\\", "\n": r"\n"})

Gauge = tuple[str, str, Mapping[str, str], Decimal]
"""Name without prefix, help, labels, value."""


def text(gauges: Iterable[Gauge]) -> str:
    """The samples, those of a gauge together, below its help and type.

    Of those with the same labels only the last: node_exporter refuses a file with two.
    """
    families: dict[str, dict[str, str]] = {}
    for name, help, labels, value in gauges:
        head = {f"# HELP {PREFIX}{name}": help.translate(_HELP_ESCAPES)}
        head[f"# TYPE {PREFIX}{name}"] = "gauge"
        families.setdefault(name, head)[f"{PREFIX}{name}{_labels(labels)}"] = f"{value:f}"
    lines = (line for family in families.values() for line in family.items())
    return "".join(f"{name} {value}\n" for name, value in lines)


def _labels(labels: Mapping[str, str]) -> str:
    pairs = ",".join(f'{key}="{_encodable(value)}"' for key, value in labels.items())
    return f"{{{pairs}}}" if pairs else ""


def _encodable(value: str) -> str:
    """The escaped value; half a character, which JSON can have, is no UTF-8."""
    return value.translate(_ESCAPES).encode("utf-8", "replace").decode()

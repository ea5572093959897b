"""Gauges in Prometheus' text format, as node_exporter's textfile collector reads it."""

from collections.abc import Iterable, Mapping
from decimal import Decimal

PREFIX = "smsgw_"
_ESCAPES = str.maketrans({"\\": r"\\", "\n": r"\n", '"': r"\""})
_HELP_ESCAPES = str.maketrans({"\\": r"\\", "\n": r"\n"})

Gauge = tuple[str, str, Mapping[str, str], Decimal]
"""Name without prefix, help, labels, value."""


def text(gauges: Iterable[Gauge]) -> str:
    """The samples, those of a gauge together, below its help and type."""
    families: dict[str, list[str]] = {}
    for name, help, labels, value in gauges:
        head = [f"# HELP {PREFIX}{name} {help.translate(_HELP_ESCAPES)}"]
        head.append(f"# TYPE {PREFIX}{name} gauge")
        families.setdefault(name, head).append(f"{PREFIX}{name}{_labels(labels)} {value:f}")
    return "".join(f"{line}\n" for lines in families.values() for line in lines)


def _labels(labels: Mapping[str, str]) -> str:
    pairs = ",".join(f'{key}="{_encodable(value)}"' for key, value in labels.items())
    return f"{{{pairs}}}" if pairs else ""


def _encodable(value: str) -> str:
    """The escaped value; half a character, which JSON can have, is no UTF-8."""
    return value.translate(_ESCAPES).encode("utf-8", "replace").decode()

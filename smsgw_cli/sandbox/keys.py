"""The keys that steer a gateway, as `sandbox serve KEY=VALUE` and `sandbox set KEY=VALUE`.

One table: help, completion and checks come from it.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from smsgw_cli.sandbox import incoming, lenient
from smsgw_cli.sandbox.fault_words import parse_words

SLOWEST, FASTEST = 0.001, 1_000_000
MAX_LATENCY = 86_400
MAX_SEED = 10**12
MAX_QUOTA = 10**6
MAX_SILENCE = 366 * 86_400
EARLY = "early"

Check = Callable[[Any], Any]


class Key(NamedTuple):
    """A key. `form` is the form of its text, `default` its value if it is not set.

    `otherwise` describes the default. `check` takes a value and returns it, or raises ValueError
    with what it must be. `column` is the column of the device or SIM that it changes.
    """

    name: str
    form: str
    help: str
    check: Check
    default: Any = None
    otherwise: str = ""
    column: str = ""


@dataclass(frozen=True)
class Change:
    """New values by key; None is the default. `clock` is by how many milliseconds to move it.

    `parts` has those of one device or SIM, by id or name: {"device": (1, {"battery": 20})}.
    """

    keys: Mapping[str, Any] = field(default_factory=dict)
    parts: Mapping[str, tuple[int | str, Mapping[str, Any]]] = field(default_factory=dict)


def between(least: float, most: float) -> Check:
    def check(value: float) -> float:
        if not least <= value <= most:
            raise ValueError(f"must be from {least:,} to {most:,}")
        return value

    return check


def _fault(text: str) -> str:
    parse_words(text)
    return text


def _one_of(*words: str) -> Check:
    def check(text: str) -> str:
        if text not in words:
            raise ValueError(f"must be one of {', '.join(words)}")
        return text

    return check


def _any(value: Any) -> Any:
    return value


def _table(*keys: Key) -> Mapping[str, Key]:
    return {each.name: each for each in keys}


GATEWAY = _table(
    Key(
        "speed",
        "FACTOR",
        "Speed of the phones",
        between(SLOWEST, FASTEST),
        1.0,
        "1; 20 with -p sandbox",
    ),
    Key("latency", "DURATION", "Delay of every response", between(0, MAX_LATENCY), 0.0, "0s"),
    Key("rate", "N/UNIT", "Limit of requests, such as 600/min", _any, 0, "none"),
    Key("fault", "FAULT", "Fault to inject; repeatable", _fault, (), "none"),
    Key("fail_rate", "PERCENT", "Share of messages that fail at random", between(0, 1), 0.0, "0%"),
    Key("auto_retry", "N", "How often a failed message is retried", between(0, 10), 0, "0"),
    Key("sent_at", EARLY, "Set sent_at before sending", _any, "", "when it has left"),
    Key("lenient", "RULE", f"Relax {lenient.NAMES}", lenient.check, ()),
    Key(
        "fault_seed",
        "N",
        "Seed of faults and failures",
        between(-MAX_SEED, MAX_SEED),
        0,
        "0",
    ),
)
CONTROL = Key(
    "control",
    "WHO",
    "Who controls it: loopback, any, off",
    _one_of("loopback", "any", "off"),
    "loopback",
    "loopback",
)
"""Of `sandbox serve` alone: who may steer a gateway must not be steered."""
CLOCK = Key("clock", "WHEN", "Move the clock, such as +2h", _any, 0, "real time")
KEYWORDS = Key(
    incoming.KEYWORDS, "BOOL", "Whether STOP and START change contacts", _any, True, "yes"
)
QUOTA = Key(
    "quota",
    "N",
    "Messages per day and SIM; also for sim=",
    between(0, MAX_QUOTA),
    False,
    column="quota",
)
DEVICE = _table(
    Key("enabled", "BOOL", "Whether it sends", _any, column="enabled"),
    Key("battery", "N", "Percentage of its battery", between(0, 100), column="battery"),
    Key("charging", "BOOL", "Whether it is charging", _any, column="is_charging"),
    Key(
        "silent",
        "AGO",
        "How long it has been silent; ends with silent=",
        between(0, MAX_SILENCE),
        False,
        column="silent_since",
    ),
    QUOTA,
)
SIM = _table(
    Key("active", "BOOL", "Whether it sends", _any, column="active"),
    Key("signal", "N", "Strength of its signal, 0 to 4", between(0, 4), column="signal_strength"),
    QUOTA,
    Key("balance", "AMOUNT", "Balance that the operator reports", _any, False, column="balance"),
    Key(
        "number", "NUMBER", "Its number; empty if it does not know it", _any, False, column="number"
    ),
)
PARTS: Mapping[str, Mapping[str, Key]] = {"device": DEVICE, "sim": SIM}
"""The keys of a part of the gateway, by the key that selects one: `device=1 battery=20`."""

SELECTORS = _table(
    Key("device", "ID|NAME", "Device to change, and its new values:", _any),
    Key("sim", "ID|NAME", "SIM to change, and its new values:", _any),
)
STEERED = {**GATEWAY, CLOCK.name: CLOCK, KEYWORDS.name: KEYWORDS}
"""The keys of the gateway itself that `sandbox set` takes."""
SETTABLE = _table(
    *STEERED.values(),
    *(key for word, keys in PARTS.items() for key in (SELECTORS[word], *keys.values())),
)
"""All that `sandbox set` takes, in the order of its help."""

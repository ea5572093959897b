"""The rules of Laravel and PHP that `lenient=RULE` relaxes, and those currently relaxed."""

from contextvars import ContextVar

RULES = ("accept", "content-type", "lists", "size", "timezone")
"""`accept`: errors are JSON, whatever Accept says. `content-type`: a JSON body is input, whatever
Content-Type says. `lists`: a single value is a list of one, and values of a repeated key add up.
`size`: no body is too large. `timezone`: any zone that this system knows."""

NAMES = f"{', '.join(RULES[:-1])} or {RULES[-1]}"

relaxed: ContextVar[frozenset[str]] = ContextVar("relaxed", default=frozenset())
"""The rules that the gateway relaxes, while it handles a request."""


def is_relaxed(rule: str) -> bool:
    return rule in relaxed.get()


def check(rule: str) -> str:
    """Raises ValueError if there is no such rule."""
    if rule not in RULES:
        raise ValueError(f"must be {NAMES}")
    return rule

"""Ledgers of other addresses: the same server may be known by two names."""

from collections.abc import Callable, Iterator
from contextlib import closing, suppress
from pathlib import Path

from smsgw_cli.errors import SmsgwError
from smsgw_cli.messages import ledger_mailings
from smsgw_cli.messages.ledger import Ledger

SANDBOX = "sandbox"  # where people try what they then send


def warn_of_key(path: Path, key: str, warn: Callable[[str], None]) -> None:
    """Warn if a key that is new in this ledger is known in that of another address."""
    for name in _with_key(path, key):
        warn(
            f"warning: the key {key!r} was used at {name} before; if that is this server under "
            "another name, this sends again"
        )


def _with_key(path: Path, key: str) -> Iterator[str]:
    """The other addresses, as in the names of their files."""
    if path.stem == SANDBOX:
        return
    for other in sorted({*path.parent.glob("*.db")} - {path}):
        name = other.stem.rpartition("-")[0]
        with suppress(SmsgwError), closing(Ledger(other)) as ledger:
            if name and (ledger.find(key) or ledger_mailings.is_there(ledger, f"{key}/")):
                yield name

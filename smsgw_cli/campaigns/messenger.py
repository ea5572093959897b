"""The SIM or sender id of a message, which the API names only in `messenger`: `Sim #20`."""

import re

from smsgw_cli.model import Record

SIM, SENDER_ID = "sim", "sender id"
_MESSENGER = re.compile(rf"({SIM}|{SENDER_ID})\s*#\s*([0-9]{{1,18}})", re.IGNORECASE)


def messenger(message: Record) -> tuple[str, int] | None:
    """SIM or SENDER_ID, and its id; None if it is unknown."""
    found = _MESSENGER.fullmatch(str(message.get("messenger")))
    return (found[1].lower(), int(found[2])) if found else None


def sim_of(message: Record) -> int | None:
    """The id of its SIM; None if it has none."""
    kind, identity = messenger(message) or ("", None)
    return identity if kind == SIM else None

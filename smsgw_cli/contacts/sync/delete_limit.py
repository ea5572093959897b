"""The limit of removed contacts: a guard against truncated files."""

import re
from typing import NamedTuple

from smsgw_cli.errors import Usage


class Limit(NamedTuple):
    """A share of the list's contacts, or a count of them."""

    most: float
    is_percent: bool

    def allows(self, removed: int, contacts: int) -> bool:
        """Whether this number of contacts may be unsubscribed or deleted."""
        return 100 * removed <= self.most * contacts if self.is_percent else removed <= self.most


def limit(text: str) -> Limit:
    """`10%` or `50` as a limit. Raises Usage if it is invalid."""
    given = re.fullmatch(r"([0-9]{1,9}) ?(%?)|([0-9]{1,2}\.[0-9]{1,9}) ?%", text.strip())
    if given and float(given[3] or given[1]) <= (100 if text.strip().endswith("%") else 1e9):
        return Limit(float(given[3] or given[1]), text.strip().endswith("%"))
    raise Usage(
        f"--max-delete takes a percentage or a number of contacts, not {text!r}",
        hint="use a value such as 10% or 50; 100% for no limit",
    )


def refuse_too_many(most: str, removed: int, contacts: int) -> None:
    """Raise Usage if more contacts would be removed than allowed."""
    if not limit(most).allows(removed, contacts):
        raise Usage(
            f"{removed:,} of the list's {contacts:,} contacts are not in the file and would be "
            f"removed, more than --max-delete {most}; nothing was sent",
            hint=f"check that the file is complete; use --max-delete {removed} to remove them",
        )

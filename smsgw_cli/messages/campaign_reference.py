"""Resolves CAMPAIGN: an id, a name, or `last` for the newest send from here."""

import re
from collections.abc import Callable, Sequence
from datetime import datetime
from typing import TYPE_CHECKING, NamedTuple, Protocol

from smsgw_cli.errors import NotFound, Unknown, Usage
from smsgw_cli.sms.timestamps import read_timestamp

if TYPE_CHECKING:
    from smsgw_cli.messages.ledger_entry import Entry

LAST = "last"


class Sends(Protocol):
    """The part of the ledger needed here."""

    def newest_run(
        self, name: str | None = None, *, no_retry: bool = False
    ) -> "Sequence[Entry]": ...


class Reference(NamedTuple):
    """The campaigns that a CAMPAIGN stands for; `text` is that as typed.

    `began` is when they began to be sent from here, if they were and it is not an id. `unknown`
    are the numbers of the run's sends whose campaigns are not known.
    """

    text: str
    ids: tuple[int, ...]
    began: datetime | None = None
    unknown: tuple[int, ...] = ()

    @property
    def is_id(self) -> bool:
        return is_id(self.text)


def is_id(text: str) -> bool:
    return bool(re.fullmatch("[0-9]{1,18}", text))


def resolve(
    text: str,
    sends: Callable[[], Sends],
    find: Callable[[str], int],
    *,
    no_retry: bool = False,
) -> Reference:
    """The campaigns of an id, a name, or `last`.

    A name is that of the newest run from here, or else `find` looks for it on the server.
    `no_retry` leaves out what `campaigns retry` sent. Raises Usage if it is empty, NotFound if
    nothing was sent or all was refused, Unknown if no campaign is known, and what `find` raises.
    """
    if not text.strip():
        raise Usage("CAMPAIGN is empty", hint=f"use an id, a name, or {LAST}")
    if is_id(text):
        return Reference(text, (int(text),))
    run = sends().newest_run(None if text == LAST else text, no_retry=no_retry)
    if run:
        return _of_run(text, run)
    if text == LAST:
        raise NotFound(
            "nothing was sent to this server from here",
            hint="use the id or the name of a campaign; see 'smsgw campaigns list'",
        )
    return Reference(text, (find(text),))


def _of_run(text: str, run: "Sequence[Entry]") -> Reference:
    ids = tuple(dict.fromkeys(each.campaign["id"] for each in run if each.campaign))
    unknown = tuple(each.id for each in run if each.is_open)
    if not ids:
        raise _without_campaign(text, unknown)
    return Reference(text, ids, min(read_timestamp(each.started_at) for each in run), unknown)


def _without_campaign(text: str, unknown: Sequence[int]) -> NotFound | Unknown:
    """An error, as an earlier send is not what was meant."""
    newest = "the newest send" if text == LAST else f"the newest send named {text!r}"
    if not unknown:
        return NotFound(
            f"{newest} was refused, so it has no campaign", hint="see 'smsgw sends list'"
        )
    numbers = " ".join(map(str, unknown))
    return Unknown(
        f"the campaign of {newest} is unknown: the server did not return it",
        hint=f"ask the server with 'smsgw sends settle {numbers}'",
    )

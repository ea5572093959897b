"""Resolves CAMPAIGN, in arguments and in the filter --campaign."""

import sys
from collections.abc import Iterable, Iterator
from importlib import import_module
from typing import Any

from smsgw_cli.cli.resource import by_keys, find
from smsgw_cli.cli.session import Session
from smsgw_cli.commands.campaigns import CAMPAIGN
from smsgw_cli.errors import Usage
from smsgw_cli.messages import campaign_reference
from smsgw_cli.messages.campaign_reference import Reference
from smsgw_cli.wording import pluralize

_NAMED = CAMPAIGN._replace(names=by_keys("name"))


def references(
    session: Session, texts: Iterable[str], *, no_retry: bool = False
) -> list[Reference]:
    """What these stand for; `-` reads more from standard input, one per line.

    `no_retry` leaves out what `campaigns retry` sent. Warns of sends whose campaigns are not known.
    Raises as `campaign_reference.resolve` does.
    """
    found = [
        campaign_reference.resolve(
            text,
            lambda: _ledger(session),
            lambda name: find(session.api, _NAMED, name),
            no_retry=no_retry,
        )
        for text in _lines(texts)
    ]
    for each in found:
        if each.unknown:
            sends = pluralize(len(each.unknown), "send")
            session.warn(
                f"warning: {each.text!r} has {sends} with an unknown campaign, skipped; "
                "see 'smsgw sends settle'"
            )
    return found


def filtered_by(session: Session, text: str) -> list[int]:
    """The campaigns of the filter --campaign, newest first, as lists are."""
    return sorted(ids_of(references(session, [text])), reverse=True)


def ids_of(found: Iterable[Reference]) -> list[int]:
    """The ids of these, each once."""
    return list(dict.fromkeys(identity for each in found for identity in each.ids))


def refuse_several(query: dict[str, Any], text: str | None) -> None:
    """Raise Usage if the filter --campaign matches several campaigns."""
    if isinstance(query.get("campaign"), list):
        listed = ", ".join(map(str, query["campaign"]))
        raise Usage(f"{text!r} matches several campaigns: {listed}", hint="use one of these ids")


def _ledger(session: Session) -> Any:
    """Imported only for names, as it is slow to import."""
    return import_module("smsgw_cli.commands._sending").ledger_of(session)


def _lines(texts: Iterable[str]) -> Iterator[str]:
    for text in texts:
        if text == "-":
            yield from filter(None, map(str.strip, sys.stdin))
        else:
            yield text

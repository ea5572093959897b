"""How a send ended: what the server says of it, and the ledger's note of that."""

import time
from collections.abc import Callable
from typing import cast

from smsgw_cli.errors import SmsgwError, Unknown
from smsgw_cli.messages import ledger, reconcile
from smsgw_cli.messages.ledger import Entry, Ledger
from smsgw_cli.messages.match import Answer, Match, match_campaign
from smsgw_cli.model import Record


class Reconciler:
    """Finds out and notes how sends to one server ended.

    `note` gets what a person waiting should know, `warn` what must not be missed.
    """

    def __init__(
        self,
        api: reconcile.Lister,
        ledger: Ledger,
        note: Callable[[str], None],
        warn: Callable[[str], None],
    ) -> None:
        self._api = api
        self._ledger = ledger
        self._note = note
        self._warn = warn

    def found(self, entry: Entry, seconds: float) -> Record | None:
        """What the server says of a send: its campaign, None if it was not accepted.

        Raises Unknown if it cannot tell. Writes what it said.
        """
        finding = reconcile.settled(
            lambda whole: self._look(entry, whole=whole),
            reconcile.rest(entry, seconds, time.time()),
            patience=seconds,
        )
        if finding.answer is Answer.FOUND:
            return self._accept(entry, finding)
        if entry.state == ledger.ACCEPTED:
            self._warn(f"warning: send {entry.id} was accepted, but its campaign is not shown")
            return {"id": None, "name": entry.name}
        if finding.answer is Answer.ABSENT:
            self.end(entry, ledger.REFUSED, said="not accepted: lost on its way")
            return None
        self.end(entry, ledger.UNKNOWN, said=finding.told)
        raise Unknown(
            f"the send may have been accepted, and the server could not tell: {finding.told}",
            hint=ask_again(entry),
        )

    def _look(self, entry: Entry, *, whole: bool) -> Match:
        campaigns = reconcile.same_name(self._api, entry, whole=whole)
        if entry.is_unique:
            return match_campaign(entry, campaigns)
        # First the rivals: one that is accepted meanwhile is known then.
        ambiguous = self._ledger.ambiguous(entry)
        return match_campaign(entry, campaigns, self._ledger.known(entry), ambiguous=ambiguous)

    def _accept(self, entry: Entry, finding: Match) -> Record | None:
        campaign = cast(Record, finding.campaign or {})
        self.end(entry, ledger.ACCEPTED, campaign)
        self._note(f"note: the send was accepted, as campaign {campaign['id']}")
        if finding.told:
            self._warn(f"warning: {finding.told}")
        return campaign

    def end(
        self, entry: Entry, state: str, campaign: Record | None = None, said: str | None = None
    ) -> None:
        """Note how a send ended. What cannot be noted stands as unknown, so it is only told."""
        try:
            self._ledger.end(entry.id, state, campaign, said)
        except SmsgwError as error:
            ended = f"accepted as campaign {campaign['id']}" if campaign else state
            self._warn(f"warning: the send was {ended}, which could not be noted: {error.message}")


def ask_again(entry: Entry) -> str:
    """What to do about a send that stays unknown."""
    return f"'smsgw sends settle {entry.id}' asks the server again; it never sends"

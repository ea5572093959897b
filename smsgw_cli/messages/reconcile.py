"""Determines the outcomes of sends from the server, and records them in the ledger."""

import time
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager, suppress
from typing import cast

from smsgw_cli.api.reader import PageReader
from smsgw_cli.errors import NotFound, SmsgwError, Unknown
from smsgw_cli.messages import campaign_search
from smsgw_cli.messages.campaign_match import Answer, Match, match_campaign
from smsgw_cli.messages.differing import Differing
from smsgw_cli.messages.ledger import Ledger
from smsgw_cli.messages.ledger_entry import ACCEPTED, REFUSED, UNKNOWN, Entry
from smsgw_cli.messages.ledger_writes import EndedSend
from smsgw_cli.messages.send_locks import SendLocks
from smsgw_cli.model import Campaign, Record
from smsgw_cli.storage.locks import Busy


class Reconciler:
    """Determines and records the outcomes of sends to one server.

    `note` prints a note, `warn` a warning that is shown even with -q.
    """

    def __init__(
        self,
        api: PageReader,
        ledger: Ledger,
        note: Callable[[str], None],
        warn: Callable[[str], None],
    ) -> None:
        self._api = api
        self._ledger = ledger
        self._locks = SendLocks(ledger.path)
        self._note = note
        self._warn = warn

    def campaign_of(self, entry: Entry, seconds: float) -> Record | None:
        """The campaign of a send according to the server, None if it was not accepted.

        Waits up to `seconds` from when it was sent, and records the outcome. Raises Unknown if it
        cannot be determined.
        """
        match = self._reconcile([entry], seconds, time.sleep)[entry.id]
        if match.answer is Answer.FOUND:
            return cast(Record, match.campaign or {})
        if entry.state == ACCEPTED:
            return {"id": None, "name": entry.name}
        if match.answer is Answer.ABSENT:
            return None
        raise Unknown(unknown_outcome(match.detail), hint=settle_hint(entry))

    def settle(
        self,
        entries: Iterable[Entry],
        seconds: float,
        *,
        lock: str,
        sleep: Callable[[float], None],
    ) -> None:
        """Determine and record the outcomes of open sends with one search; never sends.

        `lock` is already held by the caller. Sends locked by another process are skipped.
        """
        with self._held(entries, lock) as ours:
            accepted = [each for each in ours if each.state == ACCEPTED]
            unknown = [each for each in ours if each.state != ACCEPTED]
            if accepted:
                self._reconcile(accepted, min(seconds, campaign_search.GRACE), sleep)
            if unknown:
                self._reconcile(unknown, seconds, sleep)

    @contextmanager
    def _held(self, entries: Iterable[Entry], lock: str) -> Iterator[list[Entry]]:
        """Lock the sends; yields the open ones, read again, that no other process has locked."""
        locks: dict[str, list[Entry]] = {}
        for entry in entries:
            locks.setdefault(entry.lock, []).append(entry)
        ours = locks.pop(lock, [])
        with ExitStack() as stack:
            for name, theirs in locks.items():
                try:
                    stack.enter_context(self._locks.held(name))
                except Busy:
                    self._note(f"note: send {theirs[0].id} is in progress")
                else:
                    for entry in theirs:
                        with suppress(NotFound):  # deleted, as it was recorded but never sent
                            ours.append(self._ledger.get(entry.id))
            yield [each for each in ours if each.is_open]

    def _reconcile(
        self, entries: Sequence[Entry], seconds: float, sleep: Callable[[float], None]
    ) -> Mapping[int, Match]:
        matches = campaign_search.search(
            lambda full_scan: self._look_up(entries, full_scan=full_scan),
            [each.id for each in entries],
            campaign_search.time_left(entries, seconds),
            patience=seconds,
            sleep=sleep,
        )
        for entry in entries:
            self._record(entry, matches[entry.id])
        return matches

    def _look_up(self, entries: Sequence[Entry], *, full_scan: bool) -> dict[int, Match]:
        floor = self._floor(entries) if full_scan else None
        campaigns = campaign_search.same_names(self._api, entries, floor, full_scan=full_scan)
        return {entry.id: _proven(entry, self._match(entry, campaigns)) for entry in entries}

    def _floor(self, entries: Sequence[Entry]) -> int | None:
        """A campaign id that is lower than those of all the sends; None if none is known."""
        floors = [each.watermark for each in entries if each.watermark is not None]
        others = [each for each in entries if each.watermark is None]
        before = self._ledger.campaign_before(others) if others else min(floors)
        return None if before is None else min([before, *floors])

    def _match(self, entry: Entry, campaigns: Sequence[Campaign]) -> Match:
        if entry.is_unique:
            return match_campaign(entry, campaigns)
        # Ambiguous sends first: one accepted in between is then among the other campaigns.
        ambiguous = self._ledger.ambiguous(entry)
        return match_campaign(
            entry, campaigns, self._ledger.other_campaigns(entry), ambiguous=ambiguous
        )

    def _record(self, entry: Entry, match: Match) -> None:
        if match.answer is Answer.FOUND:
            self._accept(entry, match)
        elif entry.state == ACCEPTED:
            self._warn(f"warning: send {entry.id} was accepted, but its campaign is not visible")
        elif match.answer is Answer.ABSENT:
            self.end(EndedSend(entry.id, REFUSED, server_message="not accepted"))
        else:
            self.end(EndedSend(entry.id, UNKNOWN, server_message=match.detail))

    def _accept(self, entry: Entry, match: Match) -> None:
        campaign = cast(Record, match.campaign or {})
        self.end(EndedSend(entry.id, ACCEPTED, campaign))
        self._note(f"note: the send was accepted as campaign {campaign['id']}")
        if match.detail:
            self._warn(f"warning: {match.detail}")

    def warn_of(self, differing: Differing) -> None:
        """Warn of campaigns that are not as requested."""
        if differing.count:
            self._warn(differing.warning)

    def end(self, ended: EndedSend) -> None:
        """Record the outcome. If that fails, the send stays unknown and a warning is printed."""
        try:
            self._ledger.end(ended)
        except SmsgwError as error:
            campaign = ended.campaign
            what = f"accepted as campaign {campaign['id']}" if campaign else ended.state
            self._warn(
                f"warning: the send was {what}, which could not be recorded: {error.message}"
            )


def _proven(entry: Entry, match: Match) -> Match:
    """The match; in doubt if nothing was found of a send that the server reported as a success."""
    if match.answer is Answer.ABSENT and entry.is_contradictory:
        return Match(Answer.DOUBTFUL, detail=entry.server_message or "")
    return match


def unknown_outcome(detail: str | None) -> str:
    """The error message of a send that stays unknown."""
    return f"cannot determine whether the send was accepted: {detail}"


def settle_hint(entry: Entry) -> str:
    """The hint for a send that stays unknown."""
    return f"check again with 'smsgw sends settle {entry.id}'; it never sends"

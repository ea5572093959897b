"""How sends ended: what the server says of them, and the ledger's note of that."""

import time
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager, suppress
from typing import cast

from smsgw_cli.errors import NotFound, SmsgwError, Unknown
from smsgw_cli.messages import ledger, reconcile
from smsgw_cli.messages.ledger import Entry, Ledger
from smsgw_cli.messages.match import Answer, Match, match_campaign
from smsgw_cli.messages.send_locks import SendLocks
from smsgw_cli.model import Campaign, Record
from smsgw_cli.storage.locks import Busy


class Reconciler:
    """Determines and records the outcomes of sends to one server.

    `note` prints a note, `warn` a warning that is shown even with -q.
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
        self._locks = SendLocks(ledger.path)
        self._note = note
        self._warn = warn

    def found(self, entry: Entry, seconds: float) -> Record | None:
        """The campaign of a send according to the server, None if it was not accepted.

        Records the outcome. Raises Unknown if it cannot be determined.
        """
        finding = self._settled([entry], seconds, time.sleep)[entry.id]
        if finding.answer is Answer.FOUND:
            return cast(Record, finding.campaign or {})
        if entry.state == ledger.ACCEPTED:
            return {"id": None, "name": entry.name}
        if finding.answer is Answer.ABSENT:
            return None
        raise Unknown(could_not_tell(finding.told), hint=ask_again(entry))

    def settle(
        self,
        entries: Iterable[Entry],
        seconds: float,
        *,
        lock: str,
        sleep: Callable[[float], None],
    ) -> None:
        """Ask the server about open sends, all at once, and write what it said; never sends.

        `lock` is what we hold already. Sends that another process holds are left alone.
        """
        with self._held(entries, lock) as ours:
            accepted = [each for each in ours if each.state == ledger.ACCEPTED]
            unknown = [each for each in ours if each.state != ledger.ACCEPTED]
            if accepted:
                self._settled(accepted, min(seconds, reconcile.MOMENT), sleep)
            if unknown:
                self._settled(unknown, seconds, sleep)

    @contextmanager
    def _held(self, entries: Iterable[Entry], lock: str) -> Iterator[list[Entry]]:
        """Those of the sends that nobody else is sending, read again while that is so."""
        locks: dict[str, list[Entry]] = {}
        for entry in entries:
            locks.setdefault(entry.claim, []).append(entry)
        ours = locks.pop(lock, [])
        with ExitStack() as stack:
            for other, theirs in locks.items():
                try:
                    stack.enter_context(self._locks.held(other))
                except Busy:
                    self._note(f"note: send {theirs[0].id} is in progress")
                else:
                    for entry in theirs:
                        with suppress(NotFound):  # begun, and then not sent after all
                            ours.append(self._ledger.get(entry.id))
            yield [each for each in ours if each.is_open]

    def _settled(
        self, entries: Sequence[Entry], seconds: float, sleep: Callable[[float], None]
    ) -> Mapping[int, Match]:
        findings = reconcile.settled(
            lambda whole: self._look(entries, whole=whole),
            [each.id for each in entries],
            reconcile.rest(entries, seconds, time.time()),
            patience=seconds,
            sleep=sleep,
        )
        for entry in entries:
            self._write(entry, findings[entry.id])
        return findings

    def _look(self, entries: Sequence[Entry], *, whole: bool) -> dict[int, Match]:
        campaigns = reconcile.same_names(self._api, entries, whole=whole)
        return {entry.id: self._match(entry, campaigns) for entry in entries}

    def _match(self, entry: Entry, campaigns: Sequence[Campaign]) -> Match:
        if entry.is_unique:
            return match_campaign(entry, campaigns)
        # The rivals first: one that was accepted meanwhile is then known.
        ambiguous = self._ledger.ambiguous(entry)
        return match_campaign(entry, campaigns, self._ledger.known(entry), ambiguous=ambiguous)

    def _write(self, entry: Entry, finding: Match) -> None:
        if finding.answer is Answer.FOUND:
            self._accept(entry, finding)
        elif entry.state == ledger.ACCEPTED:
            self._warn(f"warning: send {entry.id} was accepted, but its campaign is not visible")
        elif finding.answer is Answer.ABSENT:
            self.end(entry, ledger.REFUSED, said="not accepted")
        else:
            self.end(entry, ledger.UNKNOWN, said=finding.told)

    def _accept(self, entry: Entry, finding: Match) -> None:
        campaign = cast(Record, finding.campaign or {})
        self.end(entry, ledger.ACCEPTED, campaign)
        self._note(f"note: the send was accepted as campaign {campaign['id']}")
        if finding.told:
            self._warn(f"warning: {finding.told}")

    def end(
        self, entry: Entry, state: str, campaign: Record | None = None, said: str | None = None
    ) -> None:
        """Record the outcome. If that fails, the send stays unknown and a warning is printed."""
        try:
            self._ledger.end(entry.id, state, campaign, said)
        except SmsgwError as error:
            ended = f"accepted as campaign {campaign['id']}" if campaign else state
            self._warn(
                f"warning: the send was {ended}, which could not be recorded: {error.message}"
            )


def could_not_tell(told: str | None) -> str:
    """What is said of a send that stays unknown."""
    return f"cannot determine whether the send was accepted: {told}"


def ask_again(entry: Entry) -> str:
    """The hint for a send that stays unknown."""
    return f"check again with 'smsgw sends settle {entry.id}'; it never sends"

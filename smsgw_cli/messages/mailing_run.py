"""A mailing carried out: letters sent side by side, each once; what stopped goes on."""

import hashlib
import json
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from functools import partial

from smsgw_cli.errors import Interrupted, Partial, Rejected, SmsgwError, Unknown, Usage
from smsgw_cli.messages import mailing_records
from smsgw_cli.messages.campaign_names import derived
from smsgw_cli.messages.ledger import ACCEPTED as NOTED
from smsgw_cli.messages.ledger import Ledger
from smsgw_cli.messages.mailing import ACCEPTED, NOT_SENT, PATH, REFUSED, UNKNOWN, Mailing, Result
from smsgw_cli.messages.mailing_records import MailingRecord
from smsgw_cli.messages.mailing_workers import Crew
from smsgw_cli.messages.merge import MergedMessage
from smsgw_cli.messages.send_locks import SendLocks
from smsgw_cli.messages.sender import Sender, UnknownPolicy
from smsgw_cli.model import Record
from smsgw_cli.storage.locks import Busy

Sent = dict[tuple[str, str], tuple[str, Record | None]]
"""Status and campaign by number and text."""


class Delivery:
    """Carries a mailing out. `senders` makes a sender for a thread of its own."""

    def __init__(
        self,
        mailing: Mailing,
        ledger: Ledger,
        sender: Sender,
        senders: Callable[[], Sender],
        care: UnknownPolicy,
        note: Callable[[str], None],
    ) -> None:
        self._mailing = mailing
        self._ledger = ledger
        self._sender = sender
        self._senders = senders
        self._care = care
        self._note = note
        self._untouched: list[MergedMessage] = []
        self._error: SmsgwError | None = None

    def carry_out(
        self, mark: str, once: str | None, workers: int, show: Callable[[int, int], None]
    ) -> None:
        """Send what was not sent before; the results are in the mailing, and in its files.

        `mark` tells a mailing from others. Raises Usage if it is under way already, what stopped
        it if nothing was sent, else Partial, Unknown or Interrupted.
        """
        with self._alone(mark):
            begun = mailing_records.begun(self._ledger, mark, self._mailing.file, once)
            self._tell(begun, mark)
            try:
                self._go_on(begun, workers, show)
            except KeyboardInterrupt:
                self._error = Interrupted("stopped")
            self._end(begun)

    def _go_on(self, begun: MailingRecord, workers: int, show: Callable[[int, int], None]) -> None:
        letters = self._left(begun)
        if not letters:
            self._tell_done(begun)
        total = len(self._mailing.letters)
        done = total - len(letters)
        crew = Crew(self._senders, partial(self._sent, begun), letters)
        try:
            with closing(crew.results(workers)) as results:
                for result in results:
                    done += self._take(result)
                    show(done, total)
        finally:
            done += sum(self._take(result) for result in crew.late())
            self._untouched, self._error = crew.untouched(), crew.error
        show(done, total)

    def _take(self, result: Result | None) -> bool:
        """Note a result, if it is one, and whether."""
        if result is not None:
            self._mailing.results.append(result)
        return result is not None

    def _left(self, begun: MailingRecord) -> list[MergedMessage]:
        """What is to be sent yet; what was sent before is noted."""
        sent = self._sent_before(begun)
        letters = []
        for letter in self._mailing.letters:
            done, left = _parted(letter, sent)
            self._mailing.results += done
            if left:
                letters.append(left)
        return letters

    def _sent_before(self, begun: MailingRecord) -> Sent:
        """What was sent of it before, after asking what became of what is unknown."""
        found: Sent = {}
        for entry in self._ledger.under(begun.prefix):
            if entry.is_open:
                entry = self._sender.settle(entry, self._care.settle)
            if entry.state == REFUSED:
                continue
            status = ACCEPTED if entry.state == NOTED else UNKNOWN
            for number in entry.body.get("mobile_numbers", ()):
                found[number, entry.body["message"]] = (status, entry.campaign)
        return found

    def _sent(self, begun: MailingRecord, sender: Sender, letter: MergedMessage) -> Result:
        """Send a letter. Raises what leaves no hope for the others either."""
        key, body = begun.prefix + _digest(letter), self._mailing.body(letter)
        body["name"] = derived(body.get("name"), begun.started_at, key)
        try:
            campaign, _ = sender.send(PATH, body, once=key, care=self._care, is_unique=True)
        except Rejected as error:
            said = "; ".join(" ".join(each) for each in (error.errors or {}).values())
            return Result(letter, REFUSED, reason=said or error.message)
        except Unknown as error:
            return Result(letter, UNKNOWN, reason=error.message)
        return Result(letter, ACCEPTED, campaign)

    def _end(self, begun: MailingRecord) -> None:
        """Write the results. Raises what there is to tell."""
        self._note_the_rest()
        mailing, error = self._mailing, self._error
        path = mailing.write_results()
        if mailing.count(ACCEPTED) == sum(len(letter.rows) for letter in mailing.letters):
            mailing_records.finish(self._ledger, begun)
            return
        if error and not isinstance(error, Interrupted) and not mailing.count(ACCEPTED, UNKNOWN):
            raise error
        raise self._ended(error, f"{path} has what became of each row")

    def _note_the_rest(self) -> None:
        """Letters nobody took, and those that were under way when there was no more time."""
        known = {row.number for each in self._mailing.results for row in each.letter.rows}
        untouched = {row.number for letter in self._untouched for row in letter.rows}
        for letter in self._mailing.letters:
            pairs = zip(letter.numbers, letter.rows, strict=True)
            for number, row in pairs:
                if row.number not in known:
                    status = NOT_SENT if row.number in untouched else UNKNOWN
                    alone = MergedMessage(letter.text, (number,), (row,))
                    self._mailing.results.append(Result(alone, status))

    def _ended(self, error: SmsgwError | None, where: str) -> SmsgwError:
        mailing = self._mailing
        counts = [
            f"{mailing.count(status)} {status}"
            for status in (ACCEPTED, REFUSED, UNKNOWN, NOT_SENT)
            if mailing.count(status)
        ]
        told = ", ".join(counts)
        if mailing.count(REFUSED):
            where += f", {mailing.write_refused()} the refused ones"
        hint = f"{where}; run the same command again: what was sent is not sent again"
        kind: type[SmsgwError] = Interrupted if isinstance(error, Interrupted) else Partial
        if error is None and not mailing.count(REFUSED):
            kind = Unknown
        what = f"{error.message}; of the rows {told}" if error else f"of the rows {told}"
        return kind(what, status=error.status if error else None, hint=hint)

    def _tell(self, begun: MailingRecord, mark: str) -> None:
        if not begun.is_new:
            self._note(f"going on with mailing {begun.id}; --once with a new key would begin anew")
            return
        for number in mailing_records.unfinished(self._ledger, self._mailing.file, mark):
            self._note(
                f"note: mailing {number} of this file was not finished, but the file or the "
                "options are others now; this is a new mailing"
            )

    def _tell_done(self, begun: MailingRecord) -> None:
        statuses = {each.status for each in self._mailing.results}
        if statuses == {ACCEPTED}:
            key = begun.prefix.removesuffix("/")
            self._note(f"note: every row was sent before with the key {key!r}; none is sent again")

    @contextmanager
    def _alone(self, mark: str) -> Iterator[None]:
        try:
            with SendLocks(self._ledger.path).held(mark):
                yield
        except Busy:
            raise Usage(
                "this mailing is under way already, in another process",
                hint="wait for it, or stop it; then the same command goes on where it was",
            ) from None


def _parted(letter: MergedMessage, sent: Sent) -> tuple[list[Result], MergedMessage | None]:
    """What of a letter was sent before, and what is left of it."""
    done: dict[int | None, Result] = {}
    left = []
    for number, row in zip(letter.numbers, letter.rows, strict=True):
        before = sent.get((number, letter.text))
        if before is None:
            left.append((number, row))
            continue
        status, campaign = before
        place = campaign["id"] if campaign else None
        rows = done[place].letter if place in done else MergedMessage(letter.text, (), ())
        grown = MergedMessage(letter.text, (*rows.numbers, number), (*rows.rows, row))
        done[place] = Result(grown, status, campaign)
    rest = MergedMessage(letter.text, tuple(n for n, _ in left), tuple(r for _, r in left))
    return list(done.values()), rest if left else None


def _digest(letter: MergedMessage) -> str:
    said = json.dumps([list(letter.numbers), letter.text]).encode()
    return hashlib.sha256(said).hexdigest()[:16]

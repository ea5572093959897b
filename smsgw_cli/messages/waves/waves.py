"""The waves of one mailing: those left, their recipients, and the outcomes of their sends."""

from collections.abc import Callable, Iterable
from datetime import datetime
from typing import NamedTuple

from smsgw_cli.messages.ledger import Ledger
from smsgw_cli.messages.ledger_entry import ACCEPTED, REFUSED, Entry
from smsgw_cli.messages.mailing.job import EXCLUDED
from smsgw_cli.messages.mailing.records import MailingRecord
from smsgw_cli.messages.waves import records
from smsgw_cli.messages.waves.gate import Gate, WaveSends
from smsgw_cli.messages.waves.records import Wave
from smsgw_cli.messages.waves.sizes import Size, split


class Waves(NamedTuple):
    """The waves of a mailing, of these sizes unless it has begun. `gate` is between two of them,
    `now` the server's clock."""

    ledger: Ledger
    record: MailingRecord
    sizes: tuple[Size, ...]
    gate: Gate
    now: Callable[[], datetime]

    def plan(self, recipients: int) -> None:
        """Record the waves for a number of recipients, if the mailing has none. Raises Usage."""
        if not self.every:
            with self.ledger.writing() as db:
                records.plan(db, self.record, split(self.sizes, recipients))

    @property
    def every(self) -> list[Wave]:
        return records.of_mailing(self.ledger, self.record.id)

    @property
    def left(self) -> list[Wave]:
        """Those that were not accepted as a whole."""
        return [each for each in self.every if not each.accepted]

    def sends(self, wave: Wave) -> WaveSends:
        """What became of the sends of a wave so far."""
        entries = self.ledger.of_wave(self.record.prefix, wave.number)
        accepted = [each for each in entries if each.state == ACCEPTED]
        keys = {each.key for each in accepted}  # of some that were refused before
        refused = [each for each in entries if _is_refused(each) and each.key not in keys]
        campaigns = [each.campaign or {"id": None} for each in accepted]
        return WaveSends(campaigns, len(_recipients(refused) - _recipients(accepted)))

    def await_turn(
        self, wave: Wave, sleep: Callable[[float], None], show: Callable[[str], None]
    ) -> None:
        """Return when a wave may be sent: at once if it is the first one, or has begun.

        Raises as `Gate.pass_after`.
        """
        before = next((each for each in self.every if each.number == wave.number - 1), None)
        if before and not records.taken(self.ledger, self.record, wave.number):
            left = sum(each.recipients for each in self.left)
            self.gate.pass_after(before, self.sends(before), left, sleep, show)

    def accept(self, wave: Wave) -> None:
        """Record that all sends of a wave were accepted."""
        records.accept(self.ledger, self.record, wave.number, self.now())

    @property
    def to_send(self) -> list[Wave]:
        """The waves left; the last one if none is, for recipients added since."""
        return self.left or self.every[-1:]

    @property
    def left_sizes(self) -> list[tuple[int, int]]:
        """The number of each wave to send, and how many recipients are left of it."""
        waves = self.to_send
        taken = (records.taken(self.ledger, self.record, each.number) for each in waves)
        sizes = zip(waves, taken, strict=True)
        return [(each.number, max(0, each.recipients - begun)) for each, begun in sizes]


def _is_refused(entry: Entry) -> bool:
    """Whether the server refused it."""
    return entry.state == REFUSED and entry.server_message != EXCLUDED.message


def _recipients(entries: Iterable[Entry]) -> set[tuple[str, str]]:
    """Number and text of each message."""
    bodies = (each.body for each in entries)
    return {(to, each.get("message", "")) for each in bodies for to in each["mobile_numbers"]}

"""One run of a text that is sent in waves: sends what earlier runs did not, wave by wave."""

import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from smsgw_cli.errors import Interrupted, Partial, Pending, SmsgwError, Unknown
from smsgw_cli.messages.audience import Audience
from smsgw_cli.messages.campaign_names import derived
from smsgw_cli.messages.drop_excluded import LARGE_REQUEST
from smsgw_cli.messages.mailing import records as mailings
from smsgw_cli.messages.send_paths import MESSAGES
from smsgw_cli.messages.sender import Sender, UnknownPolicy
from smsgw_cli.messages.waves import records
from smsgw_cli.messages.waves.gate import AGAIN
from smsgw_cli.messages.waves.records import Wave
from smsgw_cli.messages.waves.waves import Waves
from smsgw_cli.model import Record
from smsgw_cli.sms.number_map import as_text
from smsgw_cli.sms.same_phone import usual
from smsgw_cli.wording import pluralize

PAGE = LARGE_REQUEST  # recipients of one campaign
STOPS = (Interrupted, Partial, Pending, Unknown)  # they tell that something was sent


@dataclass
class WaveRun:
    """A run under the lock of its mailing.

    `body` has no recipients; `audience` reads who may be sent to now, lists and all. `note` prints
    a note, `show` takes the recipients that were sent to, their total and what is waited for.
    """

    waves: Waves
    sender: Sender
    policy: UnknownPolicy
    body: Record
    audience: Callable[[], Audience]
    note: Callable[[str], None]
    show: Callable[[int, int, str], None] = lambda done, total, detail: None

    def carry_out(self) -> None:
        """Send the waves that are left. Raises as `Waves.await_turn` and `Sender.send`; Partial
        for what would say that nothing was sent, if something was."""
        try:
            for wave in self.waves.left:
                self.waves.await_turn(wave, time.sleep, self._show)
                self._send(wave)
                self.waves.accept(wave)
        except KeyboardInterrupt:
            raise Interrupted("stopped", hint=AGAIN) from None
        except SmsgwError as error:
            if isinstance(error, STOPS) or not self.campaigns:
                raise
            raise Partial(
                f"{error.message}; recipients are left",
                hint=error.hint or AGAIN,
                status=error.status,
            ) from error
        mailings.finish(self.waves.ledger, self.waves.record, is_whole=True)
        with self.waves.ledger.writing() as db:
            records.forget_recipients(db, self.waves.record.id)

    @property
    def campaigns(self) -> list[Record]:
        """Those of all waves so far."""
        return [each for wave in self.waves.every for each in self.waves.sends(wave).campaigns]

    @property
    def left(self) -> Iterator[tuple[str, str]]:
        """Each recipient of a wave that was not accepted, with the number of the wave."""
        for wave in self.waves.left:
            yield from ((number, str(wave.number)) for number in self.numbers(wave))

    def numbers(self, wave: Wave) -> Iterator[str]:
        """The recipients of a wave as planned."""
        for page in self._pages(wave):
            yield from map(as_text, self._planned(*page))

    def _show(self, detail: str) -> None:
        every = self.waves.every
        done = sum(each.recipients for each in every if each.accepted)
        self.show(done, sum(each.recipients for each in every), detail)

    def _send(self, wave: Wave) -> None:
        """Send a wave, but to those who must not be contacted, or left their list, by now."""
        self._show(f"wave {wave.number}")
        audience = self.audience()
        skipped = 0
        for start, end in self._pages(wave):
            planned = self._planned(start, end)
            kept = [each for each in planned if audience.numbers.get(usual(each)) is not None]
            skipped += len(planned) - len(kept)
            if kept:
                self._send_page(wave, start, [as_text(each) for each in kept])
        if skipped:
            who = pluralize(skipped, "recipient")
            self.note(f"note: {who} skipped: excluded, unsubscribed or no longer a recipient")
        if audience.lists:
            self._note_new(audience)

    def _send_page(self, wave: Wave, start: int, numbers: list[str]) -> None:
        record = self.waves.record
        key = records.key_of(record, wave.number, start)
        earlier = self.waves.ledger.find(key)
        if earlier and earlier.campaign:
            return
        name = derived(self.body.get("name"), record.started_at, key)
        body = {**self.body, "name": name, "mobile_numbers": numbers}
        self.sender.send(MESSAGES, body, once=key, policy=self.policy, wave=wave.number)

    def _note_new(self, audience: Audience) -> None:
        """Say who is on a list now and was not at the start."""
        total = sum(each.recipients for each in self.waves.every)
        planned = (phone for page in _pages(0, total) for phone in self._planned(*page))
        known = sum(audience.numbers.get(usual(each)) is not None for each in planned)
        if new := len(audience) - known:
            who = pluralize(new, "contact has", "contacts have")
            self.note(f"note: {who} joined since the first wave; skipped")

    def _pages(self, wave: Wave) -> Iterator[tuple[int, int]]:
        """From where to where each campaign of a wave goes, in the recipients of all waves."""
        before = (each for each in self.waves.every if each.number < wave.number)
        start = sum(each.recipients for each in before)
        return _pages(start, start + wave.recipients)

    def _planned(self, start: int, end: int) -> list[int]:
        return records.recipients(self.waves.ledger, self.waves.record.id, start, end)


def _pages(start: int, end: int) -> Iterator[tuple[int, int]]:
    return ((each, min(end, each + PAGE)) for each in range(start, end, PAGE))

"""`messages send --waves`: one text to numbers and lists, in waves."""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from smsgw_cli.cli.dry_run import request_of
from smsgw_cli.cli.session import Session
from smsgw_cli.commands._own_files import ask_to_replace
from smsgw_cli.commands._send_checks import SendChecks
from smsgw_cli.commands._sending import ledger_of, policy_of, print_sent, watch_sent
from smsgw_cli.commands._waves import gate_of, sizes_of
from smsgw_cli.errors import Usage
from smsgw_cli.messages.campaign_names import named
from smsgw_cli.messages.ledger import Ledger
from smsgw_cli.messages.mailing.identity import Identity, identify_text
from smsgw_cli.messages.mailing.records import MailingRecord
from smsgw_cli.messages.number_list import ParsedNumbers
from smsgw_cli.messages.other_ledgers import warn_of_key
from smsgw_cli.messages.schedule import MOMENTS
from smsgw_cli.messages.send_paths import MESSAGES
from smsgw_cli.messages.send_request import SendOptions
from smsgw_cli.messages.sender import Sender
from smsgw_cli.messages.waves import begin, records, remaining, sizes
from smsgw_cli.messages.waves.run import WaveRun
from smsgw_cli.messages.waves.waves import Waves
from smsgw_cli.model import MOBILE_NUMBER, Record
from smsgw_cli.tables.rejects import path_beside

RECIPIENTS = ("mobile_numbers", "contact_lists")


@dataclass
class WaveSend:
    """A send in waves: its body with all recipients, those `found` in arguments, its checks."""

    session: Session
    options: SendOptions
    body: Record
    found: ParsedNumbers
    checks: SendChecks

    def carry_out(self) -> None:
        """Send what earlier runs with the key did not, and print the campaigns; then, if asked
        for, watch them.

        Raises Usage if the key is another send's, else as `WaveRun.carry_out`.
        """
        record = begin.earlier(self._ledger, self._once)
        if record:
            begin.refuse_other(record, self._identity)
        else:
            begin.refuse_single(self._ledger, self._once)
        if self.session.options.dry_run:
            return self._show_requests(record)
        if record is None:
            record = self._planned()
        else:
            self._confirm_rest(record)
        return self._send(record)

    @property
    def _once(self) -> str:
        return self.options.once or ""

    @property
    def _left_path(self) -> Path:
        return path_beside(remaining.name_of(self._once), "left")

    @cached_property
    def _ledger(self) -> Ledger:
        return ledger_of(self.session, self.options)

    @cached_property
    def _identity(self) -> Identity:
        return identify_text(self.body, self._once)

    @property
    def _shared(self) -> Record:
        """The body without recipients."""
        return {key: value for key, value in self.body.items() if key not in RECIPIENTS}

    def _planned(self) -> MailingRecord:
        """Plan the waves of a new send, after its checks and confirmation."""
        audience = self.checks.in_waves(self.body, self.found)
        ask_to_replace(self.session, self._left_path, remaining.is_ours)
        warn_of_key(self._ledger.path, self._once, self.session.warn)
        waves = sizes.split(sizes_of(self.options), len(audience))
        moments = {key: self.body[key] for key in MOMENTS if key in self.body}
        phones = audience.numbers.values()
        return begin.plan(self._ledger, self._identity, moments, waves, phones)

    def _confirm_rest(self, record: MailingRecord) -> None:
        """Say how it goes on, and ask if many are left."""
        left = self._left(record)
        if not left:
            known = f"already sent with the key {self._once!r}; not sent again"
            if record.text == self._identity.text:
                self.session.out.note(f"note: {known}")
            else:
                self.session.warn(f"warning: another text was {known}")
            return
        self.session.out.note(f"resuming {record.name} with wave {left[0].number}")
        recipients = sum(each.recipients for each in left)
        if recipients > self.options.ask_above:
            question = f"Resume and send it to {recipients:,} more recipients?"
            self.session.confirm_on_server(question)

    def _left(self, record: MailingRecord) -> list[records.Wave]:
        every = records.of_mailing(self._ledger, record.id)
        return [each for each in every if not each.accepted]

    def _send(self, record: MailingRecord) -> None:
        run = self._run(record)
        with begin.locked(self._ledger, record):
            try:
                with self.session.out.progress("send") as run.show:
                    run.carry_out()
            finally:
                self._show_left(run)
                print_sent(self.session, run.campaigns)
        if self.options.watch:
            watch_sent(self.session, run.campaigns, self.options)

    def _run(self, record: MailingRecord) -> WaveRun:
        session, note = self.session, self.session.out.note
        gate = gate_of(session, self.body)
        return WaveRun(
            Waves(self._ledger, record, sizes_of(self.options), gate, lambda: session.now),
            Sender(session.api, self._ledger, note=note, warn=session.warn),
            policy_of(session, self.options),
            self._shared,
            lambda: self.checks.audience(self.body),
            note,
        )

    def _show_left(self, run: WaveRun) -> None:
        command, columns = remaining.command("", self._once), (MOBILE_NUMBER, "wave")
        note, warn = self.session.out.note, self.session.warn
        remaining.show(self._left_path, command, columns, run.left, note, warn)

    def _show_requests(self, record: MailingRecord | None) -> None:
        """Print the requests of the waves that are left; nothing is recorded."""
        numbers = list(self._to_send(record))
        bodies = ({**self._shared, "mobile_numbers": each} for each in numbers)
        self.session.out.json([request_of("POST", MESSAGES, named(each)) for each in bodies])

    def _to_send(self, record: MailingRecord | None) -> Iterator[list[str]]:
        """The numbers of each wave that is left."""
        if record:
            run = self._run(record)
            yield from (list(run.numbers(wave)) for wave in run.waves.left)
            return
        numbers = list(self.checks.in_waves(self.body, self.found).e164)
        for count, _ in sizes.split(sizes_of(self.options), len(numbers)):
            yield numbers[:count]
            numbers = numbers[count:]


def moments_of(session: Session, options: SendOptions) -> Record | None:
    """The moments of a send in waves with this key that has begun; they are kept."""
    record = begin.earlier(ledger_of(session), options.once or "")
    return record.moments if record else None


def refuse_without_waves(session: Session, options: SendOptions) -> None:
    """Raise Usage if the key is that of a send in waves, or of a mailing, by which it is used."""
    if options.once is not None and not session.options.dry_run:
        ledger = ledger_of(session)
        if record := begin.earlier(ledger, options.once):
            records.refuse_without(ledger, record)
            raise Usage(f"{record.name} was sent already; nothing was sent", hint="use another key")

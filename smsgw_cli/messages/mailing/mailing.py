"""A mailing: one message a row of a file, whose rows and sends are in a spool."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

from smsgw_cli.messages.audience import Audience
from smsgw_cli.messages.compose import PLACEHOLDER
from smsgw_cli.messages.mailing import exclusion, spooled_rows, spooled_sends, spooled_waves
from smsgw_cli.messages.mailing.identity import Identity
from smsgw_cli.messages.mailing.merge import Merged
from smsgw_cli.messages.mailing.spool import Spool
from smsgw_cli.messages.mailing.spooled_sends import MOST_RECIPIENTS, SpooledSend
from smsgw_cli.messages.mailing.statuses import NOT_SENT
from smsgw_cli.messages.recipient_check import RecipientCheck
from smsgw_cli.messages.waves.sizes import Size, split
from smsgw_cli.model import Record
from smsgw_cli.sms.number_kinds import KindCounts
from smsgw_cli.tables import rejects
from smsgw_cli.tables.rejects import Reasons
from smsgw_cli.tables.shard import Shard
from smsgw_cli.wording import pluralize

MOST_REASONS = 10_000  # invalid rows whose reasons are shown


@dataclass
class Mailing:
    """The rows of a mailing, and the common part of the bodies of its sends.

    `kinds` counts the numbers by kind. `key` is that of its record in the ledger, once it has one;
    `written` has the paths of results and rejects.
    """

    file: str
    merged: Merged
    common: Record
    identity: Identity
    kinds: KindCounts = field(default_factory=KindCounts)
    known: str | None = None
    written: list[Path] = field(default_factory=list)

    @property
    def spool(self) -> Spool:
        return self.merged.spool

    @property
    def shard(self) -> Shard | None:
        """The part of the file that is sent; None for all of it."""
        return self.identity.shard

    @property
    def results_path(self) -> Path:
        """The path of its results."""
        return rejects.path_beside(self.file, "results", self.shard)

    @property
    def rejects_path(self) -> Path:
        """The path of its rejected rows."""
        return rejects.rejects_path(self.file, self.shard)

    @property
    def left_path(self) -> Path:
        """The path of the rows that no wave was sent to."""
        return rejects.path_beside(self.file, "left", self.shard)

    @property
    def notes(self) -> Iterator[str]:
        """What became of the file, for the user."""
        yield from self.merged.notes
        if self.merged.invalid:
            yield f"{pluralize(self.merged.invalid, 'invalid row')} skipped"
            yield from self._reasons.lines()
        if duplicates := spooled_rows.count_duplicates(self.spool):
            rows = pluralize(duplicates, "duplicate row")
            yield f"{rows} skipped: the same number and text"
        if found := PLACEHOLDER.search(self.merged.literal):
            yield f"{found[0]} is sent literally: the file has no such column"

    @property
    def _reasons(self) -> Reasons:
        """Why rows are invalid, counted."""
        reasons = Reasons()
        for each in spooled_rows.invalid(self.spool):
            reasons.add(each.row, f"{each.place}: {each.reason}")
        return reasons

    def group(self) -> None:
        """Make sends of the rows without one.

        With a key of its own, and not a part of a file, equal texts are not gathered, so that
        sending once does not depend on other recipients.
        """
        is_alone = self.identity.once is not None and self.shard is None
        spooled_sends.group(self.spool, 1 if is_alone else MOST_RECIPIENTS)

    def regroup(self) -> None:
        """Make the sends anew: all rows are pending again."""
        spooled_rows.dissolve_all(self.spool)
        self.group()

    def divide(self, sizes: tuple[Size, ...]) -> None:
        """Divide what is pending into waves of these sizes."""
        recipients = (each for each, _ in split(sizes, self.count(NOT_SENT)))
        self.assign(enumerate(recipients, start=1))

    def assign(self, waves: Iterable[tuple[int, int]]) -> None:
        """Make the rows that are pending, in order, those of waves with these numbers and numbers
        of recipients; the last one takes the rest."""
        spooled_waves.assign(self.spool, waves)
        self.group()

    def audience(self) -> Audience:
        """The recipients of what is pending, without exclusions."""
        self.group()
        return exclusion.everybody(self.spool)

    def leave_out(self, check: RecipientCheck, note: Callable[[str], None]) -> Audience:
        """Leave out the excluded recipients; returns the audience of the others. Raises Usage."""
        audience = exclusion.leave_out(self.spool, check, note, is_part=self.shard is not None)
        self.group()
        return audience

    @property
    def texts(self) -> Iterator[tuple[str, int, str]]:
        """The text of each send, the number of its recipients, and the first of them."""
        return spooled_sends.texts(self.spool)

    @property
    def bodies(self) -> Iterator[Record]:
        """The bodies of `/messages/send` that are to be sent."""
        return map(self.body, spooled_sends.all_pending(self.spool))

    def body(self, send: SpooledSend) -> Record:
        """The body of `/messages/send` for a send."""
        return {**self.common, "mobile_numbers": send.numbers, "message": send.text}

    def count(self, *statuses: str) -> int:
        """The number of rows with one of these statuses."""
        counts = spooled_sends.rows_by_status(self.spool)
        return sum(counts[each] for each in statuses)

    @property
    def has_pending(self) -> bool:
        """Whether rows are left to be sent."""
        return self.count(NOT_SENT) > 0

"""Many sends in a row: each letter a campaign, and what was not sent in a file to go on with."""

import hashlib
import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Protocol

from smsgw_cli.bulk import rejects
from smsgw_cli.bulk.columns import Problem
from smsgw_cli.bulk.letters import Letter
from smsgw_cli.bulk.rows import Sheet
from smsgw_cli.errors import Interrupted, Partial, SmsgwError, Unknown
from smsgw_cli.resource import Record

PATH = "messages/send"


class Sender(Protocol):
    """What a mailing needs of the sender."""

    def send(self, path: str, body: Record, *, once: str | None = None) -> tuple[Record, bool]: ...


@dataclass
class Mailing:
    """Letters to send, the file they are from, and what the bodies of all of them share."""

    file: str
    sheet: Sheet
    letters: Sequence[Letter]
    common: Record
    campaigns: list[Record] = field(default_factory=list)

    @property
    def bodies(self) -> list[Record]:
        """The bodies of `/messages/send`, a letter each."""
        return [
            {**self.common, "mobile_numbers": list(letter.numbers), "message": letter.text}
            for letter in self.letters
        ]

    def send(self, sender: Sender, once: str | None, show: Callable[[int, int], None]) -> None:
        """Send letter by letter; the campaigns are in `campaigns`.

        With a key, each letter has a key of its own made of it, so that the same command run
        again sends only what is missing. Raises what stopped it if nothing was sent before,
        else Partial or Interrupted, having written the rows that were not sent to a file.
        """
        try:
            for body in self.bodies:
                campaign, _ = sender.send(PATH, body, once=_key(once, body))
                self.campaigns.append(campaign)
                show(len(self.campaigns), len(self.letters))
        except (SmsgwError, KeyboardInterrupt) as error:
            left = self.letters[len(self.campaigns) :]
            if isinstance(error, KeyboardInterrupt):
                raise self._stopped(Interrupted("stopped"), left, unsure=None) from None
            unsure = left[0] if isinstance(error, Unknown | Interrupted) else None
            if not self.campaigns and not isinstance(error, Interrupted):
                raise
            raise self._stopped(error, left, unsure) from error

    def _stopped(
        self, error: SmsgwError, left: Sequence[Letter], unsure: Letter | None
    ) -> SmsgwError:
        """What is left, written to a file; but for what may have been sent, which is named."""
        reason = f"not sent: {error.message}"
        problems = [
            Problem(row, "message", reason)
            for letter in (left[1:] if unsure else left)
            for row in letter.rows
        ]
        path = rejects.write(rejects.beside(self.file), self.sheet, problems)
        doubt = f"; row {unsure.rows[0].number} may have been sent, so look first" if unsure else ""
        kind = Interrupted if isinstance(error, Interrupted) else Partial
        return kind(
            f"{error.message}; {len(problems)} rows were not sent",
            status=error.status,
            hint=f"they stand in {path}, to be sent with --csv{doubt}",
        )


def _key(once: str | None, body: Record) -> str | None:
    if once is None:
        return None
    said = json.dumps([body["mobile_numbers"], body["message"]]).encode()
    return f"{once}/{hashlib.sha256(said).hexdigest()[:16]}"

"""Notes of a check as lines below its output, as Icinga would take stderr for output."""

import sys
from collections.abc import Iterator
from contextlib import contextmanager, redirect_stderr
from io import StringIO

from smsgw_cli.cli import plugin
from smsgw_cli.cli.session import Session
from smsgw_cli.errors import Interrupted, SmsgwError


class Notes(StringIO):
    """What was said, as lines."""

    @property
    def lines(self) -> list[str]:
        return self.getvalue().splitlines()


@contextmanager
def collected(session: Session) -> Iterator[Notes]:
    """Collect what is said on stderr, unless requests are shown there; an error gets it as notes.

    Raises Interrupted for a check that was stopped, with what was said last: why it took so long.
    """
    notes = Notes()
    is_shown = session.options.verbose or session.options.debug
    try:
        with redirect_stderr(sys.stderr if is_shown else notes):
            yield notes
    except KeyboardInterrupt:
        stopped = Interrupted(": ".join([plugin.stopped_by(), *notes.lines[-1:]]))
        _add(notes, stopped)
        raise stopped from None
    except SmsgwError as error:
        _add(notes, error)
        raise


def _add(notes: Notes, error: SmsgwError) -> None:
    for line in notes.lines:
        error.add_note(line)

"""What an engine carries out: tasks, where they come from, and what their answers mean."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any, Protocol

from smsgw_cli.api.attempt import Attempt
from smsgw_cli.api.outcome import Disposition
from smsgw_cli.contacts.journal import Outcome
from smsgw_cli.errors import SmsgwError
from smsgw_cli.model import Record


class Api(Protocol):
    """What a worker needs of its client."""

    def attempt(self, method: str, path: str, body: Any = None) -> Attempt: ...


@dataclass
class Task:
    """A request for a row. `contact` is the id of whom it is about, where that is known.

    `values` are what the row says, where a later request needs them.
    """

    row: int
    method: str
    path: str
    body: Record | None = None
    contact: int | None = None
    values: Record | None = None


Next = Task | Outcome | None
"""What comes of a task: another one, or the row's outcome; None leaves it unknown."""


class Job(Protocol):
    """Where tasks come from, and what their answers mean. Called by one thread at a time."""

    def tasks(self) -> Iterator[Task | Outcome]: ...

    def on_response(self, task: Task, found: Disposition, attempt: Attempt) -> Next: ...

    def on_not_started(self, task: Task) -> Outcome | None:
        """What to note of a row whose task surely had no effect."""


@dataclass
class JobResult:
    """How a job ended: what stopped it, and the rows of which nobody knows what became."""

    error: SmsgwError | None = None
    interrupted: bool = False
    unknown: dict[int, float] = field(default_factory=dict)

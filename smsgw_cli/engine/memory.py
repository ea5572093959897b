"""A record for jobs that are not resumed: it keeps nothing."""

from collections.abc import Mapping, Sequence

from smsgw_cli.engine.job import TaskOutcome

ALL = 1 << 62


class MemoryRecord:
    """Records nothing; callers use the outcomes that the engine shows."""

    ahead = ALL
    reserved = ALL

    def reserve(self, row: int, outcomes: Sequence[TaskOutcome] = ()) -> Sequence[int]:
        return ()

    def note(self, outcomes: Sequence[TaskOutcome]) -> None:
        pass

    def unknown(self, rows: Mapping[int, float]) -> None:
        pass

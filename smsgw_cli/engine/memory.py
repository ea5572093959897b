"""A record of a job that nobody has to resume: kept in memory."""

from collections.abc import Mapping, Sequence

from smsgw_cli.engine.job import Outcome

ALL = 1 << 62


class MemoryRecord:
    """Takes everything; what was done is told by what the engine shows."""

    ahead = ALL
    reserved = ALL

    def reserve(self, row: int, outcomes: Sequence[Outcome] = ()) -> Sequence[int]:
        return ()

    def note(self, outcomes: Sequence[Outcome]) -> None:
        pass

    def unknown(self, rows: Mapping[int, float]) -> None:
        pass

"""Records codes that were dialled for a balance, and the texts that answered them."""

from collections.abc import Iterable, Iterator
from typing import NamedTuple

from smsgw_cli.fleet.history import History
from smsgw_cli.fleet.sims import FleetSim
from smsgw_cli.storage.batches import marks


class Dial(NamedTuple):
    """A code that a SIM dialled. `key` is that of its send in the ledger.

    `status` is that of the USSD pull once it is final, `text` the network's answer, or the content
    of the `message` (its id) that came instead. Times are ISO 8601, in UTC.
    """

    key: str
    sim: int
    code: str
    dialled_at: str
    status: str | None = None
    text: str | None = None
    answered_at: str | None = None
    message: int | None = None


_COLUMNS = ", ".join(Dial._fields)


class BalanceHistory(NamedTuple):
    """The dials of a server's SIMs. Every method raises SmsgwError if the file cannot be used."""

    history: History

    def begin(self, dial: Dial) -> None:
        """Record a code before it is dialled; no effect if its key is recorded."""
        with self.history.writing() as db:
            db.execute(
                "INSERT OR IGNORE INTO dials (key, sim, code, dialled_at) VALUES (?, ?, ?, ?)",
                dial[:4],
            )

    def answer(self, dial: Dial) -> None:
        """Record the answer to a code; no effect if its message answered another one."""
        values = [dial.status, dial.text, dial.answered_at, dial.message, dial.key]
        with self.history.writing() as db:
            db.execute(
                "UPDATE OR IGNORE dials SET status = ?, text = ?, answered_at = ?, message = ? "
                "WHERE key = ?",
                values,
            )

    def answers(self, sim: int) -> Iterator[Dial]:
        """The codes of a SIM that were answered, the newest answer first."""
        if not self.history.exists:
            return
        query = (
            f"SELECT {_COLUMNS} FROM dials WHERE sim = ? AND answered_at IS NOT NULL "  # noqa: S608
            "ORDER BY answered_at DESC, rowid DESC"
        )
        with self.history.reading() as db:
            yield from (Dial(*row) for row in db.execute(query, [sim]))

    def dials(self, since: str = "", sims: Iterable[int] = ()) -> list[Dial]:
        """The codes dialled since a time (ISO 8601, in UTC), by these SIMs or all, oldest first."""
        wanted = list(sims)
        of_sims = f"AND sim IN ({marks(wanted)})" if wanted else ""
        query = (
            f"SELECT {_COLUMNS} FROM dials WHERE dialled_at >= ? {of_sims} "  # noqa: S608
            "ORDER BY rowid"
        )
        if not self.history.exists:
            return []
        with self.history.reading() as db:
            return [Dial(*row) for row in db.execute(query, [since, *wanted])]

    def sims(self) -> list[FleetSim]:
        """The SIMs that the server had when it was last asked."""
        if not self.history.exists:
            return []
        with self.history.reading() as db:
            found = db.execute(
                "SELECT id, name, device, carrier, country FROM balance_sims ORDER BY id"
            )
            return [FleetSim(*row) for row in found]

    def remember(self, sims: Iterable[FleetSim]) -> None:
        """Record the SIMs that the server has, in place of those it had."""
        rows = [(each.id, each.name, each.device, each.carrier, each.country) for each in sims]
        with self.history.writing() as db:
            db.execute("DELETE FROM balance_sims")
            db.executemany("INSERT OR IGNORE INTO balance_sims VALUES (?, ?, ?, ?, ?)", rows)

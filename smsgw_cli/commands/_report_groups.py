"""Campaigns of a report that were sent by one command, as a mailing, become one row for people."""

from collections.abc import Iterable, Mapping, Sequence

from smsgw_cli.messages.campaign_names import without_suffix
from smsgw_cli.messages.ledger_entry import Entry
from smsgw_cli.messages.ledger_runs import BALANCE, SELFTEST, fleet_prefix, run_of
from smsgw_cli.model import Record

COUNTS = ("total", "delivered", "failed", "other", "sent")
NAMES = {SELFTEST: "Self-tests", BALANCE: "Balance codes"}


def runs_by_campaign(entries: Iterable[Entry]) -> dict[int, str]:
    """What identifies the mailing or command that sent a campaign, by the campaign's id; all
    self-tests are one, and all codes dialled for balances."""
    return {
        each.campaign["id"]: run
        for each in entries
        if each.campaign and (run := fleet_prefix(each.key) or run_of(each.key, each.run))
    }


def grouped(rows: Sequence[Record], runs: Mapping[int, str]) -> list[Record]:
    """The rows of campaigns, those of one run as one row with the number of its `campaigns`."""
    groups: dict[str, list[Record]] = {}
    for row in rows:
        groups.setdefault(runs.get(row["id"], f"campaign {row['id']}"), []).append(row)
    return [_together(each, NAMES.get(run)) for run, each in groups.items()]


def _together(rows: Sequence[Record], name: str | None) -> Record:
    if len(rows) == 1:
        return {**rows[0], "name": name or rows[0]["name"]}
    sums = {key: sum(row[key] for row in rows) for key in COUNTS}
    names = {without_suffix(row["name"]) for row in rows}
    return {
        **rows[-1],
        **sums,
        "name": name or (names.pop() if len(names) == 1 else None),
        "campaigns": len(rows),
        "created_at": min(
            (str(row["created_at"]) for row in rows if row["created_at"]), default=None
        ),
        "failed_share": round(sums["failed"] / sums["total"], 6) if sums["total"] else 0.0,
    }

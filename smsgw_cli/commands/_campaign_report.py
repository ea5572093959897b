"""`campaigns report`: statistics of campaigns as charts, data or an HTML page."""

import os
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass
from datetime import UTC, datetime
from importlib import import_module
from pathlib import Path
from typing import Any, cast

from smsgw_cli.campaigns.statistics.headline import headline
from smsgw_cli.campaigns.statistics.tally import Tally, outcomes
from smsgw_cli.campaigns.status_counts import path_and_statuses
from smsgw_cli.cli.session import Session
from smsgw_cli.commands._campaign_reference import ids_of, references
from smsgw_cli.commands._own_files import ask_to_replace
from smsgw_cli.commands._report_groups import grouped, runs_by_campaign
from smsgw_cli.errors import SmsgwError, Usage
from smsgw_cli.messages.ledger_runs import SELFTEST
from smsgw_cli.model import Campaign, Record
from smsgw_cli.output.formats import module
from smsgw_cli.output.stdout import writing
from smsgw_cli.sms import local_time
from smsgw_cli.sms.times import past
from smsgw_cli.sms.timestamps import format_timestamp, parse_timestamp
from smsgw_cli.storage.atomic_write import atomic_write

ABOUT = ("id", "name", "type", "status", "scheduled_at", "created_at")
FOR_EVER = datetime.max.replace(tzinfo=UTC)
ROW = ("of", "name", "count", "share")


def report_campaigns(
    session: Session,
    campaigns: Sequence[str] | None,
    after: str | None,
    before: str | None,
    html: str | None,
) -> None:
    """Read all messages of the campaigns, count them, and show the result, or write it to `html`.

    Without campaigns, those created in the period are meant, by default today. Raises Usage if
    `html` is a folder, or in a missing one; SmsgwError if it cannot be written.
    """
    file = None if html is None else _writable(session, html)
    if not campaigns:
        created = _created(session, after, before)
        return _show(session, _report_of_several(session, created, with_empty=False), file)
    if after is not None or before is not None:
        raise Usage(
            "--since and --before cannot be combined with a campaign",
            hint="omit the campaign, or --since and --before",
        )
    found = [
        session.api.get(f"campaigns/{each}") for each in ids_of(references(session, campaigns))
    ]
    report = _report_of_one(session, found[0]) if len(found) == 1 else None
    return _show(session, report or _report_of_several(session, found), file)


def _writable(session: Session, html: str) -> Path:
    """The path of the page; asks before another file is replaced, also behind a link."""
    path = Path(html)
    if path.is_dir():
        raise Usage(f"{path} is a folder", hint="use --html FILE")
    if not path.parent.is_dir():
        raise Usage(f"folder {path.parent} not found")
    if not os.access(path.parent, os.W_OK):
        raise SmsgwError(f"cannot write {path}: its folder is read-only")
    opening = module("report.markup").OPENING
    ask_to_replace(session, path, lambda text: text.startswith(opening))
    return path


def _created(session: Session, after: str | None, before: str | None) -> list[Record]:
    """The campaigns created in a period, by default today. Raises Usage."""
    now = datetime.now(UTC)
    since = past("today" if after is None else after, now)
    until = None if before is None else past(before, now)
    if (until or now) < since:
        raise Usage(
            "the time from --since to --before is empty",
            hint="without --since, the report starts today at midnight",
        )
    query = {"after": format_timestamp(since)}
    if until is not None:
        query["before"] = format_timestamp(until)
    # Filtered here too, as a server may compare days only.
    with closing(session.api.pages("campaigns", query)) as campaigns:
        found = [each for each in campaigns if _is_between(each, since, until or FOR_EVER)]
    if not found:
        session.out.note(f"no campaigns created since {local_time.of(since):%Y-%m-%d %H:%M}")
    return found


def _is_between(campaign: Record, since: datetime, until: datetime) -> bool:
    """Whether it was created in this period, or at an unknown time."""
    created = parse_timestamp(campaign.get("created_at"))
    return created is None or since <= created <= until


@dataclass(frozen=True)
class Report:
    """A report as data, and what is different in it for people."""

    data: Record
    for_people: Record


def _report_of_one(session: Session, campaign: Record) -> Report:
    tally = Tally()
    path, _ = path_and_statuses(cast(Campaign, campaign))
    total = session.api.count(path, {"campaign": campaign["id"]})
    with session.out.progress("report") as show:
        for done, record in enumerate(_messages(session, campaign), start=1):
            tally.add(record)
            if done % 100 == 0:
                show(done, max(total, done), "")
    about = {"id": campaign["id"], "campaign": _about(campaign)}
    data = {**about, "read_at": _now(), **tally.report()}
    counts = {row["status"]: row["count"] for row in data["statuses"]}
    first = headline([(campaign, counts)])
    return Report(data, {**tally.plain_report(), "headline": first})


def _report_of_several(
    session: Session, campaigns: Sequence[Record], *, with_empty: bool = True
) -> Report:
    """All counted together, with a row for each; for people, a row for each mailing."""
    tally, counted = Tally(), []
    with session.out.progress("report") as show:
        for done, campaign in enumerate(campaigns, start=1):
            counts: Counter[str] = Counter()
            for record in _messages(session, campaign):
                tally.add(record)
                counts[str(record.get("status"))] += 1
            if counts or with_empty:
                counted.append((campaign, counts))
            show(done, len(campaigns), "campaigns")
    rows = [{**_about(campaign), **outcomes(counts)} for campaign, counts in counted]
    data = {"campaigns": rows, "read_at": _now(), **tally.report()}
    runs = _runs(session, [each["id"] for each in rows])
    for_people = {
        "headline": headline(counted),
        "selftests": sum(row["total"] for row in rows if runs.get(row["id"]) == SELFTEST),
        "campaigns": grouped(rows, runs),
    }
    return Report(data, {**tally.plain_report(), **for_people})


def _runs(session: Session, campaigns: Sequence[int]) -> dict[int, str]:
    """The commands that sent these campaigns, as far as they are known here."""
    ledger = import_module("smsgw_cli.commands._sending").ledger_of(session)
    try:
        return runs_by_campaign(ledger.of_campaigns(campaigns))
    except SmsgwError:  # a report needs no ledger
        return {}


def _messages(session: Session, campaign: Record) -> Iterator[Record]:
    path, _ = path_and_statuses(cast(Campaign, campaign))
    with closing(session.api.pages(path, {"campaign": campaign["id"]})) as records:
        yield from records


def _about(campaign: Record) -> Record:
    return {key: campaign.get(key) for key in ABOUT}


def _now() -> str:
    return format_timestamp(datetime.now(UTC))


def _show(session: Session, report: Report, html: Path | None) -> None:
    data = report.data
    shown = {**data, **report.for_people, "gateway": session.profile.server or "the sandbox"}
    if html:
        _write(shown, html)
        session.out.note(f"report written to {html}")
    elif session.out.is_table:
        with writing() as stdout:
            module("report.table").show(shown, stdout)
    elif session.options.quiet and not session.options.query:
        session.out.rows(data.get("campaigns", [data]), ABOUT)
    elif session.out.is_nested:
        session.out.record(data)
    else:
        session.out.rows(rows(data), ROW)


def rows(report: Record) -> Iterator[Record]:
    """The counts, one row each, for formats without nested values."""
    for campaign in report.get("campaigns", ()):
        yield _row("campaign", str(campaign["id"]), campaign["total"], _share(campaign, report))
    for status in report["statuses"]:
        yield _row("status", status["status"], status["count"], status["share"])
    for sender in report["senders"]:
        yield _row("sender", sender["sender"], sender["total"], _share(sender, report))
    for failure in report["failures"]:
        yield _row("failure", failure["reason"], failure["count"], failure["share"])


def _share(part: Record, report: Record) -> float:
    return round(part["total"] / report["total"], 6) if report["total"] else 0.0


def _row(of: str, name: str, count: int, share: float) -> Record:
    values: Sequence[Any] = (of, name, count, share)
    return dict(zip(ROW, values, strict=True))


def _write(report: Record, path: Path) -> None:
    """Write the page atomically. It has no recipients, but texts and reasons may be private."""
    text: str = module("report.page").page(report)
    try:
        with atomic_write(path.resolve()) as file:
            file.write(text.encode("utf-8", "backslashreplace"))
    except OSError as error:
        raise SmsgwError(f"cannot write {path}: {error.strerror or error}") from error

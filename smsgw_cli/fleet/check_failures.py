"""The share of messages that failed of late, of all and of each SIM."""

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime, timedelta
from typing import NamedTuple

from smsgw_cli.api.client import Client
from smsgw_cli.campaigns.messenger import sim_of
from smsgw_cli.campaigns.plain_reasons import plain_reason
from smsgw_cli.fleet.context import CheckContext, selected
from smsgw_cli.fleet.devices import sim_subject
from smsgw_cli.fleet.measurement import WHOLE, Finding, Measurement, Subject
from smsgw_cli.model import DELIVERED, FAILED, PROCESSED, SENT, Record, sims_of
from smsgw_cli.sms.durations import in_words
from smsgw_cli.sms.timestamps import format_timestamp, parse_timestamp
from smsgw_cli.wording import pluralize

PERIOD = timedelta(hours=1)
LEAST = 5  # messages of which a share says something
MAX_REASONS = 3
MAX_ASKED = 10  # SIMs that are asked about one by one
TRIED = (FAILED, PROCESSED, SENT, DELIVERED)


class Tally(NamedTuple):
    """How many messages were tried, and failed; `failures` are some of these, the newest."""

    tried: int
    failed: int
    failures: Sequence[Record] = ()

    @property
    def share(self) -> float:
        """In percent."""
        return 100 * min(1.0, self.failed / self.tried) if self.tried else 0.0

    def without(self, other: "Tally") -> "Tally":
        left = max(0, self.tried - other.tried), max(0, self.failed - other.failed)
        return Tally(*left, self.failures)


def check(context: CheckContext) -> Iterator[Measurement | Finding]:
    """The share of failures of the last hour, by the filter `after` of `GET /messages`.

    The list says how many there are of each status and SIM, so its length does not matter. A SIM
    is asked about only if it has many of the newest failures; without any, nothing of it failed,
    or it is unknown if there are older ones. Raises NotFound, NothingToCheck, and what reading
    raises.
    """
    sims = [sim for device in context.devices for sim in sims_of(device)]
    since = context.start(PERIOD)  # by the clock of the server, which has answered
    if context.ids:
        sims = selected(context, sims, "SIM")
    period = f"in the last {in_words((context.now - since).total_seconds())}"
    whole = _tally(context.api, since)
    of_sims = list(_by_sim(context, sims, whole, since))
    if not context.ids:
        for sim, tally in of_sims:
            whole = whole.without(tally) if tally and sim["id"] in context.skip else whole
        yield _measured(whole, WHOLE, period)
    for sim, tally in of_sims:
        if context.selects(sim["id"]):
            yield _measured(tally, sim_subject(sim), period)


def _by_sim(
    context: CheckContext, sims: Iterable[Record], whole: Tally, since: datetime
) -> Iterator[tuple[Record, Tally | None]]:
    """Every SIM with its counts; None where they are unknown."""
    failures = Counter(map(sim_of, whole.failures))
    of_sims = Counter({sim["id"]: failures[sim["id"]] for sim in sims})
    asked = {*context.skip, *(sim for sim, count in of_sims.most_common(MAX_ASKED) if count)}
    others = Tally(0, 0) if len(whole.failures) == whole.failed else None
    for sim in sims:
        if sim["id"] in asked:
            yield sim, _tally(context.api, since, sim["id"])
        else:
            yield sim, None if of_sims[sim["id"]] else others


def _tally(api: Client, since: datetime, sim: int | None = None) -> Tally:
    query = {"after": format_timestamp(since)} | ({} if sim is None else {"sim": sim})
    failed, failures = _recent(api, {**query, "statuses": [FAILED]}, since)
    tried, _ = _recent(api, {**query, "statuses": list(TRIED)}, since)
    return Tally(max(tried, failed), failed, failures)


def _recent(api: Client, query: Record, since: datetime) -> tuple[int, list[Record]]:
    """How many messages there are, and the newest.

    A server may take `after` for a date. Where the page of the newest goes back further than
    `since`, they are counted here.
    """
    page = api.page("messages", query)
    times = ((each, parse_timestamp(each.get("sent_at"))) for each in page.records)
    recent = [each for each, sent_at in times if (sent_at or since) >= since]
    return (page.total if len(recent) == len(page.records) else len(recent)), recent


def _measured(tally: Tally | None, subject: Subject, period: str) -> Measurement:
    if tally is None:
        return Measurement("failed", None, subject, f"failures {period} unknown")
    text = f"no message failed {period}"
    if tally.tried:
        text = f"{tally.failed:,} of {pluralize(tally.tried, 'message')} failed {period}"
    if tally.failed and (reasons := _reasons(tally.failures)):
        text += f": {reasons}"
    is_judged = tally.tried >= LEAST or not tally.failed
    return Measurement("failed", tally.share, subject, text, is_judged=is_judged)


def _reasons(failures: Iterable[Record]) -> str:
    """The most frequent reasons of these: `no service (3), radio off (1)`."""
    counted = Counter(filter(None, map(plain_reason, failures)))
    return ", ".join(f"{reason} ({count:,})" for reason, count in counted.most_common(MAX_REASONS))

"""Counts the messages or USSD pulls of campaigns."""

from array import array
from collections import Counter
from collections.abc import Sequence
from heapq import merge
from math import floor
from typing import Any

from smsgw_cli.campaigns.plain_reasons import is_server, plain_reason
from smsgw_cli.campaigns.statistics.reasons import Reasons
from smsgw_cli.campaigns.statistics.texts import Texts
from smsgw_cli.campaigns.statistics.timeline import Timeline
from smsgw_cli.model import ARRIVED, FAILED, PENDING, PROCESSED, QUEUED, SENT, UNSENT, Record
from smsgw_cli.sms.timestamps import parse_timestamp

PIECE = 50_000
ORDER = (*ARRIVED, SENT, PROCESSED, QUEUED, PENDING, FAILED)
SENT_OR_ARRIVED = frozenset({*ARRIVED, SENT})
MOST_SENDERS = 10_000


class Tally:
    """Counts the records added; 8 MB for a million messages, and twice that to sort the delays."""

    def __init__(self) -> None:
        self._statuses: Counter[str] = Counter()
        self._senders: dict[str, Counter[str]] = {}
        self._numbers: dict[str, str] = {}
        self._reasons = Reasons()
        self._plain_reasons = Reasons()
        self._texts = Texts()
        self._processed_by_servers = 0
        self._delays = array("d")
        self._timeline = Timeline("sent", "delivered")

    def add(self, record: Record) -> None:
        """Count one record of `/messages` or `/ussd-pulls`."""
        status = str(record.get("status"))
        self._statuses[status] += 1
        self._count_sender(record, status)
        self._texts.add(record.get("content") or record.get("code"))
        if status == FAILED:
            # The response of a USSD pull is the network's; a failed one has none.
            self._reasons.add(record.get("response"))
            self._plain_reasons.count(str(plain_reason(record)))
        if status in SENT_OR_ARRIVED:
            self._count_times(record, arrived=status in ARRIVED)

    def _count_sender(self, record: Record, status: str) -> None:
        sender = _sender(record)
        # Nothing may follow there, unlike with a SIM.
        self._processed_by_servers += status == PROCESSED and is_server(sender)
        if sender not in self._senders and len(self._senders) >= MOST_SENDERS:
            sender = "others"
        self._senders.setdefault(sender, Counter())[status] += 1
        if isinstance(number := record.get("from"), str):
            self._numbers.setdefault(sender, number)

    def _count_times(self, record: Record, *, arrived: bool) -> None:
        sent = parse_timestamp(record.get("sent_at"))
        arrival = record.get("delivered_at") or record.get("received_at")
        came = parse_timestamp(arrival) if arrived else None
        if sent:
            self._timeline.add("sent", sent)
        if came:
            self._timeline.add("delivered", came)
        if sent and came and came >= sent:
            self._delays.append((came - sent).total_seconds())

    def report(self) -> Record:
        """The counts as data; see the help of `campaigns report` for the keys."""
        total = self._statuses.total()
        buckets = self._timeline.buckets()
        return {
            "total": total,
            "statuses": _shares("status", self._statuses, total, ORDER),
            "senders": [
                self._sender_row(sender) for sender in sorted(self._senders, key=self._size)
            ],
            "failures": _shares("reason", self._reasons.counts, self._statuses[FAILED]),
            "delivery_seconds": self._times(),
            "timeline": {"bucket_seconds": self._timeline.width, "buckets": buckets},
        }

    def plain_report(self) -> Record:
        """What differs for people: reasons in plain words, and the `text`, or what all have of it.

        `texts` is how many there are, at least if not `are_all_texts`; `left` are not sent yet.
        """
        unsent = sum(self._statuses[each] for each in UNSENT)
        return {
            "left": unsent - self._processed_by_servers,
            "failures": _shares("reason", self._plain_reasons.counts, self._statuses[FAILED]),
            "text": self._texts.common,
            "texts": self._texts.count,
            "are_all_texts": self._texts.are_all,
        }

    def _size(self, sender: str) -> tuple[int, str]:
        return -self._senders[sender].total(), sender

    def _sender_row(self, sender: str) -> Record:
        numbers = {"sender": sender, "from": self._numbers.get(sender)}
        return {**numbers, **outcomes(self._senders[sender])}

    def _times(self) -> Record | None:
        if not self._delays:
            return None
        delays = sorted_array(self._delays)
        points = {"median": 0.5, "p90": 0.9, "p99": 0.99}
        values = {name: round(percentile(delays, share), 3) for name, share in points.items()}
        return {"count": len(delays), **values, "longest": delays[-1]}


def outcomes(counts: Counter[str]) -> Record:
    """The number of messages in all, delivered, failed and neither, from that by status; `sent` of
    the latter went out, and may never be more, without a delivery report."""
    delivered = sum(counts[status] for status in ARRIVED)
    total, failed = counts.total(), counts[FAILED]
    return {
        "total": total,
        "delivered": delivered,
        "failed": failed,
        "other": total - delivered - failed,
        "sent": counts[SENT],
        "failed_share": _share(failed, total),
    }


def _sender(record: Record) -> str:
    if isinstance(record.get("messenger"), str):
        return str(record["messenger"])
    return f"Sim #{record['sim_id']}" if record.get("sim_id") is not None else "unknown"


def _shares(
    name: str, counts: Counter[str], total: int, order: tuple[str, ...] = ()
) -> list[Record]:
    """Rows with count and share (0 to 1): first those in `order`, then by descending count."""

    def place(item: tuple[str, int]) -> tuple[Any, ...]:
        return (order.index(item[0]) if item[0] in order else len(order), -item[1], item[0])

    return [
        {name: key, "count": count, "share": _share(count, total)}
        for key, count in sorted(counts.items(), key=place)
        if count
    ]


def _share(count: int, total: int) -> float:
    return round(count / total, 6) if total else 0.0


def sorted_array(values: "array[float]") -> "array[float]":
    """The values sorted, piece by piece: a list of them takes four times the memory."""
    starts = range(0, len(values), PIECE)
    pieces = [array("d", sorted(values[start : start + PIECE])) for start in starts]
    return array("d", merge(*pieces))


def percentile(ascending: Sequence[float], share: float) -> float:
    """The value that a `share` (0 to 1) of a non-empty, sorted sequence does not exceed."""
    rank = (len(ascending) - 1) * share
    below = floor(rank)
    above = min(below + 1, len(ascending) - 1)
    return ascending[below] + (rank - below) * (ascending[above] - ascending[below])

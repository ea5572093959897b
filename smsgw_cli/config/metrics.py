"""The metrics of `check`, with units and default ranges, which settings change."""

from collections.abc import Mapping
from typing import NamedTuple

PREFIX = "check."  # of the settings: check.battery
CHECKS = ("devices", "queue", "failures", "sending-servers", "balance", "selftest")


class Metric(NamedTuple):
    """A metric. `check` is the one that measures it; `is_main` is what that check is about.

    `unit` is `s`, `%` or empty; `ranges` are the default ones, `WARN/CRIT`. `gauge` is its name in
    Prometheus, in base units; that of an `is_age` is the time at which the age began.
    """

    name: str
    check: str
    help: str
    unit: str = ""
    ranges: str = ""
    minimum: int | None = 0
    gauge: str = ""
    is_main: bool = False
    is_age: bool = False


METRICS: Mapping[str, Metric] = {
    each.name: each
    for each in (
        Metric(
            "battery",
            "devices",
            "Battery of a device that is not charging",
            "%",
            "25:/10:",
            gauge="device_battery_ratio",
        ),
        Metric(
            "age",
            "devices",
            "Time since a device was last seen",
            "s",
            "30m/64m",
            gauge="device_last_seen_timestamp_seconds",
            is_age=True,
        ),
        Metric(
            "signal",
            "devices",
            "Signal strength of an active SIM",
            ranges="2:/1:",
            gauge="sim_signal_strength",
        ),
        Metric(
            "queue_age",
            "queue",
            "Age of the oldest message that may go out now",
            "s",
            "20m/2h",
            gauge="queue_age_seconds",
            is_main=True,
        ),
        Metric(
            "failed",
            "failures",
            "Share of failed messages in an hour (at least 5)",
            "%",
            "10/50",
            gauge="messages_failed_ratio",
            is_main=True,
        ),
        Metric(
            "balance",
            "balance",
            "Last known balance of a SIM",
            minimum=None,
            gauge="sim_balance",
            is_main=True,
        ),
        Metric(
            "balance_age",
            "balance",
            "Time since the balance of a SIM was read",
            "s",
            gauge="sim_balance_timestamp_seconds",
            is_age=True,
        ),
        Metric(
            "selftest",
            "selftest",
            "Time from sending a self-test to its arrival",
            "s",
            gauge="selftest_duration_seconds",
            is_main=True,
        ),
        Metric(
            "selftest_age",
            "selftest",
            "Time since the last self-test",
            "s",
            gauge="selftest_timestamp_seconds",
            is_age=True,
        ),
    )
}

"""The gate between two waves: opens after the wait if the wave before went well."""

from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from typing import NamedTuple, Protocol, cast

from smsgw_cli.api.reader import PageReader, Reader
from smsgw_cli.campaigns.status_counts import of_status
from smsgw_cli.config.setting_checks import Share
from smsgw_cli.errors import Partial, Pending, SmsgwError
from smsgw_cli.messages.interruption import AGAIN
from smsgw_cli.messages.waves.records import Wave
from smsgw_cli.messages.when import When
from smsgw_cli.model import DELIVERED, FAILED, SENT, Campaign, Record
from smsgw_cli.sms import open_hours
from smsgw_cli.wording import pluralize

PATIENCE = 12 * 3600.0  # seconds, without a terminal
POLL = 1.0  # seconds between two looks at the clock, which people may set
COUNTED_EVERY = 30  # looks, of a wave with at most so many campaigns
MOST_SHOWN = 10
MOST_NAMED = 5


class Limits(NamedTuple):
    """What a good wave is: at most the share `max_failed` failed, and at least `min_arrived` was
    sent, or delivered if that is `reported`."""

    max_failed: Share
    min_arrived: Share
    reported: bool = False

    @property
    def arrival(self) -> Sequence[str]:
        """The statuses of a message that has arrived."""
        return (DELIVERED,) if self.reported else (SENT, DELIVERED)

    @property
    def arrived(self) -> str:
        """The same as text."""
        return " or ".join(self.arrival)


class WaveSends(NamedTuple):
    """What became of the sends of a wave: the campaigns, and the recipients that the server
    refused."""

    campaigns: Sequence[Record]
    refused: int = 0


class Counts(NamedTuple):
    """The messages of a wave and its number of recipients."""

    recipients: int
    failed: int
    arrived: int

    def fault(self, limits: Limits) -> str | None:
        """Why the wave is bad; None if it is good."""
        if self.failed / self.recipients > limits.max_failed:
            return f"{self._of(self.failed)} failed, more than {limits.max_failed}"
        if self.arrived / self.recipients < limits.min_arrived:
            arrived = f"{self._of(self.arrived)} {limits.arrived}"
            return f"{arrived}, less than {limits.min_arrived}"
        return None

    def _of(self, count: int) -> str:
        share = count / self.recipients
        return f"{count:,} of {self.recipients:,} ({share:.1%})"


def starts_after(wave_at: datetime, wait: float, body: Record) -> datetime:
    """When the next wave starts, `wait` seconds after one that was accepted then: of these count
    only those in which messages may go out by the schedule, hours and days of the body."""
    when = When(body, wave_at)
    hours, days = body.get("active_hours"), body.get("days_of_week")
    return open_hours.after(when.first, timedelta(seconds=wait), when.zone, hours, days)


class GateApi(Reader, PageReader, Protocol):
    """The part of the API client needed here."""


class Gate(NamedTuple):
    """The gate of one command. `body` has schedule, hours and days, `now` is the server's clock,
    `time_left` the seconds that it may still wait. `is_live`: somebody watches the progress;
    otherwise `note` prints a note on the time of a wave."""

    api: GateApi
    limits: Limits
    body: Record
    now: Callable[[], datetime]
    time_left: Callable[[], float]
    is_live: bool
    note: Callable[[str], None]

    def pass_after(
        self,
        wave: Wave,
        sends: WaveSends,
        left: int,
        sleep: Callable[[float], None],
        show: Callable[[str], None],
    ) -> None:
        """Return when the next wave may start.

        `left` recipients are not sent to yet; `show` gets the progress as text. Raises Partial if
        the wave is bad, Pending if it cannot be judged, or not before the timeout.
        """
        if not wave.sent + sends.refused:
            return  # it had no recipients left, so there is nothing to judge
        stopped = f"{pluralize(left, 'recipient is', 'recipients are')} left"
        self._wait(wave, sends, stopped, sleep, show)
        try:
            fault = self._count(wave, sends).fault(self.limits)
        except SmsgwError as error:
            message = f"wave {wave.number} cannot be judged: {error.message}; {stopped}"
            raise Pending(message, hint=AGAIN) from error
        if fault:
            ids = [str(each["id"]) for each in sends.campaigns]
            named = " ".join(ids) if len(ids) <= MOST_NAMED else "last"
            see = f"see 'smsgw campaigns report {named}'; " if ids else ""
            raise Partial(
                f"stopped after wave {wave.number}: {fault}; {stopped}",
                hint=f"{see}{AGAIN} once the wave is good, or with a higher --max-failed or "
                "a lower --set min_arrived=SHARE",
            )

    def _wait(
        self,
        wave: Wave,
        sends: WaveSends,
        stopped: str,
        sleep: Callable[[float], None],
        show: Callable[[str], None],
    ) -> None:
        starts = starts_after(wave.accepted or self.now(), wave.wait, self.body)
        at = When(self.body, starts).both(starts)
        looks, counted = 0, ""
        while (seconds := (starts - self.now()).total_seconds()) > 0:
            if seconds > self.time_left():
                message = f"wave {wave.number + 1} starts on {at}, after the timeout; {stopped}"
                raise Pending(message, hint=AGAIN)
            if self.is_live and not looks % COUNTED_EVERY:
                counted = self._shown(wave, sends)
            if self.is_live:
                show(f"wave {wave.number + 1} in {_minutes(seconds)}{counted}")
            elif not looks:
                self.note(f"note: wave {wave.number + 1} starts on {at}")
            sleep(min(POLL, seconds))
            looks += 1

    def _shown(self, wave: Wave, sends: WaveSends) -> str:
        if len(sends.campaigns) > MOST_SHOWN:
            return ""
        try:
            counts = self._count(wave, sends)
        except SmsgwError:
            return ""  # it is asked again before it is judged
        return f"; {counts.failed:,} failed, {counts.arrived:,} arrived"

    def _count(self, wave: Wave, sends: WaveSends) -> Counts:
        """Raises SmsgwError if the server does not tell. What it refused has failed; sends whose
        records were removed have not arrived."""
        campaigns = cast("Sequence[Campaign]", sends.campaigns)
        if any(each["id"] is None for each in campaigns):
            raise SmsgwError("the server does not show its campaign")
        counted = [self._of_campaign(each) for each in campaigns]
        failed, arrived = map(sum, zip(*counted, strict=True)) if counted else (0, 0)
        return Counts(wave.sent + sends.refused, sends.refused + failed, arrived)

    def _of_campaign(self, campaign: Campaign) -> tuple[int, int]:
        """How many messages failed and arrived; one request where a page has all of them."""
        page = self.api.page("messages", {"campaign": campaign["id"]})
        groups = (FAILED,), self.limits.arrival
        if len(page.records) >= page.total:
            found = [each.get("status") for each in page.records]
            failed, arrived = (sum(each in group for each in found) for group in groups)
        else:
            failed, arrived = (of_status(self.api, "messages", campaign, each) for each in groups)
        return failed, arrived


def _minutes(seconds: float) -> str:
    minutes, rest = divmod(round(seconds), 60)
    return f"{minutes}:{rest:02}"

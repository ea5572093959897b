"""The body of a send, made of what was given on the command line and of nothing else.

The keys are those of `/messages/send` and `/ussd-pulls/send`. All checks that need no
server are made here, and raise Usage.
"""

import math
import re
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

from smsgw_cli.errors import Usage
from smsgw_cli.messages import merge, number_list
from smsgw_cli.messages.campaign_names import named
from smsgw_cli.messages.mailing import Mailing
from smsgw_cli.messages.recipients import ParsedRecipients, recipients
from smsgw_cli.model import Record
from smsgw_cli.sms.lookalikes import Lookalikes
from smsgw_cli.sms.schedule import active_hours, days_of_week, interval, time_zone
from smsgw_cli.sms.times import upcoming
from smsgw_cli.sms.timestamps import format_timestamp
from smsgw_cli.tables.text_file import read_text

AS_GIVEN = ("random_sender", "delivery_report", "prioritize", "name", "timezone", "type")


def text_of(message: str | None, file: str | None) -> str | None:
    """What to say: given on the line, or the text of a file without its last line end."""
    if message is not None and file is not None:
        raise Usage("a message comes from --message or from --message-file, not from both")
    if file is None:
        return message
    return re.sub(r"\r?\n\Z", "", read_text(file))


def schedule(given: Record, now: datetime | None = None) -> Record:
    """The keys both sends share: what it is called, when, how often, how fast."""
    now = now or datetime.now(UTC)
    zone = time_zone(given.get("timezone"))
    body = {key: given[key] for key in AS_GIVEN if given.get(key) is not None}
    if given.get("delay") is not None:
        body["delay"] = given["delay"]
    if given.get("at"):
        body["scheduled_at"] = format_timestamp(upcoming(given["at"], now, zone))
    if given.get("every"):
        frequency, unit = interval(given["every"])
        body |= {"recurring": True, "frequency": frequency, "frequency_unit": unit}
    if given.get("until"):
        body["ends_at"] = _until(given, now, zone)
    if given.get("days"):
        body["days_of_week"] = days_of_week(given["days"])
    if given.get("active_hours"):
        body["active_hours"] = active_hours(given["active_hours"])
    return body


def _until(given: Record, now: datetime, zone: Any) -> str:
    if not given.get("every"):
        raise Usage("--until says when a recurring campaign ends", hint="give --every too")
    return format_timestamp(upcoming(given["until"], now, zone))


class Drafts:
    """Bodies of sends, but for what has to be looked up on the server.

    `region` is the country of numbers without a leading +. What the last draft found, and
    replaced for `gsm`, stays in `found` and `lookalikes`.
    """

    def __init__(self, region: str | None) -> None:
        self._region = region
        self.found = ParsedRecipients()
        self._excluded: dict[str, list[str]] = {}
        self.lookalikes = Lookalikes()

    def named(self, body: Record) -> Record:
        """The body as it goes out: with a name of its own, if it was given none."""
        return named(body)

    def schedule(self, given: Record) -> Record:
        """What a send says beside what goes to whom."""
        _refuse_empty(given)
        return schedule(given)

    def message(self, given: Record, *, strict: bool = True) -> Record:
        """The body of `/messages/send`; without those who have no number, if not `strict`."""
        _refuse_empty(given)
        _refuse_negative(given)
        _refuse_two_readers(given)
        self.excluded(given)
        text = text_of(given.get("message"), given.get("message_file"))
        text = text and self._said(given)(text)
        self.found = recipients(given.get("to") or [], self._region)
        if strict and self.found.wrong:
            raise self.found.wrong[0]
        _refuse_nothing(given, text, self.found)
        to = {"mobile_numbers": self.found.numbers} if self.found.numbers else {}
        says = {"message": text} if text is not None else {}
        return {**_common(given), **to, **says}

    def mailing(self, given: Record) -> Mailing:
        """One message a row of the file `csv`."""
        _refuse_empty(given)
        _refuse_negative(given)
        _refuse_two_readers(given)
        self.excluded(given)
        if given.get("to") or given.get("contact_lists"):
            raise Usage("--csv says who gets what", hint="leave out --to and --list")
        template = text_of(given.get("message"), given.get("message_file"))
        if not template:
            raise Usage("there is nothing to say", hint="--message 'Hi {first_name}'")
        sheet, found = merge.read(
            given["csv"],
            template,
            region=self._region,
            column=given.get("number_column"),
            said=self._said(given),
        )
        if given.get("once"):
            found = [each for letter in found for each in letter.split()]
        return Mailing(given["csv"], sheet, found, _common(given))

    def excluded(self, given: Record) -> list[str]:
        """The numbers of the file `exclude`, which is read once; none without one."""
        name = given.get("exclude")
        if name is None:
            return []
        if name == "-":
            raise Usage("--exclude takes a file, not standard input")
        if name not in self._excluded:
            self._excluded[name] = number_list.read(name, self._region)
        return self._excluded[name]

    def _said(self, given: Record) -> Callable[[str], str]:
        """What becomes of a text before it goes out."""
        return self.lookalikes.replace if given.get("gsm") else str

    def ussd(self, given: Record) -> Record:
        """The body of `/ussd-pulls/send`."""
        _refuse_empty(given)
        _refuse_negative(given)
        return {**schedule(given), "ussd_codes": given["code"]}


def _refuse_two_readers(given: Record) -> None:
    """Standard input can be read once."""
    if given.get("message_file") == "-" and (
        "-" in (given.get("to") or ()) or given.get("csv") == "-"
    ):
        raise Usage("standard input cannot be both the message and the recipients")


def _refuse_empty(given: Record) -> None:
    """An option that is empty is a variable that was not set: it must not send at once."""
    for key in (
        "at",
        "timezone",
        "every",
        "until",
        "days",
        "active_hours",
        "name",
        "once",
        "csv",
        "exclude",
    ):
        if given.get(key) is not None and not given[key].strip():
            raise Usage(f"--{key.replace('_', '-')} is empty")


def _refuse_negative(given: Record) -> None:
    for key in ("delay", "ask_above", "price_per_part"):
        value = given.get(key)
        if value is not None and not 0 <= value < math.inf:
            raise Usage(f"--{key.replace('_', '-')} must not be negative, as {value} is")


def _common(given: Record) -> Record:
    attachments = given.get("attachment")
    return schedule(given) | ({"attachments": attachments} if attachments else {})


def _refuse_nothing(given: Record, text: str | None, found: ParsedRecipients) -> None:
    if not (found.numbers or found.wrong or given.get("contact_lists")):
        raise Usage("there is no recipient", hint="--to NUMBER or --list LIST says who gets it")
    if not ((text and text.strip()) or given.get("attachment")):
        raise Usage(
            "there is nothing to say", hint="--message TEXT, or --attachment URL for an MMS"
        )

"""Collects the answers to codes that were dialled: the network's, or a text message instead."""

import re
from collections.abc import Container, Mapping
from contextlib import closing
from datetime import datetime, timedelta
from typing import NamedTuple

from smsgw_cli.api.reader import ListReader
from smsgw_cli.fleet.balance_history import BalanceHistory, Dial
from smsgw_cli.fleet.balances import BalanceReader
from smsgw_cli.fleet.sims import FleetSim
from smsgw_cli.messages.ledger import Ledger
from smsgw_cli.model import COMPLETED, FAILED, RECEIVED, Record
from smsgw_cli.sms.timestamps import format_timestamp, parse_timestamp

LATEST = timedelta(days=7)  # a phone that is off dials when it is on again
LATEST_MESSAGE = timedelta(hours=20)
MESSAGE_WAIT = timedelta(seconds=20)
_PHONE_NUMBER = re.compile(r"\+?[\d ().-]{7,}")


class AnswerCollector(NamedTuple):
    """Collects answers into the history. `sims` are the SIMs by id, which `reader` reads for."""

    api: ListReader
    ledger: Ledger
    history: BalanceHistory
    reader: BalanceReader
    sims: Mapping[int, FleetSim]

    def collect(self, now: datetime, keys: Container[str] | None = None) -> list[Dial]:
        """The codes that were dialled lately, with the answers there are by now, oldest first.

        `now` is the server's time, `keys` are those of the dials to look at, None for all. Raises
        as `Client.pages` does.
        """
        return [
            self._with_answer(dial, now)
            for dial in self.history.dials(format_timestamp(now - LATEST))
            if dial.sim in self.sims and (keys is None or dial.key in keys)
        ]

    def is_waiting(self, dial: Dial, now: datetime) -> bool:
        """Whether an answer, or a message with a balance in place of one, may come soon."""
        if dial.status is None:
            return True
        answered = parse_timestamp(dial.answered_at)
        is_recent = answered is not None and now - answered < MESSAGE_WAIT
        return is_recent and self._may_become_known(dial)

    def _with_answer(self, dial: Dial, now: datetime) -> Dial:
        found = self._from_network(dial, now) if dial.status is None else dial
        if found.status and not found.message and self._may_become_known(found):
            found = self._from_messages(found, now)
        if found != dial:
            self.history.answer(found)
        return found

    def _may_become_known(self, dial: Dial) -> bool:
        """Whether a rule could read a balance in another text than this."""
        rule = self.reader.rule(self.sims[dial.sim], dial.code)
        return rule is not None and not self._has_balance(dial)

    def _has_balance(self, dial: Dial) -> bool:
        return self.reader.read(dial, self.sims[dial.sim]).balance is not None

    def _from_network(self, dial: Dial, now: datetime) -> Dial:
        """The dial with the network's answer, which no failure has."""
        campaign = self._campaign(dial)
        if campaign.get("id") is None:
            return dial
        with closing(self.api.pages("ussd-pulls", {"campaign": campaign["id"]})) as pulls:
            by_status = {pull.get("status"): pull for pull in pulls}
        if (pull := by_status.get(COMPLETED)) is not None:
            received = parse_timestamp(pull.get("received_at")) or now
            text, answered_at = str(pull.get("response") or ""), format_timestamp(received)
            return dial._replace(status=COMPLETED, text=text, answered_at=answered_at)
        return dial._replace(status=FAILED) if FAILED in by_status else dial

    def _campaign(self, dial: Dial) -> Record:
        entry = self.ledger.find(dial.key)
        return (entry.campaign or {}) if entry else {}

    def _from_messages(self, dial: Dial, now: datetime) -> Dial:
        """The dial with the operator's first text message since then that has a balance."""
        created = self._campaign(dial).get("created_at")  # by the clock of the messages
        dialled = parse_timestamp(created) or parse_timestamp(dial.dialled_at) or now
        if now - dialled > LATEST_MESSAGE:
            return dial
        used = {each.message for each in self.history.dials(sims=[dial.sim])}
        for message in self._received(dial, dialled):
            answered_at = format_timestamp(parse_timestamp(message.get("sent_at")) or now)
            content = str(message.get("content") or "")
            found = dial._replace(text=content, answered_at=answered_at, message=message["id"])
            if message["id"] not in used and self._has_balance(found):
                return found
        return dial

    def _received(self, dial: Dial, since: datetime) -> list[Record]:
        """The operator's messages to a SIM, oldest first. Anybody else could write a balance."""
        query = {"sim": dial.sim, "statuses": [RECEIVED], "after": format_timestamp(since)}
        with closing(self.api.pages("messages", query)) as messages:
            found = [each for each in messages if _is_operators(each) and _sent(each, since)]
        return sorted(found, key=lambda each: each["id"])


def _is_operators(message: Record) -> bool:
    """Whether it is from a short number or a name, which no phone has."""
    sender = str(message.get("from") or "").strip()
    return bool(sender) and _PHONE_NUMBER.fullmatch(sender) is None


def _sent(message: Record, since: datetime) -> bool:
    """Filtered here too, as a server may compare days only."""
    sent = parse_timestamp(message.get("sent_at"))
    return sent is None or sent >= since

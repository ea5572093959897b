"""Sends the texts of self-tests through the ledger, each at most once."""

from collections.abc import Callable, Iterable
from datetime import datetime

from smsgw_cli.errors import Rejected, SmsgwError, Unknown
from smsgw_cli.fleet.selftest import Outcome, SelfTest
from smsgw_cli.messages.send_paths import MESSAGES
from smsgw_cli.messages.sender import Sender, UnknownPolicy
from smsgw_cli.model import Record


def body_of(test: SelfTest, *, reports: bool) -> Record:
    """The body of `/messages/send`: without times, as a text to an own SIM wakes nobody up, and
    before what waits in the queue, so that a mailing under way does not fail the test."""
    return {
        "sims": [test.sender.id],
        "mobile_numbers": [test.receiver.number],
        "message": test.text,
        "delivery_report": reports,
        "prioritize": True,
    }


class SelfTestSender:
    """Sends self-tests; `error` is why the server refused one or, if it did not get that far, why
    the others are `unsent`.

    `save` records each change, `now` is the server's time, `reports` whether delivery reports are
    requested.
    """

    def __init__(
        self,
        sender: Sender,
        policy: UnknownPolicy,
        save: Callable[[SelfTest], None],
        now: Callable[[], datetime],
        *,
        reports: bool,
    ) -> None:
        self.error: SmsgwError | None = None
        self.unsent: list[SelfTest] = []
        self._sender = sender
        self._policy = policy
        self._save = save
        self._now = now
        self._reports = reports

    def send(self, tests: Iterable[SelfTest]) -> list[SelfTest]:
        """The self-tests that were sent, now or before, or may have been.

        After an error other than that the server refused one, no further one is sent. Raises
        Interrupted.
        """
        return [each for each in map(self._sent, tests) if each not in self.unsent]

    def _sent(self, test: SelfTest) -> SelfTest:
        if test.outcome is not None or test.campaign is not None:
            return test
        if self.error is not None and not isinstance(self.error, Rejected):
            self.unsent.append(test)
            return test
        sent = self._attempt(test)
        if sent != test:
            self._save(sent)
        return sent

    def _attempt(self, test: SelfTest) -> SelfTest:
        before = self._now()
        body = body_of(test, reports=self._reports)
        try:
            campaign, is_new = self._sender.send(MESSAGES, body, once=test.key, policy=self._policy)
        except Unknown:
            return test  # whether it was sent shows when it arrives
        except Rejected as error:
            self.error = self.error or error
            return test._replace(outcome=Outcome.REJECTED, reason=error.message)
        except SmsgwError as error:
            self.error = error
            self.unsent.append(test)
            return test
        started = before if is_new else test.started_at
        return test._replace(started_at=started, campaign=campaign.get("id"))

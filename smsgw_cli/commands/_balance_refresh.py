"""`devices balances --refresh`: dials for the balances of SIMs, and waits for the answers."""

import time
from collections.abc import Sequence
from contextlib import suppress

from smsgw_cli.cli.session import Session
from smsgw_cli.commands._balance_codes import Planner, Wish, question, show
from smsgw_cli.commands._sending import ledger_of, policy_of
from smsgw_cli.errors import (
    Interrupted,
    NotFound,
    Partial,
    Pending,
    Rejected,
    SmsgwError,
    Unavailable,
)
from smsgw_cli.fleet.answers import AnswerCollector
from smsgw_cli.fleet.balance_history import BalanceHistory, Dial
from smsgw_cli.fleet.balances import BalanceReader
from smsgw_cli.fleet.dialling import Code, Dialler, dialled_at
from smsgw_cli.fleet.sims import FleetSim
from smsgw_cli.messages.ledger_entry import ACCEPTED
from smsgw_cli.messages.send_request import SendOptions
from smsgw_cli.messages.sender import Sender
from smsgw_cli.model import FAILED
from smsgw_cli.sms import local_time
from smsgw_cli.wording import pluralize

PATIENCE = 180.0  # seconds
APART = 10.0  # seconds between two codes, as a device may have one USSD session at a time
SHORTEST_POLL, LONGEST_POLL = 1.0, 10.0


class Refresh:
    """Dials for balances, and collects the answers."""

    def __init__(
        self,
        session: Session,
        history: BalanceHistory,
        reader: BalanceReader,
        collector: AnswerCollector,
        wish: Wish,
    ) -> None:
        options = SendOptions(allow=wish.allow, settle=session.setting("settle"))
        ledger = ledger_of(session, options)
        sender = Sender(session.api, ledger, note=session.out.note, warn=session.warn)
        policy = policy_of(session, options)
        self._dialler = Dialler(sender, ledger, history, policy, session.out.note)
        self._session = session
        self._planner = Planner(reader, wish, session.out.note)
        self._collector = collector
        self._wish = wish
        self._patience = session.patience(PATIENCE)
        self._rejected: dict[int, SmsgwError] = {}
        self._stopped: SmsgwError | None = None

    def run(self, sims: Sequence[FleetSim], *, is_named: bool) -> SmsgwError | None:
        """Dial on these SIMs after confirmation, and wait for the answers.

        Returns what went wrong after something was dialled. Raises Usage if no rule fits, and
        what went wrong before.
        """
        codes = self._planner.codes(sims, is_named=is_named)
        known = {} if self._wish.repeats else self._known(codes)
        new = [code for code in codes if code not in known]
        if self._session.options.dry_run:
            show(self._session, new)
            return None
        if new:
            self._session.confirm_on_server(question(new))
        keys = [*known.values(), *self._dial_all(new)]
        if not keys:
            raise self._stopped or next(iter(self._rejected.values()))
        return self._problem(self._wait(set(keys)))

    def _known(self, codes: Sequence[Code]) -> dict[Code, str]:
        """The keys of those that were dialled of late, which are not dialled again."""
        found = {}
        for code in codes:
            entry = self._dialler.recent(code, self._session.api.now)
            if entry and entry.state == ACCEPTED and entry.key:
                found[code] = entry.key
                at = local_time.of(dialled_at(entry) or self._session.api.now)
                self._session.out.note(
                    f"note: {code.text} was dialed on {code.sim.title} at {at:%Y-%m-%d %H:%M %Z}; "
                    "use --allow repeat to dial it again"
                )
        return found

    def _dial_all(self, codes: Sequence[Code]) -> list[str]:
        """Dial the codes; returns the keys of those that were. A code that is rejected is skipped,
        another failure ends it."""
        keys: list[str] = []
        for number, code in enumerate(codes):
            try:
                if number:
                    time.sleep(APART)
                keys.append(
                    self._dialler.dial(code, self._session.api.now, repeat=self._wish.repeats)
                )
            except (Rejected, NotFound) as error:
                self._rejected[code.sim.id] = error
                self._session.warn(f"warning: {code.sim.title}: {error.message}")
            except Interrupted:
                raise
            except SmsgwError as error:
                self._stopped = error
                break
            except KeyboardInterrupt:
                raise Interrupted(
                    f"interrupted; {len(keys)} of {pluralize(len(codes), 'code')} dialed",
                    hint="run the same command again to resume",
                ) from None
        return keys

    def _wait(self, keys: set[str]) -> list[Dial]:
        """The dials of these keys, with their answers, or once the patience is used up."""
        deadline, seconds = time.monotonic() + self._patience, SHORTEST_POLL
        dials: list[Dial] = []
        while True:
            with suppress(Unavailable):  # the next time it may answer
                now = self._session.api.now
                dials = self._collector.collect(now, keys)
                if not any(self._collector.is_waiting(each, now) for each in dials):
                    return dials
            left = deadline - time.monotonic()
            if left <= 0:
                return dials
            if seconds == SHORTEST_POLL:
                self._session.out.note(f"waiting up to {self._patience:g} s for answers")
            time.sleep(min(seconds, left))
            seconds = min(2 * seconds, LONGEST_POLL)

    def _problem(self, dials: Sequence[Dial]) -> SmsgwError | None:
        if self._stopped:
            return self._stopped
        silent = [each for each in dials if each.status is None]
        if silent or not dials:
            which = ", ".join(f"SIM {each.sim}" for each in silent) or "the server"
            return Pending(
                f"no answer yet from {which}", hint="check again with 'smsgw devices balances'"
            )
        failed = [each.sim for each in dials if each.status == FAILED and not each.message]
        if failed or self._rejected:
            which = ", ".join(f"SIM {each}" for each in [*self._rejected, *failed])
            return Partial(f"dialing failed on {which}")
        return None

"""`devices balances --refresh`: dials for the balances of SIMs, and waits for the answers."""

import time
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass

from smsgw_cli.cli.dry_run import request_of
from smsgw_cli.cli.session import Session
from smsgw_cli.commands._sending import ledger_of, policy_of
from smsgw_cli.config.allow import allowed_words
from smsgw_cli.config.balance_rules import EXAMPLE
from smsgw_cli.config.settings import checked
from smsgw_cli.errors import (
    Interrupted,
    NotFound,
    Partial,
    Pending,
    Rejected,
    SmsgwError,
    Unavailable,
    Usage,
)
from smsgw_cli.fleet.answers import AnswerCollector
from smsgw_cli.fleet.balance_history import BalanceHistory, Dial
from smsgw_cli.fleet.balances import BalanceReader
from smsgw_cli.fleet.dialling import Code, Dialler
from smsgw_cli.fleet.sims import FleetSim
from smsgw_cli.messages.campaign_match import USSD_PATH
from smsgw_cli.messages.ledger import ACCEPTED
from smsgw_cli.messages.send_request import REPEAT, SendOptions
from smsgw_cli.messages.sender import Sender
from smsgw_cli.model import FAILED
from smsgw_cli.sms.ussd_codes import dialled
from smsgw_cli.wording import pluralize

APART = 10.0  # seconds between two codes, as a device may have one USSD session at a time
TIMEOUT = 180.0  # seconds
SHORTEST_POLL, LONGEST_POLL = 1.0, 10.0
MAX_LISTED = 10  # codes listed in the question


@dataclass(frozen=True)
class Wish:
    """What is asked of a refresh: another code than those of the rules, words of --allow."""

    code: str | None = None
    allow: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        allowed_words(self.allow, (REPEAT,))
        if self.code is not None:
            dialled([self.code])

    @property
    def repeats(self) -> bool:
        return bool(self.allow)

    @property
    def is_given(self) -> bool:
        return self.code is not None or bool(self.allow)


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
        self._reader = reader
        self._collector = collector
        self._wish = wish
        self._rejected: list[SmsgwError] = []
        self._stopped: SmsgwError | None = None

    def run(self, sims: Sequence[FleetSim], *, is_named: bool) -> SmsgwError | None:
        """Dial on these SIMs after confirmation, and wait for the answers.

        Returns what went wrong after something was dialled. Raises Usage if no rule fits, and
        what went wrong before.
        """
        timeout = self._timeout()
        codes = self._codes(sims, is_named=is_named)
        known = {} if self._wish.repeats else self._known(codes)
        new = [code for code in codes if code not in known]
        if self._session.options.dry_run:
            self._show(new)
            return None
        if new:
            self._session.confirm(_question(new))
        keys = [*known.values(), *self._dial_all(new)]
        if not keys:
            raise self._stopped or self._rejected[0]
        return self._problem(self._wait(set(keys), timeout))

    def _timeout(self) -> float:
        """Seconds to wait for answers. Raises Usage for an invalid --timeout."""
        given = self._session.options.timeout
        return TIMEOUT if given is None else float(checked("timeout", given))

    def _codes(self, sims: Sequence[FleetSim], *, is_named: bool) -> list[Code]:
        """What to dial. SIMs that were not named may be left out. Raises Usage if all are."""
        found = []
        for sim in sims:
            code = self._code(sim)
            if code is None:
                self._leave_out(sim, "no [[balance]] rule fits it", is_named=is_named)
            elif not sim.is_usable and not is_named:
                self._leave_out(sim, "it or its device is disabled", is_named=False)
            else:
                found.append(Code(sim, code))
        if not found:
            hint = "see 'smsgw devices sims'"
            if not (self._reader.has_rules or self._wish.code):
                hint = f"use --code, or add a rule to config.toml:{EXAMPLE}"
            raise Usage("there is nothing to dial", hint=hint)
        return found

    def _code(self, sim: FleetSim) -> str | None:
        if self._wish.code is not None:
            return dialled([self._wish.code])[0]
        rule = self._reader.rule(sim)
        return rule.code if rule else None

    def _leave_out(self, sim: FleetSim, reason: str, *, is_named: bool) -> None:
        if is_named:
            country = sim.country or "unknown"
            raise Usage(
                f"{sim.title}: {reason}; its country is {country}",
                hint=f"use --code, or add a rule to config.toml:{EXAMPLE}",
            )
        self._session.out.note(f"note: {sim.title} is not dialled: {reason}")

    def _known(self, codes: Sequence[Code]) -> dict[Code, str]:
        """The keys of those that were dialled of late, which are not dialled again."""
        found = {}
        for code in codes:
            entry = self._dialler.recent(code)
            if entry and entry.state == ACCEPTED and entry.key:
                found[code] = entry.key
                self._session.out.note(
                    f"note: {code.text} was dialled on {code.sim.title} at {entry.touched_at[:16]} "
                    "UTC; --allow repeat dials it again"
                )
        return found

    def _show(self, codes: Sequence[Code]) -> None:
        """What would be dialled: a table for people, else the requests."""
        if not self._session.out.is_table:
            requests = [request_of("POST", USSD_PATH, code.body) for code in codes]
            return self._session.out.json(requests)
        rows = [
            {
                "sim_id": code.sim.id,
                "device": code.sim.device,
                "carrier": code.sim.carrier,
                "code": code.text,
            }
            for code in codes
        ]
        return self._session.out.rows(rows, ("sim_id", "device", "carrier", "code"))

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
                self._session.out.note(f"{code.sim.title}: {code.text} dialled")
            except (Rejected, NotFound) as error:
                self._rejected.append(error)
                self._session.warn(f"warning: {code.sim.title}: {error.message}")
            except SmsgwError as error:
                self._stopped = error
                break
            except KeyboardInterrupt:
                raise Interrupted(
                    f"interrupted; {len(keys)} of {pluralize(len(codes), 'code')} dialled",
                    hint="the same command goes on",
                ) from None
        return keys

    def _wait(self, keys: set[str], timeout: float) -> list[Dial]:
        """The dials of these keys, with their answers, or once `timeout` seconds have passed."""
        deadline, pause = time.monotonic() + timeout, SHORTEST_POLL
        dials: list[Dial] = []
        while True:
            with suppress(Unavailable):  # the next time it may answer
                now = self._session.api.now
                dials = [each for each in self._collector.collect(now) if each.key in keys]
                if not any(self._collector.is_waiting(each, now) for each in dials):
                    return dials
            left = deadline - time.monotonic()
            if left <= 0:
                return dials
            if pause == SHORTEST_POLL:
                self._session.out.note(f"waiting up to {timeout:g} s for answers")
            time.sleep(min(pause, left))
            pause = min(2 * pause, LONGEST_POLL)

    def _problem(self, dials: Sequence[Dial]) -> SmsgwError | None:
        if self._stopped:
            return self._stopped
        silent = [each for each in dials if each.status is None]
        if silent or not dials:
            which = ", ".join(f"SIM {each.sim}" for each in silent) or "the server"
            return Pending(
                f"no answer yet from {which}", hint="look again with 'smsgw devices balances'"
            )
        failed = [each for each in dials if each.status == FAILED and not each.message]
        if failed or self._rejected:
            which = ", ".join(f"SIM {each.sim}" for each in failed)
            return Partial(f"dialling failed on {which or 'some SIMs'}")
        return None


def _question(codes: Sequence[Code]) -> str:
    listed = [f"{code.text} on {code.sim.title}" for code in codes[:MAX_LISTED]]
    rest = [f"{len(codes) - MAX_LISTED} more"] if len(codes) > MAX_LISTED else []
    return f"Dial {', '.join([*listed, *rest])}?"

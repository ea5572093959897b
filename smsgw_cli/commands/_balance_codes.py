"""Which codes `devices balances --refresh` dials on which SIMs."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from smsgw_cli.cli.dry_run import request_of
from smsgw_cli.cli.session import Session
from smsgw_cli.config.allow import allowed_words
from smsgw_cli.errors import Usage
from smsgw_cli.fleet.balances import BalanceReader
from smsgw_cli.fleet.dialling import Code
from smsgw_cli.fleet.sims import FleetSim
from smsgw_cli.messages.send_paths import USSD_PULLS
from smsgw_cli.messages.send_request import REPEAT
from smsgw_cli.sms.ussd_codes import dialled
from smsgw_cli.wording import listed

MAX_LISTED = 10  # codes listed in the question
HINT = "use --code, or add a [[balance]] rule to config.toml; see 'smsgw help settings'"


@dataclass(frozen=True)
class Wish:
    """What is asked of a refresh: another code than those of the rules, words of --allow.

    Raises Usage for what is no code, and for unknown words.
    """

    code: str | None = None
    allow: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        allowed_words(self.allow, (REPEAT,))
        if self.code is not None:
            object.__setattr__(self, "code", dialled([self.code])[0])

    @property
    def repeats(self) -> bool:
        return bool(self.allow)

    @property
    def is_given(self) -> bool:
        return self.code is not None or self.repeats


class Planner(NamedTuple):
    """Chooses codes by the rules, or as wished. `note` prints which SIMs are skipped."""

    reader: BalanceReader
    wish: Wish
    note: Callable[[str], None]

    def codes(self, sims: Sequence[FleetSim], *, is_named: bool) -> list[Code]:
        """The codes to dial. A SIM that was not named may be left out. Raises Usage if all are."""
        found = [
            Code(sim, code)
            for sim in sims
            if (code := self._code(sim, is_named=is_named)) is not None
        ]
        if not found:
            has_code = self.reader.has_rules or self.wish.code
            raise Usage("nothing to dial", hint="see 'smsgw devices sims'" if has_code else HINT)
        return found

    def _code(self, sim: FleetSim, *, is_named: bool) -> str | None:
        rule = self.reader.rule(sim)
        code = self.wish.code or (rule.code if rule else None)
        if is_named and code is None:
            country = sim.country or "unknown"
            raise Usage(
                f"{sim.title}: no matching [[balance]] rule; its country is {country}", hint=HINT
            )
        if is_named or (code and not sim.problem):
            return code
        reason = "it or its device is disabled" if code else "no matching [[balance]] rule"
        self.note(f"note: {sim.title} skipped: {reason}")
        return None


def question(codes: Sequence[Code]) -> str:
    """What is asked before dialling."""
    named = [f"{code.text} on {code.sim.title}" for code in codes]
    return f"Dial {listed(named, MAX_LISTED)}?"


def show(session: Session, codes: Sequence[Code]) -> None:
    """Print what would be dialled: a table for people, else the requests."""
    if not session.out.is_table:
        session.out.json([request_of("POST", USSD_PULLS, code.body) for code in codes])
        return
    rows = [
        {
            "sim_id": code.sim.id,
            "device": code.sim.device,
            "carrier": code.sim.carrier,
            "code": code.text,
        }
        for code in codes
    ]
    session.out.rows(rows, ("sim_id", "device", "carrier", "code"))

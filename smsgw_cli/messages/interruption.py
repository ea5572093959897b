"""What a command that was interrupted has sent, as its ledger has it."""

from smsgw_cli.errors import Interrupted, SmsgwError
from smsgw_cli.messages.ledger import Ledger
from smsgw_cli.messages.ledger_entry import ACCEPTED, REFUSED, Entry
from smsgw_cli.messages.reconcile import settle_hint

AGAIN = "run the same command again to resume"
NOTHING = "interrupted; nothing was sent"


def of_command(ledger: Ledger) -> Interrupted:
    """The error of a command that sends with this ledger, whenever it is interrupted."""
    try:
        sends = ledger.sends_of_command()
        if ledger.mailing is None and sum(count for count, _ in sends.values()) == 1:
            return of_send(*(ledger.get(number) for _, number in sends.values()))
    except SmsgwError:
        return Interrupted("interrupted; it may have sent something", hint="see 'smsgw sends list'")
    if not sends:
        return Interrupted(NOTHING)
    counted = ", ".join(f"{count:,} {state}" for state, (count, _) in sends.items())
    again = f"; {AGAIN}" if ledger.mailing is not None else ""
    return Interrupted(f"interrupted; sends: {counted}", hint=f"see 'smsgw sends list'{again}")


def of_send(entry: Entry) -> Interrupted:
    """The error of a command that was interrupted with this one send."""
    if entry.state == REFUSED:
        return Interrupted(NOTHING)
    if entry.state != ACCEPTED:
        return Interrupted("interrupted; the send may have been accepted", hint=settle_hint(entry))
    if entry.campaign is None:
        hidden = "interrupted; the send was accepted, but its campaign is not visible yet"
        return Interrupted(hidden, hint=settle_hint(entry))
    number = entry.campaign["id"]
    return Interrupted(
        f"interrupted; the send was accepted as campaign {number}",
        hint=f"follow it with 'smsgw campaigns watch {number}'",
    )

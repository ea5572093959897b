"""Balances as records to print."""

from smsgw_cli.fleet.balances import Reading
from smsgw_cli.fleet.sims import FleetSim
from smsgw_cli.model import Record
from smsgw_cli.output.json import as_number
from smsgw_cli.sms.timestamps import format_timestamp

COLUMNS = ("sim_id", "device", "carrier", "balance", "currency", "expires_on", "read_at", "text")
KEYS = ("sim_id", "device", "carrier", "code", *COLUMNS[3:])


def row(sim: FleetSim, answer: Reading | None, known: Reading | None, *, is_json: bool) -> Record:
    """A SIM's newest answer, and the last known balance, which may be of an older one.

    The balance is a number in JSON, else a text with the digits that the operator wrote.
    """
    balance = known.balance if known else None
    amount = balance.amount if balance else None
    return {
        "sim_id": sim.id,
        "device": sim.device,
        "carrier": sim.carrier,
        "code": answer.dial.code if answer else None,
        "balance": as_number(amount) if is_json and amount is not None else amount and str(amount),
        "currency": balance.currency if balance else None,
        "expires_on": str(balance.expires_on) if balance and balance.expires_on else None,
        "read_at": format_timestamp(known.moment) if known else None,
        "text": answer.dial.text if answer else None,
    }

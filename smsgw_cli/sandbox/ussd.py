"""The responses of operators to USSD codes, and to texts that ask for the balance.

A code gets one text: Android's sendUssdRequest ends the session with the first answer, so a menu
is a text, and its entries are dialled as codes of their own (`*100*1#`).
"""

from smsgw_cli.sandbox.behaviour import hashed
from smsgw_cli.sandbox.magic import MENU_CODE, SMS_BALANCE_CODE
from smsgw_cli.sandbox.store import Row

SHORT_NUMBER = "7373"
"""The sender of the operator's texts."""

MENU = "1. Balance\n2. Data\n3. Balance by SMS\n0. Exit"
BY_SMS = "Thank you. You will receive an SMS with your balance shortly."
DATA = "Data left: {dollars}.{cents:02} GB. Dial *100# for offers."
BUNDLE = "You have {dollars} minutes and {cents} SMS left in your bundle."
BALANCE = "Your balance is ${amount}. Valid until 31 Dec."
BALANCE_CODE, DATA_CODE = "*100*1#", "*100*2#"
CODES_BY_SMS = frozenset({SMS_BALANCE_CODE, "*100*3#"})


def answer(code: str, sim: Row) -> str:
    """The operator's answer to a code dialled on a SIM (a row of `sims`).

    What asks for a balance gets that of `sandbox set sim=ID balance=`, or a made-up one.
    """
    if code in CODES_BY_SMS:
        return BY_SMS
    if code == MENU_CODE:
        return MENU
    if code == DATA_CODE:
        return _made_up(DATA, code, sim)
    if code == BALANCE_CODE or sim["balance"] is not None:
        return balance(sim)
    return _made_up((BALANCE, BUNDLE, DATA)[hashed(code) % 3], code, sim)


def balance(sim: Row) -> str:
    """The text with the balance of a SIM."""
    if sim["balance"] is None:
        return _made_up(BALANCE, "balance", sim)
    return BALANCE.format(amount=sim["balance"])


def _made_up(text: str, code: str, sim: Row) -> str:
    number = hashed("answer", code, sim["id"])
    dollars, cents = number // 7 % 50, number // 350 % 100
    return text.format(amount=f"{dollars}.{cents:02}", dollars=dollars, cents=cents)

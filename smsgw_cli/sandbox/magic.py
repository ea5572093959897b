"""Numbers and codes whose fate is known beforehand: nothing fails by chance unless it is asked for.

One number for each status, and one for each reason that Android gives: 0180 and the value of the
constant in SmsManager (developer.android.com/reference/android/telephony/SmsManager). Other
gateways know such numbers too (Twilio's test numbers, Stripe's test cards). Every number that
ends in 0199, and every USSD code that ends in 199#, fails as in 0.1.0.
"""

from collections.abc import Mapping
from typing import NamedTuple

from smsgw_cli.sandbox.instants import HOUR

FICTIONAL = "+1202555"  # +1 202 555 01xx is reserved for fiction
LATE = HOUR
"""How much later than others a late delivery report comes; the speed divides it."""

PENDING, QUEUED, PROCESSED, SENT = "Pending", "Queued", "Processed", "Sent"
DELIVERED, COMPLETED, FAILED = "Delivered", "Completed", "Failed"

NO_SERVICE = "RESULT_ERROR_NO_SERVICE"
GENERIC_FAILURE = "RESULT_ERROR_GENERIC_FAILURE"
PHONE_ERRORS = (
    GENERIC_FAILURE,
    "RESULT_ERROR_RADIO_OFF",
    "RESULT_ERROR_NULL_PDU",
    NO_SERVICE,
    "RESULT_ERROR_LIMIT_EXCEEDED",
    "RESULT_ERROR_FDN_CHECK_FAILURE",
    "RESULT_ERROR_SHORT_CODE_NOT_ALLOWED",
    "RESULT_ERROR_SHORT_CODE_NEVER_ALLOWED",
    "RESULT_RADIO_NOT_AVAILABLE",
    "RESULT_NETWORK_REJECT",
)
"""The constants 1 to 10 of Android's SmsManager, in order."""
SERVER_ERRORS = ("Insufficient credit", "Destination not reachable", "Sender rejected")
USSD_ERROR = "USSD_RETURN_FAILURE"
"""Android's only other reason is USSD_ERROR_SERVICE_UNAVAIL (TelephonyManager)."""

FAILING_SUFFIX, FAILING_CODE_SUFFIX = "0199", "199#"
OPERATOR = FICTIONAL + "0160"
"""Answers every text with the balance of the SIM."""
SMS_BALANCE_CODE, MENU_CODE = "*141#", "*100#"
STUCK_CODES: Mapping[str, str] = {"*197#": PENDING, "*198#": QUEUED}


class FinalStatus(NamedTuple):
    """The final status of a message, the reason if it failed, and how late its report is."""

    outcome: str
    error: str | None = None
    late: int = 0


STATUS_OF: Mapping[str, FinalStatus] = {
    "0170": FinalStatus(PENDING),
    "0171": FinalStatus(QUEUED),
    "0172": FinalStatus(PROCESSED),
    "0173": FinalStatus(SENT),
    "0174": FinalStatus(DELIVERED, None, LATE),
}
"""By the last four digits; 0173 is a report that is lost."""
RETRIED_SUFFIX = "0176"
"""Fails at the first try."""


def final_status(number: str, tries: int) -> FinalStatus:
    """What becomes of a message through a SIM to `number` at its 1st, 2nd … try, if a delivery
    report was requested."""
    if number.endswith(FAILING_SUFFIX):
        return FinalStatus(FAILED, NO_SERVICE)
    suffix = number.removeprefix(FICTIONAL)
    if len(suffix) != len(FAILING_SUFFIX) or not number.startswith(FICTIONAL):
        return FinalStatus(DELIVERED)
    if suffix == RETRIED_SUFFIX and tries == 1:
        return FinalStatus(FAILED, GENERIC_FAILURE)
    reason = int(suffix) - 180 if suffix.isdecimal() else 0
    if 1 <= reason <= len(PHONE_ERRORS):
        return FinalStatus(FAILED, PHONE_ERRORS[reason - 1])
    return STATUS_OF.get(suffix, FinalStatus(DELIVERED))


def final_ussd_status(code: str) -> FinalStatus:
    """The outcome of a USSD code (the API gives no reason for a failure)."""
    if code.endswith(FAILING_CODE_SUFFIX):
        return FinalStatus(FAILED, USSD_ERROR)
    return FinalStatus(STUCK_CODES.get(code, COMPLETED))


def server_error(error: str | None) -> str:
    """The reason of a sending server, in place of that of a phone."""
    number = PHONE_ERRORS.index(error or NO_SERVICE) - PHONE_ERRORS.index(NO_SERVICE)
    return SERVER_ERRORS[number % len(SERVER_ERRORS)]

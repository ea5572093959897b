"""Leaves out the recipients of a mailing that must not be contacted."""

from collections.abc import Callable

from smsgw_cli.messages.audience import Audience
from smsgw_cli.messages.drop_excluded import REASONS, require_recipients, skipped
from smsgw_cli.messages.mailing import spooled_rows
from smsgw_cli.messages.mailing.spool import Spool
from smsgw_cli.messages.recipient_check import RecipientCheck
from smsgw_cli.sms.number_map import as_int


def everybody(spool: Spool) -> Audience:
    """The audience without exclusions."""
    audience = Audience()
    for _, number in spooled_rows.numbers(spool):
        audience.add_number(as_int(number))
    audience.duplicates = 0  # two texts to one number are two messages
    return audience


def leave_out(
    spool: Spool, check: RecipientCheck, note: Callable[[str], None], *, is_part: bool
) -> Audience:
    """Leave out the excluded recipients; returns the audience of the others.

    Raises Usage if no recipient is left, unless it is a part of a file.
    """
    audience = Audience()
    excluded = ((row, audience.add(number, check)) for row, number in spooled_rows.numbers(spool))
    spooled_rows.leave_out(spool, [(row, REASONS[reason]) for row, reason in excluded if reason])
    audience.duplicates = 0
    if audience.excluded_by:
        if not is_part:
            require_recipients(len(audience), audience.excluded_by)
        note(f"note: {skipped(audience.excluded_by)}")
    return audience

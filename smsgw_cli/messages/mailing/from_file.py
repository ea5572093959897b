"""Composes a mailing from a CSV file: one message per row, equal texts grouped."""

from smsgw_cli.errors import Usage
from smsgw_cli.messages.compose import common
from smsgw_cli.messages.content import text_of, text_transform
from smsgw_cli.messages.mailing import merge
from smsgw_cli.messages.mailing.identity import identify
from smsgw_cli.messages.mailing.mailing import Mailing
from smsgw_cli.messages.mailing.merge import Merged
from smsgw_cli.messages.send_request import MessageRequest
from smsgw_cli.sms.lookalikes import Lookalikes
from smsgw_cli.sms.number_kinds import KindRules
from smsgw_cli.sms.number_reader import NumberReader
from smsgw_cli.tables.read_options import Check, unchecked
from smsgw_cli.tables.rejects import Problem
from smsgw_cli.wording import pluralize


def mailing(
    request: MessageRequest,
    region: str | None,
    *,
    once: str | None = None,
    check: Check = unchecked,
) -> tuple[Mailing, Lookalikes]:
    """The mailing of the request's CSV file, and the characters replaced in it.

    With the key `once`, equal texts are not grouped; `check` is for the table. Raises Usage with
    all invalid rows, unless they are to be skipped.
    """
    lookalikes = Lookalikes()
    template = text_of(request)
    if not (template and request.csv):
        raise Usage("no message given", hint="use --message 'Hi {first_name}'")
    numbers = NumberReader(region, request.allowed)
    merged = merge.read(
        request.csv,
        template,
        numbers=numbers,
        column_map=request.column_map,
        options=request.read_options,
        check=check,
        transform=text_transform(request, lookalikes),
    )
    KindRules(allowed=request.allowed).refuse(numbers.counts, sends=False)
    if merged.problems and not (request.skip_bad and merged.messages):
        raise _refusal(request.csv, merged)
    messages = merged.messages
    if once is not None:
        messages = [part for message in messages for part in message.split()]
    shared = common(request)
    identity = identify(template, shared, request.csv, merged.sheet, messages, once)
    return Mailing(request.csv, merged, messages, shared, identity, numbers.counts), lookalikes


def _place(problem: Problem) -> str:
    """`row 3`, or `row 3, name` for a reason that does not name its cell."""
    row = f"row {problem.row.number}"
    return f"{row}, {problem.column}" if problem.column in problem.row.flaws else row


def _refusal(file: str, merged: Merged) -> Usage:
    return Usage(
        f"{file}: {pluralize(len(merged.problems), 'invalid row')}, nothing was sent",
        errors={_place(each): [each.reason] for each in merged.problems},
        hint="fix the rows, or use --skip-bad to send the valid ones; for numbers without a "
        "country code add --region US; for empty cells set a default: {first_name|there}",
    )

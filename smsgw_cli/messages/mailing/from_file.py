"""Composes a mailing from a CSV file: one message per row, equal texts grouped."""

from smsgw_cli.errors import Usage
from smsgw_cli.messages.compose import common
from smsgw_cli.messages.content import text_of, text_transform
from smsgw_cli.messages.mailing import merge, spooled_rows
from smsgw_cli.messages.mailing.identity import identify
from smsgw_cli.messages.mailing.mailing import MOST_REASONS, Mailing
from smsgw_cli.messages.mailing.merge import Merged
from smsgw_cli.messages.send_request import MessageRequest
from smsgw_cli.sms.lookalikes import Lookalikes
from smsgw_cli.sms.number_kinds import KindRules
from smsgw_cli.sms.number_reader import NumberReader
from smsgw_cli.tables.read_options import Check, unchecked
from smsgw_cli.tables.shard import Shard
from smsgw_cli.wording import pluralize


def mailing(
    request: MessageRequest,
    region: str | None,
    *,
    once: str | None = None,
    shard: Shard | None = None,
    check: Check = unchecked,
) -> tuple[Mailing, Lookalikes]:
    """The mailing of the request's CSV file, or of a part of it, and the characters replaced in it.

    `check` is for the table. Raises Usage with the invalid rows, unless they are to be skipped.
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
        shard=shard,
    )
    KindRules(allowed=request.allowed).refuse(numbers.counts, sends=False)
    is_empty = shard is None and not spooled_rows.count(merged.spool)
    if merged.invalid and not (request.skip_bad and not is_empty):
        raise _refusal(request.csv, merged)
    shared = common(request)
    digest, pairs = merged.table.source.digest, spooled_rows.pairs(merged.spool)
    identity = identify(template, shared, request.csv, digest, pairs, once, shard)
    return Mailing(request.csv, merged, shared, identity, numbers.counts), lookalikes


def _refusal(file: str, merged: Merged) -> Usage:
    invalid = spooled_rows.invalid(merged.spool, MOST_REASONS)
    return Usage(
        f"{file}: {pluralize(merged.invalid, 'invalid row')}, nothing was sent",
        errors={str(each): [each.reason] for each in invalid},
        hint="fix the rows, or use --skip-bad to send the valid ones; for numbers without a "
        "country code add --region US; for empty cells set a default: {first_name|there}",
    )

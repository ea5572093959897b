"""Composes a mailing from a CSV file: one message per row, equal texts grouped."""

from smsgw_cli.errors import Usage
from smsgw_cli.messages.compose import common
from smsgw_cli.messages.content import text_of, text_transform
from smsgw_cli.messages.mailing import merge
from smsgw_cli.messages.mailing.identity import identify
from smsgw_cli.messages.mailing.mailing import Mailing
from smsgw_cli.messages.send_request import MessageRequest
from smsgw_cli.sms.lookalikes import Lookalikes


def mailing(
    request: MessageRequest, region: str | None, *, once: str | None = None
) -> tuple[Mailing, Lookalikes]:
    """The mailing of the request's CSV file, and the characters replaced in it.

    With the key `once`, equal texts are not grouped. Raises Usage with all invalid rows.
    """
    lookalikes = Lookalikes()
    template = text_of(request)
    if not (template and request.csv):
        raise Usage("no message given", hint="use --message 'Hi {first_name}'")
    sheet, merged = merge.read(
        request.csv,
        template,
        region=region,
        column_map=request.column_map,
        encoding=request.encoding,
        transform=text_transform(request, lookalikes),
    )
    if once is not None:
        merged = [part for message in merged for part in message.split()]
    shared = common(request)
    identity = identify(template, shared, request.csv, sheet, merged, once)
    return Mailing(request.csv, sheet, merged, shared, identity), lookalikes

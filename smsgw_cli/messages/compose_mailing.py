"""A mailing composed from a CSV file: one message a row, equal texts together."""

from smsgw_cli.errors import Usage
from smsgw_cli.messages import merge
from smsgw_cli.messages.compose import common, replacing, text_of
from smsgw_cli.messages.mailing import Mailing
from smsgw_cli.messages.request import MessageRequest
from smsgw_cli.sms.lookalikes import Lookalikes


def mailing(
    request: MessageRequest, region: str | None, *, split: bool = False
) -> tuple[Mailing, Lookalikes]:
    """One message a row of the file `csv`; a campaign for each recipient if `split`.

    Raises Usage, naming the rows that are invalid.
    """
    lookalikes = Lookalikes()
    template = text_of(request)
    if not (template and request.csv):
        raise Usage("no message given", hint="use --message 'Hi {first_name}'")
    sheet, merged = merge.read(
        request.csv,
        template,
        region=region,
        column=request.number_column,
        said=replacing(request, lookalikes),
    )
    if split:
        merged = [each for together in merged for each in together.split()]
    return Mailing(request.csv, sheet, merged, common(request)), lookalikes

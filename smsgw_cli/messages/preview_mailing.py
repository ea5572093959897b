"""The messages of a mailing in its preview: the first ones, the longest, and each encoding."""

from collections.abc import Iterator
from decimal import Decimal

from smsgw_cli.messages.preview import Preview
from smsgw_cli.messages.preview_texts import Batch
from smsgw_cli.model import Record
from smsgw_cli.sms.parts import encoding_of
from smsgw_cli.wording import pluralize

LONGEST_SHOWN = 60  # characters of a text


def as_record(preview: Preview) -> Record:
    """`first` and `longest` have messages with their recipient, parts and cost; `encodings` what
    all messages of an encoding add up to."""
    return {
        "first": [_message(preview, each) for each in preview.texts.first],
        "longest": _message(preview, preview.texts.longest) if preview.texts.longest else None,
        "encodings": _encodings(preview) if preview.has_parts else {},
    }


def titled_lines(preview: Preview) -> Iterator[tuple[str, str]]:
    """The same by title, with the texts cut."""
    record = as_record(preview)
    if len(record["encodings"]) > 1:
        for name, total in record["encodings"].items():
            yield (
                name.lower(),
                f"{pluralize(total['messages'], 'message')}, {_price(preview, total)}",
            )
    for number, message in enumerate(record["first"], start=1):
        yield f"message {number}", _line(preview, message)
    if record["longest"] not in record["first"]:
        yield "longest", _line(preview, record["longest"])


def _message(preview: Preview, batch: Batch) -> Record:
    return {
        "to": batch.to,
        "text": batch.text,
        "encoding": encoding_of(batch.text).name if preview.has_parts else None,
        "parts": batch.parts,
        "cost": preview.cost_of(batch.parts),
    }


def _encodings(preview: Preview) -> Record:
    return {
        name: {"messages": messages, "parts": parts, "cost": preview.cost_of(parts)}
        for name, (messages, parts) in preview.texts.encodings.items()
    }


def _line(preview: Preview, message: Record) -> str:
    text = message["text"]
    shown = text if len(text) <= LONGEST_SHOWN else text[: LONGEST_SHOWN - 1] + "…"
    return f"to {message['to']}, {_price(preview, message)}: {shown}"


def _price(preview: Preview, record: Record) -> str:
    parts = pluralize(record["parts"], "part")
    if preview.price is None or record["cost"] is None:
        return parts
    currency = f" {preview.price.currency}" if preview.price.currency else ""
    return f"{parts}, {_amount(record['cost'])}{currency}"


def _amount(cost: float) -> str:
    """At least two decimals, as parts may cost less than a cent."""
    exact = Decimal(str(cost))
    return f"{exact:,}" if round(exact, 2) != exact else f"{exact:,.2f}"

"""The content of a message: its text as it is sent, and its attachments."""

import re
from collections.abc import Callable, Iterable
from urllib.parse import urlsplit

from smsgw_cli.errors import Usage
from smsgw_cli.messages.send_request import MessageRequest
from smsgw_cli.model import MMS, WHATSAPP
from smsgw_cli.sms.lookalikes import Lookalikes
from smsgw_cli.sms.parts import refuse_too_long
from smsgw_cli.tables.text_file import read_text

WITHOUT_PARTS = frozenset({MMS, WHATSAPP})
_LINE_BREAK_IN_LETTERS = re.compile(r"(?<!\\)\\n")


def text_of(request: MessageRequest) -> str | None:
    """The given text, or that of a file without its last line break. Raises Usage."""
    if request.message_file is None:
        return request.message
    return re.sub(r"\r?\n\Z", "", read_text(request.message_file))


def text_transform(request: MessageRequest, lookalikes: Lookalikes) -> Callable[[str], str]:
    """The conversion of texts before they are sent; it records replacements in `lookalikes`.

    It raises Usage for a text that cannot be encoded, or has too many parts.
    """
    has_parts = kind_of(request) not in WITHOUT_PARTS

    def converted(text: str) -> str:
        text = lookalikes.replace(text) if request.gsm else text
        _refuse_half_characters(text)
        if has_parts:
            refuse_too_long(text)
        return text

    return converted


def _refuse_half_characters(text: str) -> None:
    """Some encodings of files decode one of a surrogate pair alone, which no JSON can hold."""
    try:
        text.encode()
    except UnicodeEncodeError as error:
        half = f"U+{ord(text[error.start]):04X}"
        raise Usage(
            f"the message has an unpaired surrogate, {half}, which cannot be sent"
        ) from None


def kind_of(request: MessageRequest) -> str | None:
    """The type of the message; None for the server's default, which would drop attachments."""
    return request.type or (MMS if request.attachments else None)


def refuse_attachments(urls: Iterable[str]) -> None:
    """Raise Usage for attachments that a phone cannot download."""
    for url in urls:
        if not _is_web_address(url):
            raise Usage(
                f"--attachment {url!r} is not a web address",
                hint="phones download it: upload it, and give its URL, such as "
                "https://example.com/a.jpg",
            )


def _is_web_address(url: str) -> bool:
    if not url.isprintable() or " " in url:
        return False
    try:
        parts = urlsplit(url)
    except ValueError:
        return False
    return parts.scheme.lower() in ("http", "https") and bool(parts.hostname)


def has_line_break_in_letters(text: str) -> bool:
    r"""Whether a text has a backslash and an n, as single quotes of a shell leave `\n`."""
    return _LINE_BREAK_IN_LETTERS.search(text) is not None

"""Why a message failed, in plain words."""

import re
from collections.abc import Iterator
from typing import Any

from smsgw_cli.campaigns.result_codes import BY_NAME, SMS, WHATSAPP
from smsgw_cli.campaigns.statistics.reasons import reason
from smsgw_cli.model import FAILED, Record
from smsgw_cli.model import WHATSAPP as WHATSAPP_TYPE

_SMS_BY_CODE = dict(SMS.values())
_BY_TITLE = {title.upper(): words for title, words in WHATSAPP.values()}
_CONSTANT = re.compile(r"(?:RESULT_(?:ERROR_)?|ERROR_)([A-Z][A-Z0-9_]+)|(?:MMS|USSD)_[A-Z_]+")
_NUMBER = re.compile(r"(?:(?:ERROR|RESULT)?[ _-]*(?:CODE)?[ :=#(]*)?([0-9]{1,6})\)?")
_META_NUMBER = re.compile(r"\(#([0-9]{1,6})\)")
_CODE_KEYS = ("code", "error_code", "errorCode", "result_code", "resultCode")


def plain_reason(message: Record) -> str | None:
    """Why a message failed, in plain words or, if they are not known, as the server says it.

    None for one that did not fail. Numbers and short names have a meaning only where it is known
    who says them: a phone, or WhatsApp.
    """
    if message.get("status") != FAILED:
        return None
    response = message.get("response")
    said = reason(response)
    texts = [said, *map(str, _codes(response))]
    if message.get("type") == WHATSAPP_TYPE:
        find = _of_whatsapp
    elif is_server(message.get("messenger")):
        find = _by_constant
    else:
        find = _of_phone
    return next(filter(None, map(find, texts)), said)


def is_server(messenger: object) -> bool:
    """Whether the `messenger` of a message is a sending server's: `Sender ID #9`."""
    return str(messenger).lower().startswith("sender id")


def with_reason(message: Record) -> Record:
    """A message with its `reason`, if it failed."""
    found = plain_reason(message)
    return message if found is None else {**message, "reason": found}


def _codes(response: Any) -> Iterator[Any]:
    """The codes anywhere in a response."""
    if isinstance(response, dict):
        yield from (response[key] for key in _CODE_KEYS if response.get(key) is not None)
    if isinstance(response, dict | list):
        for value in response.values() if isinstance(response, dict) else response:
            yield from _codes(value)


def _of_phone(text: str) -> str | None:
    """By a constant, its value, or its name as apps show it: `No service`."""
    number = _NUMBER.fullmatch(text.strip().upper())
    if number:
        return _SMS_BY_CODE.get(int(number[1]))
    name = re.sub("[^A-Z0-9]+", "_", text.upper()).strip("_")
    return SMS[name][1] if name in SMS else _by_constant(text)


def _by_constant(text: str) -> str | None:
    """By the first constant in a text: `SmsManager.RESULT_ERROR_NO_SERVICE (4)`."""
    for found in _CONSTANT.finditer(text.upper()):
        if found[0] in BY_NAME:
            return BY_NAME[found[0]]
        if found[1] in SMS:
            return SMS[found[1]][1]
    return None


def _of_whatsapp(text: str) -> str | None:
    """By a code of the Cloud API, its title, or a constant of a phone."""
    text = text.strip().upper()
    number = _META_NUMBER.match(text) or _NUMBER.fullmatch(text)
    if number and int(number[1]) in WHATSAPP:
        return WHATSAPP[int(number[1])][1]
    titled = (words for title, words in _BY_TITLE.items() if text.startswith(title))
    return next(titled, None) or _by_constant(text)

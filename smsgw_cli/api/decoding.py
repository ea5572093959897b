"""The content of an answer without its Content-Encoding, never larger than an answer may be."""

import zlib

import httpx

from smsgw_cli.api.network import MOST_BYTES, AnswerTooLarge

GZIP, ZLIB, RAW = 16 + zlib.MAX_WBITS, zlib.MAX_WBITS, -zlib.MAX_WBITS  # zlib's names of formats
FORMATS = {"gzip": (GZIP,), "x-gzip": (GZIP,), "deflate": (ZLIB, RAW)}  # RFC 9110, 8.4.1


def decoded(content: bytes, codings: str) -> bytes:
    """The content, decoded as far as its codings are known.

    Raises AnswerTooLarge, and httpx.DecodingError for what is not encoded as it says.
    """
    for coding in reversed(codings.lower().split(",")):
        formats = FORMATS.get(coding.strip())
        if formats is None or not content:
            return content
        content = _inflated(content, formats)
    return content


def _inflated(content: bytes, formats: tuple[int, ...]) -> bytes:
    *others, last = formats
    for each in others:
        try:
            return _inflated(content, (each,))
        except httpx.DecodingError:
            continue
    unpacking = zlib.decompressobj(last)
    try:
        whole = unpacking.decompress(content, MOST_BYTES + 1)
    except zlib.error as error:
        raise httpx.DecodingError(str(error)) from error
    if len(whole) > MOST_BYTES:
        raise AnswerTooLarge
    if not unpacking.eof:
        raise httpx.DecodingError("the compressed response is incomplete")
    return whole

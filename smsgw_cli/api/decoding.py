"""Decodes the Content-Encoding of a response, up to the size limit."""

import zlib

import httpx

from smsgw_cli.api.network import MAX_BYTES, ResponseTooLarge

GZIP, ZLIB, RAW = 16 + zlib.MAX_WBITS, zlib.MAX_WBITS, -zlib.MAX_WBITS  # wbits of zlib
FORMATS = {"gzip": (GZIP,), "x-gzip": (GZIP,), "deflate": (ZLIB, RAW)}  # RFC 9110, 8.4.1


def decoded(content: bytes, codings: str) -> bytes:
    """The decoded content, from the last coding of the header back to the first unknown one.

    Raises ResponseTooLarge, and httpx.DecodingError for invalid or incomplete data.
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
    decompressor = zlib.decompressobj(last)
    try:
        inflated = decompressor.decompress(content, MAX_BYTES + 1)
    except zlib.error as error:
        raise httpx.DecodingError(str(error)) from error
    if len(inflated) > MAX_BYTES:
        raise ResponseTooLarge
    if not decompressor.eof:
        raise httpx.DecodingError("the compressed response is incomplete")
    return inflated

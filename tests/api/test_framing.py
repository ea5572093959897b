"""Where an answer ends is found wherever the network cuts it, and whatever follows it."""

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from smsgw_cli.api.framing import Framing

BODY = b'{"id": 7}'
EARLY = b"HTTP/1.1 103 Early Hints\r\nLink: </a>\r\n\r\n"
PLAIN = b"HTTP/1.1 201 Created\r\nContent-Length: 9\r\n\r\n" + BODY
CHUNKED = (
    b"HTTP/1.1 201 Created\r\nTransfer-Encoding: Chunked\r\n\r\n"
    b'4\r\n{"id\r\n5;a="b"\r\n": 7}\r\n0\r\n'
)
WHOLE = {
    "plain": PLAIN,
    "the length twice": PLAIN.replace(b": 9", b": 9, 9"),
    "chunked": CHUNKED + b"\r\n",
    "chunked with trailers": CHUNKED + b"Digest: a\r\nVia: b\r\n\r\n",
    "after an early hint": EARLY + PLAIN,
    "after two": EARLY + EARLY + CHUNKED + b"\r\n",
    "empty": b"HTTP/1.1 200 OK\r\ncontent-length:0\r\n\r\n",
    "no content": b"HTTP/1.1 204 No Content\r\n\r\n",
    "not modified": b"HTTP/1.1 304 Not Modified\r\nContent-Length: 9\r\n\r\n",
}
SURPLUS = [b"", b"\r\n", b"H", PLAIN]


@given(st.sampled_from(sorted(WHOLE)), st.sampled_from(SURPLUS), st.lists(st.integers(0, 200)))
def test_an_answer_ends_where_it_ends_however_it_is_cut(
    name: str, surplus: bytes, cuts: list[int]
) -> None:
    answer, framing = WHOLE[name], Framing(b"POST / HTTP/1.1\r\n")
    sent = answer + surplus
    edges = sorted({0, len(sent), *(min(each, len(sent)) for each in cuts)})
    pieces = [sent[a:b] for a, b in pairwise(edges)]
    assert b"".join(map(framing.feed, pieces)) == answer
    assert framing.is_complete
    assert framing.surplus == surplus


@pytest.mark.parametrize(
    "answer",
    [
        b"HTTP/1.0 200 OK\r\n\r\n" + BODY,
        b"HTTP/1.1 200 OK\r\nContent-Length: 9\r\nContent-Length: 8\r\n\r\n" + BODY,
        b"HTTP/1.1 200 OK\r\nContent-Length: -9\r\n\r\n" + BODY,
        b"HTTP/1.1 200 OK\r\nTransfer-Encoding: gzip, chunked\r\n\r\n0\r\n\r\n",
        b"HTTP/1.1 200 OK\nContent-Length: 0\n\nHTTP/1.1 200 OK\r\n\r\n",
        b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nx\r\n0\r\n\r\n",
        b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\nHTTP/1.1 200 OK\r\n\r\n",
        b"SSH-2.0-OpenSSH_9.2\r\n",
    ],
)
def test_where_the_end_is_not_certain_everything_belongs_to_it(answer: bytes) -> None:
    framing = Framing(b"GET / HTTP/1.1\r\n")
    assert framing.feed(answer) == answer
    assert not framing.is_complete


def test_an_answer_to_a_head_has_no_body() -> None:
    framing = Framing(b"HEAD / HTTP/1.1\r\n")
    assert framing.feed(PLAIN) == PLAIN[: -len(BODY)]
    assert framing.surplus == BODY

"""The grammar of --waves, for whatever is typed."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from smsgw_cli.errors import Usage
from smsgw_cli.messages.waves.sizes import DEFAULT_WAIT, parse, split


@pytest.mark.parametrize(
    ("text", "total", "waves"),
    [
        ("20,rest", 2000, [(20, 600), (1980, 600)]),
        ("20/10m,200,rest", 1000, [(20, 600), (200, 600), (780, 600)]),
        ("500/5m", 1200, [(500, 300), (500, 300), (200, 300)]),
        ("10%/1h,rest", 25, [(3, 3600), (22, 600)]),
        ("50%", 7, [(4, 600), (3, 600)]),
        ("0.1%,rest", 3000, [(3, 600), (2997, 600)]),
        (" 1 / 0s , rest ", 2, [(1, 0), (1, 600)]),
        ("20,rest", 5, [(5, 600)]),
        ("rest", 5, [(5, 600)]),
        ("20,rest", 0, []),
        ("07%", 100, [(7, 600)] * 14 + [(2, 600)]),
    ],
)
def test_sizes_make_waves(text: str, total: int, waves: list[tuple[int, float]]) -> None:
    assert split(parse(text), total) == waves


SIZES = st.one_of(
    st.integers(1, 10**6).map(str), st.integers(1, 100).map("{}%".format), st.just("rest")
)
WAITS = st.one_of(st.just(""), st.integers(0, 10**4).map("/{}s".format))


@given(st.lists(st.tuples(SIZES, WAITS).map("".join), min_size=1, max_size=5), st.integers(0, 5000))
def test_waves_are_of_all_recipients(sizes: list[str], total: int) -> None:
    text = ",".join([*(each for each in sizes if "rest" not in each), "rest"])
    waves = split(parse(text), total)
    assert sum(recipients for recipients, _ in waves) == total
    assert all(recipients > 0 for recipients, _ in waves)


@given(st.text(max_size=20))
def test_any_text_is_a_plan_or_refused(text: str) -> None:
    try:
        sizes = parse(text)
    except Usage:
        return
    assert all(each.wait >= 0 for each in sizes)
    assert sizes[0].wait == DEFAULT_WAIT or "/" in text

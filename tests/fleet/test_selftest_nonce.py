"""The text of a self-test: known by everybody who should know it, and meant by nobody."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from smsgw_cli.fleet.selftest import LARGEST_RUN, RUN_LENGTH, SelfTest, Sim, nonces
from smsgw_cli.fleet.selftest_observed import Window
from smsgw_cli.fleet.selftest_pairs import candidates, chosen
from smsgw_cli.messages.opt_out_words import StopWords
from smsgw_cli.sms.parts import split
from smsgw_cli.sms.timestamps import format_timestamp

START = datetime(2031, 1, 1, tzinfo=UTC)
SIM = Sim(1, "", "+12025550141")
NONCES = st.text("23456789BCDFGHJKMNPQRTVWXZ", min_size=11, max_size=11)


def of(nonce: str) -> SelfTest:
    return SelfTest(nonce, SIM, SIM, START)


@given(NONCES)
def test_no_text_opts_out_or_in_or_looks_so(nonce: str) -> None:
    assert StopWords(None).meaning(of(nonce).text) is None


@given(NONCES, st.text(), st.text())
def test_a_text_is_known_amid_anything(nonce: str, before: str, after: str) -> None:
    assert of(nonce).is_in({"content": f"{before}{of(nonce).text.swapcase()}{after}"})


@given(NONCES, NONCES)
def test_a_text_is_not_taken_for_another(one: str, other: str) -> None:
    assert of(one).is_in({"content": of(other).text}) is (one == other)


@pytest.mark.parametrize("content", [None, "", 7, [], {"text": "x"}])
def test_what_has_no_text_is_none(content: object) -> None:
    assert not of("23456789BCD").is_in({"content": content})


def test_a_text_is_one_part_and_nonces_of_a_run_begin_alike() -> None:
    found = list(nonces(500))
    assert len(split(of(found[0]).text)) == 1
    assert len(set(found)) == 500 < LARGEST_RUN
    assert len({each[:RUN_LENGTH] for each in found}) == 1
    assert next(nonces(1))[:RUN_LENGTH] != found[0][:RUN_LENGTH]


@given(st.floats(0, 1e6), st.floats(0, 1e3), st.floats(-1e6, 2e6) | st.none())
def test_a_time_is_always_between_the_polls(
    since: float, length: float, stamped: float | None
) -> None:
    window = Window(START, since, since + length)
    stamp = None if stamped is None else format_timestamp(START + timedelta(seconds=stamped))
    assert window.since <= window.time_of(stamp) <= window.until


@pytest.mark.parametrize(
    ("stamp", "seconds"),
    [
        ("2031-01-01T00:00:06.000000Z", 6),
        ("2031-01-01T00:00:04.500000Z", 5),  # a whole second that has been cut off
        ("2031-01-01T00:00:02.000000Z", 9),  # the poll at 5 s would have seen it
        ("2031-01-01T01:00:06.000000Z", 9),  # the clock of the phone is wrong
        ("tomorrow", 9),
        (None, 9),
    ],
)
def test_a_timestamp_counts_only_where_it_can_be_true(stamp: object, seconds: float) -> None:
    assert Window(START, 5, 9).time_of(stamp) == seconds


NUMBERS = st.none() | st.sampled_from([f"+1202555014{digit}" for digit in range(4)])
DEVICES = st.lists(
    st.lists(st.fixed_dictionaries({"number": NUMBERS, "active": st.booleans()}), max_size=3),
    max_size=4,
)


@given(DEVICES)
def test_in_the_ring_every_sim_that_can_sends_once_and_no_number_gets_its_own(
    numbers: list[list[dict[str, object]]],
) -> None:
    identity = iter(range(1, 99))
    devices = [
        {
            "id": place,
            "enabled": place != 2,
            "sims": [{**sim, "id": next(identity)} for sim in sims],
        }
        for place, sims in enumerate(numbers)
    ]
    every = candidates(devices, None)
    able = [each.sim for each in every if not each.problem]
    known = {each.number for each in able if each.number}
    silent = [each for each in able if each.number is None]
    if not known or len(known) + len(silent) < 2:
        return
    found = chosen(every, None, None).pairs
    assert len({sender.id for sender, _ in found}) == len(found)
    assert all(sender.number != receiver.number for sender, receiver in found)
    assert {each.id for each in silent} <= {sender.id for sender, _ in found}
    if len(known) > 1:
        assert {receiver.number for _, receiver in found} == known

"""Look-alikes give way to what they look like, and nothing else changes."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from smsgw_cli.sms import gsm7
from smsgw_cli.sms.lookalikes import Lookalikes


@pytest.mark.parametrize(
    ("given", "made"),
    [
        ("“It’s” – she said… — ‘yes’", "\"It's\" - she said... - 'yes'"),
        ("10\u00a0000\u202fkm\tor\u2003so", "10 000 km or so"),
        ("zero\u200bwidth\ufeff soft\u00adhyphen", "zerowidth softhyphen"),
        ("line\u2028and\u2029line", "line\nand\nline"),
        ("cafe\u0301, 20 K\u212a, A\u030angstrom", "café, 20 KK, Ångstrom"),
        ("• a\n▪ b\n\uf0b7 c", "- a\n- b\n- c"),
        ("Now‼ Really⁇ What⁉\ufe0f Oh⁈", "Now!! Really?? What!? Oh?!"),
        ("Sale！ ５０％？", "Sale！ ５０％？"),  # the digits stay, so nothing is gained
        ("Sale！ 50％ （now），ok？ ａ@b＠c：d；", "Sale！ 50％ （now），ok？ ａ@b＠c：d；"),
        ("Sale！ 50％ （now），ok？ a＠b：c；￡5。", "Sale! 50% (now),ok? a@b:c;£5."),
        (
            "\u2066Hi\u2069 \u202athere\u202c\u200e, \u200fyou\u200d and\u200c me\u061c",
            "Hi there, you and me",
        ),
        ("Öl für 5 € @ [x]", "Öl für 5 € @ [x]"),
    ],
)
def test_what_only_looks_different_is_replaced(given: str, made: str) -> None:
    assert Lookalikes().replace(given) == made
    assert gsm7.has(made) or made == given


@pytest.mark.parametrize(
    "text",
    [
        "Привет",
        "façade",
        "ａ",
        "日本",
        "👩‍👩‍👧",
        "e\u0323",
        "™",
        "x²",
        "你好！今天休息。",
        "• Привет‼",
        "می\u200cخواهم",
        "❤\ufe0f",
        "paral·lel",
        "½",
    ],
)
def test_what_would_read_differently_stays(text: str) -> None:
    assert Lookalikes().replace(text) == text


def test_it_is_told_what_was_replaced_and_what_is_left() -> None:
    found = Lookalikes()
    found.replace("‘a’ ‘b’\u00a0… ç")
    found.replace("‘c’ plain\u200b")
    assert list(found.notes()) == [
        "replaced ‘ (U+2018) with ' 3 times, ’ (U+2019) with ' 3 times, U+00A0 with a space, "
        "… (U+2026) with ..., U+200B with nothing",
        "still UCS-2 because of ç (U+00E7 LATIN SMALL LETTER C WITH CEDILLA) at position 13",
    ]


@given(st.text())
def test_replacing_twice_changes_no_more_and_makes_no_text_foreign(text: str) -> None:
    once = Lookalikes().replace(text)
    again = Lookalikes()
    assert again.replace(once) == once
    assert not again.replaced
    assert sum(each not in gsm7.ALL for each in once) <= sum(each not in gsm7.ALL for each in text)


@given(st.text(st.sampled_from(sorted(gsm7.ALL))))
def test_a_text_of_the_alphabet_is_left_alone(text: str) -> None:
    assert Lookalikes().replace(text) == text

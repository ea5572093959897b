"""Parts are counted as the standard cuts them: 3GPP TS 23.038 and TS 23.040."""

import pytest
from gsm0338 import Codec
from hypothesis import given
from hypothesis import strategies as st

from smsgw_cli.errors import Usage
from smsgw_cli.sms import gsm7
from smsgw_cli.sms.parts import (
    GSM7,
    UCS2,
    Encoding,
    encoding_of,
    fewest,
    non_gsm,
    refuse_too_long,
    split,
)

TABLE = "^{}\\[~]|€\f"


@pytest.mark.parametrize(
    ("text", "parts"),
    [
        ("", 1),
        ("a" * 160, 1),
        ("a" * 161, 2),
        ("a" * 153 * 2, 2),
        ("a" * (153 * 2 + 1), 3),
        ("a" * 153 * 7, 7),
        ("a" * (153 * 7 + 1), 8),
        ("ж" * 70, 1),
        ("ж" * 71, 2),
        ("ж" * 67 * 2, 2),
        ("ж" * (67 * 2 + 1), 3),
        ("ж" * 67 * 7, 7),
        ("ж" * (67 * 7 + 1), 8),
        ("a" * 158 + "€", 1),  # 160 septets
        ("a" * 159 + "€", 2),  # 161
        ("a" * 152 + "€" + "a" * 152, 3),  # 306 septets; the € does not fit at the boundary
        ("a" * 151 + "€" + "a" * 153, 2),
        ("😀" * 35, 1),  # 70 units
        ("😀" * 35 + "ж", 2),
        ("ж" * 66 + "😀" + "ж" * 66, 3),  # 134 units; the 😀 does not fit at the boundary
        ("ж" * 65 + "😀" + "ж" * 67, 2),
        ("😀" * 67, 3),  # 134 units, but only 33 of them fit into a part
        ("😀" * 66, 2),
        ("x" * 65 + "🇩🇪" + "y" * 65, 3),  # 134 units; the flag does not fit at the boundary
        ("x" * 63 + "🇩🇪" + "y" * 67, 2),
        ("ж" * 60 + "👩‍👩‍👧‍👦" + "ж" * 60, 3),  # a family of 11 units
        ("ж" * 66 + "e\u0301" + "ж" * 66, 3),
        ("ж" * 66 + "👍🏽" + "ж" * 10, 2),
        ("ж" * 66 + "\r\n" + "ж" * 66, 3),
        ("e" + "\u0301" * 200, 3),  # one cluster, longer than a part
        *((character * 80, 1) for character in TABLE),
        *((character * 81, 2) for character in TABLE),
        *((character * (76 * 3), 3) for character in TABLE),
        *((character * (76 * 3 + 1), 4) for character in TABLE),
    ],
)
def test_the_boundary_cases_of_the_standard(text: str, parts: int) -> None:
    assert len(split(text)) == parts


def test_a_cut_goes_before_what_does_not_fit_whole() -> None:
    assert split("a" * 152 + "€" * 10) == ["a" * 152, "€" * 10]
    assert split("ж" * 66 + "😀" * 10) == ["ж" * 66, "😀" * 10]
    assert split("ж" * 60 + "👩‍👩‍👧‍👦" * 3) == ["ж" * 60, "👩‍👩‍👧‍👦" * 3]
    assert split("ж" * 64 + "🇩🇪🇩🇪" + "ж" * 10) == ["ж" * 64, "🇩🇪🇩🇪" + "ж" * 10]


def test_a_cluster_longer_than_a_part_is_split_from_its_own_start() -> None:
    marks = "\u0301" * 100
    assert split("ж" * 10 + "e" + marks) == ["ж" * 10, "e" + marks[:66], marks[66:]]


@pytest.mark.parametrize(
    ("most", "more"),
    [("a" * 153 * 255, "a"), ("ж" * 67 * 255, "ж"), ("€" * 76 * 255, "€"), ("😀" * 33 * 255, "😀")],
)
def test_a_concatenated_message_has_at_most_255_parts(most: str, more: str) -> None:
    refuse_too_long(most)
    with pytest.raises(Usage, match="256 parts"):
        refuse_too_long(most + more)


def test_the_alphabet_is_the_one_another_implementation_of_the_standard_has() -> None:
    codec = Codec()
    for character in map(chr, [*range(0x1B), *range(0x1C, 0xD800), *range(0xE000, 0x11000)]):
        try:
            encoded, _ = codec.encode(character)
        except UnicodeEncodeError:
            assert not gsm7.has(character), character
        else:
            assert gsm7.has(character), character
            assert gsm7.septets(character) == len(encoded)


def test_the_escape_is_no_character_of_the_alphabet() -> None:
    assert encoding_of("\x1b") is UCS2


def test_the_very_characters_that_force_ucs2_are_named() -> None:
    found = non_gsm("It’s 5 € ’til\u200b 🎉")
    assert [(each.character, each.position, each.count) for each in found] == [
        ("’", 3, 2),
        ("\u200b", 14, 1),
        ("🎉", 16, 1),
    ]
    assert str(found[0]) == "’ (U+2019 RIGHT SINGLE QUOTATION MARK) at position 3, 2 times"
    assert str(found[1]) == "(U+200B ZERO WIDTH SPACE) at position 14"
    assert non_gsm("{[~]} \\ ^ | €\f @£$¥èéùìòÇØøÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ¤¡ÄÖÑÜ§¿äöñüà\r\n") == []


GSM_TEXTS = st.text(st.sampled_from(sorted(gsm7.ALL)), max_size=700)
CLUSTERED = st.text(st.sampled_from("aж😀€🇩🇪👩🏽\u200d\ufe0f\u0301\r\n"), max_size=300)
ANY_TEXTS = CLUSTERED | st.text(max_size=400)


@given(GSM_TEXTS | ANY_TEXTS)
def test_the_parts_are_the_text_and_none_is_over_its_limit(text: str) -> None:
    parts, encoding = split(text), encoding_of(text)
    limit = encoding.alone if len(parts) == 1 else encoding.joined
    assert "".join(parts) == text
    assert all(_octets(part, encoding) <= (140 if len(parts) == 1 else 134) for part in parts)
    assert all(sum(map(encoding.units, part)) <= limit for part in parts)
    assert all(parts) or text == ""


@given(GSM_TEXTS | ANY_TEXTS)
def test_no_other_way_to_cut_between_characters_needs_fewer_parts(text: str) -> None:
    encoding = encoding_of(text)
    sizes = [encoding.units(character) for character in text]
    least = 1 if sum(sizes) <= encoding.alone else _fewest(sizes, encoding.joined)
    assert fewest(text) == least <= len(split(text))


def _fewest(sizes: list[int], limit: int) -> int:
    """By trying every last part there can be."""
    best = [0] + [len(sizes)] * len(sizes)
    for end in range(1, len(sizes) + 1):
        start, filled = end, 0
        while start and (filled := filled + sizes[start - 1]) <= limit:
            start -= 1
            best[end] = min(best[end], best[start] + 1)
    return best[-1]


def _octets(part: str, encoding: Encoding) -> float:
    """What a part takes on the radio, by other people's codecs."""
    if encoding is GSM7:
        return len(Codec().encode(part)[0]) * 7 / 8
    return len(part.encode("utf-16-be", "surrogatepass"))

"""Parts against Android's rule, gammu 1.42 and Twilio's sms-segments-calculator 1.3.0.

`parts_of_others.json` has what the last two say of each text, one digit (base 36) a text.
"""

import json
from collections.abc import Callable, Iterable
from pathlib import Path

import pytest
import regex

from smsgw_cli.sms.parts import UCS2, encoding_of, split
from tests.sms.texts import texts

OTHERS = json.loads((Path(__file__).parents[1] / "data/parts_of_others.json").read_text())
# Twilio's calculator has the clusters of Unicode 10, and none of a carriage return with a line
# feed: it may split a conjunct of an Indic script (Unicode 15.1, GB9c), and newer emoji.
TWILIO_SPLITS = regex.compile("(?<=\r)(?=\n)|(?<=\u094d)(?=\\p{L})|(?=[🫱🫲])|(?<=[🫱🫲])")
# gammu keeps flags and a character with one combining mark, and no other clusters.
GAMMU_KEEPS = regex.compile(
    "(?s)[\U0001f1e6-\U0001f1ff]{2}|.[\u0300-\u036f\u20d0-\u20ff]?",
)
CLUSTER = regex.compile(r"\X")


def android(text: str) -> int:
    """Parts by AOSP's SmsMessageBase.findNextUnicodePosition, in units of UTF-16."""
    total, clusters = UCS2.units(text), boundaries(CLUSTER.findall(text))
    characters = boundaries(text)
    count, position = 0, 0
    while position < total:
        end = min(position + 67, total)
        if end not in clusters:
            before = max(each for each in clusters if each < end)
            end = before if before > position else end - (end not in characters)
        count, position = count + 1, end
    return count


def boundaries(pieces: Iterable[str]) -> set[int]:
    found = [0]
    for piece in pieces:
        found.append(found[-1] + UCS2.units(piece))
    return set(found)


def filled(pieces: Iterable[str]) -> int:
    count, left = 1, 67
    for size in map(UCS2.units, pieces):
        count, left = (count + 1, 67 - size) if size > left else (count, left - size)
    return count


def twilio(text: str) -> int:
    return filled(
        piece for each in CLUSTER.findall(text) for piece in TWILIO_SPLITS.split(each) if piece
    )


def gammu(text: str) -> int:
    return filled(GAMMU_KEEPS.findall(text))


def is_cut_in_ucs2(text: str) -> bool:
    return encoding_of(text) is UCS2 and UCS2.units(text) > UCS2.alone


def test_phones_cut_every_text_into_as_many_parts() -> None:
    cut = [text for text in texts() if is_cut_in_ucs2(text)]
    assert len(cut) > 2_000
    assert [len(split(text)) for text in cut] == [android(text) for text in cut]


@pytest.mark.parametrize(
    ("name", "rule", "most"),
    [("twilio", twilio, 15), ("gammu", gammu, 106)],
    ids=["twilio", "gammu"],
)
def test_every_difference_is_one_of_the_clusters_they_know(
    name: str, rule: Callable[[str], int], most: int
) -> None:
    theirs = [int(digit, 36) for digit in OTHERS[name]]
    ours = [len(split(text)) for text in texts()]
    explained = [
        rule(text) if is_cut_in_ucs2(text) else count
        for text, count in zip(texts(), ours, strict=True)
    ]
    assert theirs == explained
    differences = [(one, other) for one, other in zip(ours, theirs, strict=True) if one != other]
    assert len(differences) == most
    assert all(one == other + 1 for one, other in differences)

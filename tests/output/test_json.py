"""JSON over several lines is what json.dumps makes of it, a list one record at a time."""

import io
import json
from collections.abc import Iterator
from typing import Any

from hypothesis import given
from hypothesis import strategies as some

from smsgw_cli.output.json import encoded, rows

TEXT = some.text(some.characters(max_codepoint=0x7E))
VALUES = some.recursive(
    some.none() | some.booleans() | some.integers() | some.floats(allow_nan=False) | TEXT,
    lambda inner: some.lists(inner) | some.dictionaries(TEXT, inner),
)


@given(VALUES)
def test_it_is_laid_out_as_python_does(value: object) -> None:
    assert encoded(value) == json.dumps(value, ensure_ascii=False, indent=2)
    assert encoded(value, indent=None) == json.dumps(value, ensure_ascii=False)


@given(some.lists(some.dictionaries(TEXT, VALUES, max_size=3), max_size=4))
def test_a_list_is_laid_out_as_python_does(records: list[dict[str, Any]]) -> None:
    file = io.StringIO()
    rows(records, (), file)
    assert file.getvalue() == json.dumps(records, ensure_ascii=False, indent=2) + "\n"


def test_a_list_is_written_as_it_comes() -> None:
    file = io.StringIO()
    written: list[str] = []

    def records() -> Iterator[dict[str, int]]:
        for number in range(3):
            written.append(file.getvalue())
            yield {"id": number}

    rows(records(), (), file)
    assert written == [
        "",
        '[\n  {\n    "id": 0\n  }',
        '[\n  {\n    "id": 0\n  },\n  {\n    "id": 1\n  }',
    ]


@given(some.text())
def test_no_text_is_obeyed_by_a_terminal_and_each_is_read_back(text: str) -> None:
    shown = encoded([text])
    assert json.loads(shown) == [text]
    assert not any(0x7F <= ord(each) <= 0x9F or each == "\u202e" for each in shown)

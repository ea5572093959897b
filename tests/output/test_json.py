"""JSON over several lines is what json.dumps makes of it."""

import json

from hypothesis import given
from hypothesis import strategies as some

from smsgw_cli.output.json import encoded

TEXT = some.text(some.characters(max_codepoint=0x7E))
VALUES = some.recursive(
    some.none() | some.booleans() | some.integers() | some.floats(allow_nan=False) | TEXT,
    lambda inner: some.lists(inner) | some.dictionaries(TEXT, inner),
)


@given(VALUES)
def test_it_is_laid_out_as_python_does(value: object) -> None:
    assert encoded(value) == json.dumps(value, ensure_ascii=False, indent=2)
    assert encoded(value, indent=None) == json.dumps(value, ensure_ascii=False)

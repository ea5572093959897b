"""Whatever is in a record reads back from data, and comes out of a table harmless."""

import csv
import io
import json
import re
import unicodedata
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from smsgw_cli.output.cells import JOINERS, text
from tests.output.printing import printed, printed_one

Records = list[dict[str, Any]]

TEXTS = st.text(st.characters())  # surrogates too: JSON may name half a pair
NUMBERS = st.integers() | st.floats(allow_nan=False, allow_infinity=False)
PLAIN = st.none() | st.booleans() | NUMBERS | TEXTS
VALUES = st.recursive(
    PLAIN, lambda inner: st.lists(inner) | st.dictionaries(TEXTS, inner), max_leaves=5
)
ESCAPE = re.compile(r"\\(\\|[tnr]|x[0-9a-f]{2}|u[0-9a-f]{4}|U[0-9a-f]{8})")


def as_a_server_says_it(value: Any) -> Any:
    """JSON joins the halves of a surrogate pair, so that they never come to us apart."""
    return json.loads(json.dumps(value))


@st.composite
def record_lists(draw: st.DrawFn) -> Records:
    """Records that all have the same keys, as those of a list have."""
    keys = draw(st.lists(TEXTS, min_size=1, max_size=4, unique=True))
    row = st.fixed_dictionaries(dict.fromkeys(keys, VALUES))
    records: Records = as_a_server_says_it(draw(st.lists(row, min_size=1, max_size=4)))
    return records


def texts(records: Records) -> list[list[str]]:
    """The header and the rows that a file must hold."""
    header = list(records[0])
    return [header, *([text(record[key]) for key in header] for record in records)]


def unescaped(cell: str) -> str:
    return ESCAPE.sub(lambda found: found[0].encode("ascii").decode("unicode_escape"), cell)


def is_harmless(character: str) -> bool:
    obeyed = unicodedata.category(character) in ("Cc", "Cf", "Cs", "Zl", "Zp")
    return character in JOINERS or not obeyed


@given(record_lists())
def test_json_reads_back(records: Records) -> None:
    assert json.loads(printed(records, "json")) == records
    assert json.loads(printed_one(records[0], "json")) == records[0]


@given(record_lists())
def test_ndjson_reads_back_line_by_line(records: Records) -> None:
    lines = printed(records, "ndjson").split("\n")
    assert [json.loads(line) for line in lines[:-1]] == records


@given(record_lists())
def test_csv_reads_back(records: Records) -> None:
    file = io.StringIO(printed(records, "csv"), newline="")
    assert list(csv.reader(file, strict=True)) == texts(records)


@given(record_lists())
def test_tsv_reads_back_and_is_safe_to_look_at(records: Records) -> None:
    lines = printed(records, "tsv").split("\n")[:-1]
    read = [[unescaped(cell) for cell in line.split("\t")] for line in lines]
    assert read == texts(records)
    assert all(is_harmless(each) for line in lines for each in line.replace("\t", ""))


@given(record_lists())
def test_data_holds_nothing_that_utf8_could_not_write_but_halves_of_pairs(records: Records) -> None:
    for format in ("json", "ndjson", "tsv", "table"):
        printed(records, format).encode()
    printed(records, "csv").encode(errors="surrogatepass")


@given(record_lists())
def test_any_table_is_safe_and_has_a_line_a_record(records: Records) -> None:
    lines = printed(records, "table").split("\n")
    assert len(lines) == len(records) + 3  # the header, the rule, and the end of the last line
    assert all(map(is_harmless, "".join(lines)))


@given(record_lists())
def test_one_thing_in_a_table_is_safe(records: Records) -> None:
    assert all(map(is_harmless, printed_one(records[0], "table").replace("\n", "")))


@given(record_lists())
def test_no_cell_of_csv_for_spreadsheets_begins_like_a_formula(records: Records) -> None:
    file = io.StringIO(printed(records, "excel").removeprefix("\ufeff"), newline="")
    values = [record[key] for record in records for key in records[0]]
    cells = [cell for row in list(csv.reader(file, strict=True))[1:] for cell in row]
    for value, cell in zip(values, cells, strict=True):
        assert not isinstance(value, str) or cell[:1] not in tuple("=+-@\t\r\n＝＋－＠")

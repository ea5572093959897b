"""Placeholders of a mailing: filled whole or refused, and nothing else in a text changes."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from smsgw_cli.errors import Usage
from smsgw_cli.messages.mailing.template import Template, parsed
from smsgw_cli.sandbox.server import Gateway
from tests.conftest import Run

COLUMNS = ("name", "company")
CELLS = {"name": "Ann", "company": ""}


def template(text: str) -> Template:
    return parsed(text, lambda name: name.strip() if name.strip() in COLUMNS else None, COLUMNS)


@pytest.mark.parametrize(
    ("text", "filled"),
    [
        ("Hi {name}", "Hi Ann"),
        ("Hi {{name}}, {{ name }}", "Hi Ann, Ann"),
        ("{company|there}", "there"),
        ("{company|}", ""),
        ("{company|default}", "default"),
        ("{{company|there}}", "there"),
        ("{company|{name}}", "Ann"),
        ("{company|{company|there}}", "there"),
        ("{{company|{{company|you {name}}}}}", "you Ann"),
        ("{company|{{ok}}}", "{ok}"),
        ('{{"a":1}} {name}', '{"a":1} Ann'),
        ('{{"a":{{"b":"{name}"}}}}', '{"a":{"b":"Ann"}}'),
        ("{{{name}}}", "{Ann}"),
        ("{{nmae}}", "{nmae}"),
        (":-}}", ":-}"),
        ("a | b", "a | b"),
    ],
)
def test_a_text_is_filled(text: str, filled: str) -> None:
    assert template(text).fill(CELLS.__getitem__) == filled


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("Hi {nmae}", "contains {nmae}, but"),
        ('{"a":1}', 'contains {"a":1}, but'),
        ("{}", "contains {}, but"),
        ("{nmae|{name}}", "contains {nmae|…}, but"),
        ("Hi {name", "a single {"),
        ("Hi {{name}", "a single }"),
        ("Hi name}", "a single }"),
        ("{company|there", "a { that is not closed"),
        ("{{company|there", "a {{ that is not closed"),
        ("{company|{nmae}}", "contains {nmae}, but"),
        ("{company}", "company is empty"),
        ("{company|{company}}", "company is empty"),
        ("{name|" * 2_000, "too many nested defaults"),
        ("{{ company | default: 'there' }}", "a filter in braces; write {company|default}"),
        ("{{company|default('there')}}", "a filter in braces"),
    ],
)
def test_what_is_left_in_braces_is_refused(text: str, said: str) -> None:
    with pytest.raises(Usage) as refused:
        template(text).fill(CELLS.__getitem__)
    assert said in refused.value.message


PIECES = ["{", "}", "{{", "}}", "|", " ", '"a":1', "name", "company", "Ann"]


@given(st.lists(st.sampled_from(PIECES)).map("".join))
def test_a_text_with_braces_is_understood_or_refused(text: str) -> None:
    try:
        found = template(text)
    except Usage:
        assert {"{", "}"} & set(text)
    else:
        assert set(found.columns) <= set(COLUMNS)
        assert found.literal.count("{") <= text.count("{{")


LITERALS = st.text('ax|:, \n"').map(lambda text: (text, text))
"""Pairs of what is written and what it is when it is filled."""
BRACES = st.sampled_from([("{{", "{"), ("}}", "}")])
FILLED = st.sampled_from([("{name}", "Ann {name}"), ("{{name}}", "Ann {name}")])


def joined(parts: list[tuple[str, str]]) -> tuple[str, str]:
    return "".join(each for each, _ in parts), "".join(each for _, each in parts)


def with_default(default: tuple[str, str]) -> st.SearchStrategy[tuple[str, str]]:
    written, filled = default
    return st.sampled_from(["{company|%s}", "{{company|%s}}"]).map(
        lambda it: (it % written, filled)
    )


DEFAULTS = st.recursive(
    LITERALS | FILLED | LITERALS.map(lambda each: ("{{" + each[0] + "}}", "{" + each[1] + "}")),
    lambda inner: st.lists(inner, max_size=3).map(joined).flatmap(with_default),
)


@given(st.lists(LITERALS | BRACES | FILLED | DEFAULTS.flatmap(with_default)).map(joined))
def test_whatever_is_written_in_braces_is_filled_and_no_literal_changes(
    text: tuple[str, str],
) -> None:
    written, filled = text
    assert template(written).fill({"name": "Ann {name}", "company": " "}.__getitem__) == filled


@given(st.text())
def test_a_text_without_braces_is_itself(text: str) -> None:
    plain = text.replace("{", "").replace("}", "")
    assert template(plain).fill(CELLS.__getitem__) == plain


@given(st.text())
def test_a_text_with_doubled_braces_is_that_with_single_ones(text: str) -> None:
    doubled = text.replace("{", "{{").replace("}", "}}")
    if not any(each in text for each in COLUMNS):
        assert template(doubled).fill(CELLS.__getitem__) == text


@pytest.fixture
def people(home: Path) -> Path:
    path = home / "people.csv"
    path.write_text("phone,First Name,note\n+12025550123,Ann {code},7\n+12025550124,,8\n")
    return path


def sent(server: Gateway) -> dict[str, str]:
    return {row["to_number"]: row["content"] for row in server.store.rows("messages")}


def test_braces_of_a_cell_are_data(run: Run, server: Gateway, people: Path) -> None:
    run(f"messages send --csv {people} -m", "Hi {{first_name|{first_name|you}}} {{{note}}}")
    assert sent(server) == {
        "+12025550123": "Hi Ann {code} {7}",
        "+12025550124": "Hi you {8}",
    }


def test_the_refusal_of_braces_shows_how_to_write_them(
    run: Run, server: Gateway, people: Path
) -> None:
    for command in ("send", "preview"):
        refused = run(f"messages {command} --csv {people} -m", 'Hi {"a":1}', code=2).stderr
        assert 'braces in the text are doubled: {{"a":1}}' in refused
        assert "columns: phone, First Name, note" in refused
    refused = run(f"messages send --csv {people} -m", "Hi {first_nam|you}", code=2).stderr
    assert "did you mean First Name?" in refused
    refused = run(f"messages send --csv {people} -m", "Hi }", code=2).stderr
    assert "write }} for a brace in the text" in refused
    assert server.requests == []


def test_what_looks_like_a_placeholder_and_is_none_is_told(
    run: Run, server: Gateway, people: Path
) -> None:
    told = run(f"messages send --csv {people} -m", "Hi {{frist_name}} {{note}}").stderr
    assert "{frist_name} is sent literally: the file has no such column" in told
    assert sent(server)["+12025550123"] == "Hi {frist_name} 7"


def test_a_text_without_a_file_keeps_its_braces_and_says_what_fills_them(
    run: Run, server: Gateway
) -> None:
    told = run("messages send --to +12025550123 -m", "Hi {name} {{x}}").stderr
    assert sent(server) == {"+12025550123": "Hi {name} {{x}}"}
    assert "smsgw contacts export LIST | smsgw messages send --csv -" in told


def test_the_pipe_that_is_named_fills_placeholders_for_a_list(run: Run, server: Gateway) -> None:
    run("contact-lists create People")
    run("fields create People 'First name'")
    run("contacts create People +12025550123 --field first_name=Ann")
    run("contacts create People +12025550124")
    exported = run("contacts export People").stdout
    run("messages send --csv - -m 'Hi {first_name|you}'", input=exported)
    assert sent(server) == {"+12025550123": "Hi Ann", "+12025550124": "Hi you"}


def test_a_template_with_doubled_braces_is_the_same_mailing(
    run: Run, server: Gateway, people: Path
) -> None:
    run(f"messages send --csv {people} -m", "Hi {note}")
    again = run(f"messages send --csv {people} -m", "Hi {{note}}", code=2).stderr
    assert "nothing to send" in again
    assert len(sent(server)) == 2

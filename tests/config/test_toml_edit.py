"""A file in whatever layout is changed where it has to be, and nowhere else."""

import re
import tomllib
from copy import deepcopy
from typing import Any

import pytest
import tomli_w
from hypothesis import assume, given, reject
from hypothesis import strategies as st

from smsgw_cli.config.toml_edit import Document, edited

LAYOUTS = {
    "tables": """
default = "a" # the first

# about a
[profiles.a]
server = "x" # here
# region = "DE"

# section of b

# about b
[profiles.b]
server = 'y'

# about others
[other]
k = [1, # one
     2]
# the end
""",
    "one table": """
[profiles]
# in it
a = { server = "x" } # a
b = { server = "y" } # b
# end
""",
    "inline": 'profiles = { a = { server = "x" }, b = { server = "y" } } # both\n',
    "dotted": """
# top
profiles.a.server = "x" # a
profiles.b.server = "y" # b
# end
""",
    "dotted in a table": """[profiles]
a.server = "x" # a
b.server = "y" # b

# end
""",
    "mixed": """[profiles]
a.server = "x" # a
# end
[profiles.b] # b
server = "y"
""",
    "apart": """[profiles.a]
server = "x" # a

# of k
[other]
k = 1 # k

# b
[profiles.b]
server = "y" # y

# balances
[[balance]]
carrier = "x" # x
[[balance]]
carrier = "y"
""",
    "nested": """[profiles]
# in it
[profiles.a]
server = "x"
  [profiles.b] # b
  server = "y" # y
  [profiles.b.check] # c
  queue = "5/10" # q
""",
    "quoted": """[ profiles . 'a' ] # q
  server   =  "x"   # s
["profiles".b]
\tserver='y'
""",
    "long texts": '''[profiles.a]
server = "x"
token_command = """
# not a comment

[profiles.b]
"""
[profiles.b]
server = "y"
list = [
[1, 2]
]
''',
    "no line end": '[profiles.a]\nserver = "x"\n[profiles.b]\nserver = "y" # last',
    "headers alone": "# top\n\n[profiles.a]\n[profiles.b]\n",
}


def change_key(document: Document) -> None:
    document["profiles"]["a"]["server"] = "changed"


def add_key(document: Document) -> None:
    document["profiles"]["a"]["region"] = "US"


def add_profile(document: Document) -> None:
    document["profiles"]["c d"] = {"server": "z", "retries": 3}
    document["default"] = "c d"


def set_default(document: Document) -> None:
    document["default"] = "b"


def remove_added(document: Document) -> None:
    del document["profiles"]["a"]["region"]


def remove_first(document: Document) -> None:
    del document["profiles"]["a"]


def remove_second(document: Document) -> None:
    del document["profiles"]["b"]


KEEPING = [change_key, add_key, add_profile, set_default]
REMOVING = [remove_first, remove_second]


def comments(text: str) -> set[str]:
    return {line[line.index("#") :] for line in text.splitlines() if "#" in line}


def changed(text: str, edit: Any) -> str:
    document = tomllib.loads(text)
    edit(document)
    result = edited(text, document)
    assert tomllib.loads(result) == document
    return result


@pytest.mark.parametrize("layout", LAYOUTS)
@pytest.mark.parametrize("edit", KEEPING)
def test_a_change_keeps_every_comment_in_every_layout(layout: str, edit: Any) -> None:
    text = LAYOUTS[layout]
    assert comments(changed(text, edit)) == comments(text)


@pytest.mark.parametrize("layout", LAYOUTS)
@pytest.mark.parametrize("edit", REMOVING)
def test_a_removal_takes_its_own_comments_and_no_other(layout: str, edit: Any) -> None:
    text = LAYOUTS[layout]
    kept = comments(changed(text, edit))
    assert kept <= comments(text)
    if edit is remove_first and layout == "tables":
        assert comments(text) - kept == {"# about a", "# here", '# region = "DE"'}
    if edit is remove_second and layout == "apart":
        assert comments(text) - kept == {"# b", "# y"}


@pytest.mark.parametrize("layout", LAYOUTS)
def test_no_change_changes_nothing(layout: str) -> None:
    text = LAYOUTS[layout]
    assert changed(text, lambda _: None).rstrip("\n") == text.rstrip("\n")


@pytest.mark.parametrize("layout", LAYOUTS)
@pytest.mark.parametrize("edit", [*KEEPING, *REMOVING])
def test_line_ends_of_windows_stay(layout: str, edit: Any) -> None:
    text = LAYOUTS[layout]
    if "\n" in text:
        windows = changed(text.replace("\n", "\r\n"), edit)
        assert windows.replace("\r\n", "\n") == changed(text, edit)
        assert "\n" not in windows.replace("\r\n", "")


def test_what_is_added_to_a_table_stands_with_its_keys() -> None:
    text = changed(LAYOUTS["tables"], add_key)
    assert 'server = "x" # here\n# region = "DE"\nregion = "US"\n\n# section of b\n' in text


@pytest.mark.parametrize("layout", LAYOUTS)
def test_what_was_added_can_be_taken_out_again(layout: str) -> None:
    text = LAYOUTS[layout]
    again = changed(changed(text, add_key), remove_added)
    assert again.split() == text.split()


def test_a_new_file_is_written_whole() -> None:
    assert edited("", {"default": "a"}) == 'default = "a"\n'


names = st.sampled_from(["a", "b", "c", "x y", "ü", "1"])
values = st.one_of(
    st.text(st.characters(exclude_categories=["Cs"]), max_size=8),
    st.integers(-9, 9),
    st.booleans(),
    st.lists(st.integers(0, 9), max_size=3),
)
profile = st.dictionaries(st.sampled_from(["server", "region", "k1", "k2"]), values, max_size=3)


def lines_of(name: str, table: Document, style: str) -> list[str]:
    """A profile in a layout; or something else of that style."""
    key = tomli_w.dumps({name: 1}).split(" = ")[0]
    pairs = [tomli_w.dumps({key: each}).strip().replace("\n", " ") for key, each in table.items()]
    match style:
        case "table":
            return [f"[profiles.{key}]", *pairs]
        case "inline":
            return [f"profiles.{key} = {{ {', '.join(pairs)} }}"]
        case "dotted":
            return [f"profiles.{key}.{line}" for line in pairs]
        case _:
            return [style]


styles = st.sampled_from(["table", "dotted", "inline", "[other]", "[[others]]", "[other.one]"])
above = st.lists(st.booleans(), max_size=3)


@st.composite
def files(draw: st.DrawFn) -> tuple[str, Document]:
    """A file of profiles, each in a layout of its own, with comments wherever they may be."""
    count = iter(range(1000))

    def comment(wanted: bool) -> str:
        return f"# c{next(count)}#" if wanted else ""

    lines: list[str] = []
    for name, table in draw(st.dictionaries(names, profile, max_size=4)).items():
        for line in lines_of(name, table, draw(styles)):
            lines += map(comment, draw(above))
            lines.append(f"{line}  {comment(draw(st.booleans()))}")
    text = "\n".join([*lines, *map(comment, draw(above))])
    try:
        document = tomllib.loads(text)
    except tomllib.TOMLDecodeError:
        reject()
    document.setdefault("profiles", {})
    return text, document


@given(files(), st.data())
def test_any_layout_is_changed_without_losing_a_comment(
    found: tuple[str, Document], data: st.DataObject
) -> None:
    text, old = found
    new = deepcopy(old)
    name = data.draw(names)
    table = new["profiles"].setdefault(name, {"server": "new"})
    assume(isinstance(table, dict))
    table["region"] = data.draw(values)
    result = edited(text, new)
    assert tomllib.loads(result) == new
    assert re.findall(r"# c[0-9]+#", text) == sorted(
        re.findall(r"# c[0-9]+#", result), key=lambda each: int(each[3:-1])
    )


@given(files(), st.data())
def test_a_profile_is_removed_from_any_layout(
    found: tuple[str, Document], data: st.DataObject
) -> None:
    text, old = found
    new = deepcopy(old)
    assume(bool(new["profiles"]))
    del new["profiles"][data.draw(st.sampled_from(sorted(new["profiles"])))]
    assert tomllib.loads(edited(text, new)) == new

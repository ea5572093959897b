"""Who may import whom: the house's own rule, kept by looking at every import statement."""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

import smsgw_cli

ROOT = Path(smsgw_cli.__file__).parent
ROOMS = ("api", "bulk", "commands", "output", "reporting", "sandbox", "sending", "text")
MODULES = sorted(ROOT.rglob("*.py"))

# A room, or a file that is none's, and what of ours it may import.
FOUNDATION = {
    "errors",
    "resource",
    "redact",
    "servers",
    "numbers",
    "arguments",
    "fieldvalues",
    "wholefile",
    "places",
    "database",
    "text",
    "wording",
}
MAY_IMPORT: dict[str, set[str]] = {
    "errors": set(),
    "redact": set(),
    "text": set(),
    "wording": set(),
    "sandbox": set(),
    "resource": {"errors"},
    "servers": {"errors"},
    "offers": {"output", "resource"},
    "completing": {"commands", "errors", "offers", "places", "profiles", "resource", "session"},
    "numbers": {"errors"},
    "wholefile": set(),
    "database": {"places"},
    "configfile": {"errors"},
    "configedit": {"configfile", "errors", "wholefile"},
    "fieldvalues": {"errors", "resource"},
    "settings": {"errors", "servers", "output"},
    "arguments": {"errors"},
    "profiles": {"errors", "configfile", "places", "settings"},
    "output": {"errors", "redact"},
    "api": {"errors", "redact", "servers", "profiles"},
    "bulk": FOUNDATION | {"wholefile"},
    "sending": FOUNDATION | {"bulk"},
    "reporting": FOUNDATION | {"sending"},
    "embedded": {"errors", "places", "sandbox"},
}
# What only one room may import of others' libraries.
ONLY_IN = {
    "httpx": {"api"},
    "rich": {"output"},
    "jmespath": {"output"},
    "uvicorn": {"sandbox"},
    "httptools": {"sandbox"},
    "phonenumbers": {"numbers"},
    "filelock": {"configedit", "sending", "bulk"},
    "tomli_w": {"configedit"},
}
TYPER = {"app", "session", "group", "crud", "parameters", "commands"}


def room(path: Path) -> str:
    relative = path.relative_to(ROOT)
    return relative.parts[0].removesuffix(".py")


def imports(path: Path) -> Iterator[tuple[str, bool]]:
    """What a file imports, and whether that is only for types."""
    tree = ast.parse(path.read_text())
    for_types = {
        id(inner)
        for node in ast.walk(tree)
        if isinstance(node, ast.If) and ast.unparse(node.test) == "TYPE_CHECKING"
        for inner in ast.walk(node)
    }
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from ((alias.name, id(node) in for_types) for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            if node.module == "smsgw_cli":
                yield from (
                    (f"smsgw_cli.{each.name}", id(node) in for_types) for each in node.names
                )
            else:
                yield node.module or "", id(node) in for_types


@pytest.mark.parametrize("path", MODULES, ids=lambda path: str(path.relative_to(ROOT)))
def test_a_room_imports_only_what_it_may(path: Path) -> None:
    here = room(path)
    if here not in MAY_IMPORT:
        return
    ours = {
        name.split(".")[1]
        for name, _ in imports(path)
        if name.startswith("smsgw_cli.") and name != "smsgw_cli.__version__"
    }
    assert ours - {here} <= MAY_IMPORT[here]


@pytest.mark.parametrize("path", MODULES, ids=lambda path: str(path.relative_to(ROOT)))
def test_a_library_is_imported_only_where_it_belongs(path: Path) -> None:
    here = room(path)
    for name, for_types in imports(path):
        library = name.split(".")[0]
        if library in ONLY_IN and not for_types:
            assert here in ONLY_IN[library], f"{library} in {here}"
        if library == "typer":
            assert here in TYPER
            assert name in ("typer", "typer.core", "typer.main"), "Typer's private Click"
        assert library != "click"


@pytest.mark.parametrize("path", MODULES, ids=lambda path: str(path.relative_to(ROOT)))
def test_imports_stand_at_the_top_but_for_the_three_lazy_places(path: Path) -> None:
    tree = ast.parse(path.read_text())
    inside = [
        node
        for function in ast.walk(tree)
        if isinstance(function, ast.FunctionDef)
        for node in ast.walk(function)
        if isinstance(node, ast.Import | ast.ImportFrom)
    ]
    assert not inside or room(path) in ("session", "__main__")


@pytest.mark.parametrize("path", MODULES, ids=lambda path: str(path.relative_to(ROOT)))
def test_every_module_says_in_a_line_what_it_is_for(path: Path) -> None:
    told = ast.get_docstring(ast.parse(path.read_text()))
    assert told
    assert len(told.splitlines()[0]) > 10

"""Which room may import which: our own rules, kept by reading every import statement."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import smsgw_cli
from smsgw_cli import model

ROOT = Path(smsgw_cli.__file__).parent
MODULES = sorted(ROOT.rglob("*.py"))

# Every room, and which rooms it may import. Rooms further down may only be imported by those
# further up, so this list is the order of the floors, ground floor first.
BASE = {"errors", "model", "redact", "wording"}
MAY_IMPORT: dict[str, set[str]] = {
    "errors": set(),
    "model": set(),
    "redact": set(),
    "wording": set(),
    "sandbox": set(),
    "sms": BASE,
    "output": BASE | {"sms"},
    "storage": BASE,
    "config": BASE | {"output", "sms", "storage"},
    "tables": BASE | {"sms", "storage"},
    "api": BASE | {"config", "sandbox", "storage"},
    "engine": BASE | {"api"},
    "contacts": BASE | {"api", "config", "engine", "sms", "storage", "tables"},
    "campaigns": BASE | {"api", "config", "sms", "storage"},
    "messages": BASE | {"api", "campaigns", "config", "engine", "sms", "storage", "tables"},
    "fleet": BASE | {"api", "campaigns", "config", "messages", "sms", "storage"},
    "backup": BASE
    | {"api", "config", "contacts", "engine", "messages", "output", "sms", "storage", "tables"},
    "cli": BASE | {"api", "config", "engine", "output", "sms", "storage", "tables"},
    "commands": BASE
    | {"api", "backup", "campaigns", "cli", "config", "contacts", "engine", "fleet", "messages"}
    | {"output", "sms", "storage", "tables"},
    "app": BASE | {"cli", "commands", "output"},
    "__main__": {"app", "cli", "commands", "output"},
    "__init__": set(),
}
# Libraries that only some rooms may import.
ONLY_IN = {
    "chardet": {"tables"},
    "filelock": {"storage"},
    "httpcore": {"api"},
    "httpx": {"api"},
    "httptools": {"sandbox"},
    "jmespath": {"output"},
    "phonenumbers": {"sms"},
    "python_calamine": {"tables"},
    "regex": {"sms"},
    "rich": {"output"},
    "sqlite3": {"sandbox", "storage"},
    "tomli_w": {"config"},
    "tomlkit": {"config"},
    "typer": {"app", "cli", "commands"},
    "uvicorn": {"sandbox"},
}
PUBLIC_TYPER = {"typer", "typer.core", "typer.main"}
MODULE_NAME = re.compile(r"smsgw_cli(\.\w+)+")
LAZY = {
    "__main__.py",
    "cli/session",
    "config/editor.py",
}  # where imports may stand inside functions


def relative(path: Path) -> str:
    return str(path.relative_to(ROOT))


def room(path: Path) -> str:
    return path.relative_to(ROOT).parts[0].removesuffix(".py")


def imports(path: Path) -> Iterator[str]:
    """The modules that a file imports, those for types, and those imported by name, included."""
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module == "smsgw_cli":
            yield from (f"smsgw_cli.{each.name}" for each in node.names)
        elif isinstance(node, ast.ImportFrom):
            yield node.module or ""
        elif isinstance(node, ast.Constant) and MODULE_NAME.fullmatch(str(node.value)):
            yield str(node.value)  # imported by its name, when it is used


def test_a_room_imports_only_what_it_may() -> None:
    offenders = [
        f"{relative(path)} imports {name}"
        for path in MODULES
        for name in imports(path)
        if name.startswith("smsgw_cli.") and name != "smsgw_cli.__version__"
        if name.split(".")[1] not in MAY_IMPORT[room(path)] | {room(path)}
    ]
    assert not offenders


def test_a_library_is_imported_only_where_it_belongs() -> None:
    offenders = [
        f"{relative(path)} imports {name}"
        for path in MODULES
        for name in imports(path)
        for library in [name.split(".")[0]]
        if room(path) not in ONLY_IN.get(library, {room(path)})
        or library == "click"
        or (library == "typer" and name not in PUBLIC_TYPER)
    ]
    assert not offenders


def test_imports_stand_at_the_top_of_a_module() -> None:
    offenders = [
        f"{relative(path)}:{node.lineno}"
        for path in MODULES
        if not relative(path).startswith(tuple(LAZY))
        for function in ast.walk(ast.parse(path.read_text()))
        if isinstance(function, ast.FunctionDef)
        for node in ast.walk(function)
        if isinstance(node, ast.Import | ast.ImportFrom)
    ]
    assert not offenders


def test_every_module_says_in_a_line_what_it_is_for() -> None:
    offenders = [
        relative(path)
        for path in MODULES
        if len((ast.get_docstring(ast.parse(path.read_text())) or "").partition("\n")[0]) <= 10
    ]
    assert not offenders


WORDS = {
    getattr(model, name)
    for name in vars(model)
    if name.isupper() and isinstance(getattr(model, name), str)
} - {"Sent", "Delivered", "Failed", "SMS"}  # these are headings of reports too, and a noun
COUNTS = "messages/preview_text.py"  # what is counted as subscribed, no key of a contact


def test_the_words_of_the_gateway_stand_in_one_module() -> None:
    """Statuses, kinds of messages and built-in keys; the sandbox imports nothing of ours."""
    offenders = [
        f"{relative(path)}:{node.lineno} says {node.value!r}"
        for path in MODULES
        if room(path) not in ("model", "sandbox") and relative(path) != COUNTS
        for node in ast.walk(ast.parse(path.read_text()))
        if isinstance(node, ast.Constant) and node.value in WORDS
    ]
    assert not offenders

"""Makes man pages of the texts of `smsgw help`, while a wheel is built."""

import re
import tempfile
from collections.abc import Iterator, Mapping
from pathlib import Path
from textwrap import dedent, fill
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface

ESCAPES = {"\\": r"\e", "-": r"\-", "'": r"\(aq", "`": r"\(ga", "^": r"\(ha", "~": r"\(ti"}
# What is filled; anything else below a heading stands as it is.
SENTENCES = re.compile(r"(?:[A-Z][\w=]*|['-]+\w\S*)[ ,.](?:(?!\S {2}).)*[.:]", re.DOTALL)
HEADED = re.compile(r"(?s)(\S(?:(?! {2})[^\n])*)\n( .*)")
HELP = re.compile(r"Usage: (.*?)\n\n(.*?)\n(\n.*|)", re.DOTALL)


class ManPages(BuildHookInterface):  # type: ignore[type-arg]
    """Adds the pages to the wheel's share/man."""

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        self.folder = tempfile.TemporaryDirectory()
        about = f'"{_date(self.root)}" "smsgw {self.metadata.version}"'
        for (name, section), page in pages(Path(self.root, "smsgw_cli")).items():
            path = Path(self.folder.name, f"{name}.{section}")
            path.write_text(f".TH {name.upper()} {section} {about}\n{page}", encoding="ascii")
            build_data["shared_data"][str(path)] = f"share/man/man{section}/{path.name}"

    def finalize(self, version: str, build_data: dict[str, Any], artifact_path: str) -> None:
        self.folder.cleanup()


def pages(package: Path) -> Mapping[tuple[str, int], str]:
    """All pages by name and section, without their title."""
    helps = _helps((package / "cli" / "help.txt").read_text(encoding="utf-8"))
    topics = sorted((package / "commands" / "topics").glob("*.txt"))
    names = [words for words in helps if words and " " not in words]
    others = [f"smsgw-{name}(1)" for name in names] + [f"smsgw-{each.stem}(7)" for each in topics]
    found = {("smsgw", 1): _page("smsgw", _command([""], helps), others)}
    for name in names:
        words = [each for each in helps if each.split()[:1] == [name]]
        found[f"smsgw-{name}", 1] = _page(f"smsgw-{name}", _command(words, helps), ["smsgw(1)"])
    for each in topics:
        text = each.read_text(encoding="utf-8")
        parts = [text.partition(".")[0], ".SH DESCRIPTION", *_blocks(text, ".SH")]
        found[f"smsgw-{each.stem}", 7] = _page(f"smsgw-{each.stem}", parts, ["smsgw(1)"])
    return found


def _date(root: str) -> str:
    """The date of the newest release, as in `## [0.2.0] - 2031-01-01`."""
    return "".join(re.findall(r"(?m)^## .* - (\S+)$", Path(root, "CHANGELOG.md").read_text())[:1])


def _helps(text: str) -> dict[str, str]:
    """The full help of every command that its group names, by its words."""
    texts = dict(re.findall(r"(?ms)^\$ smsgw ?([a-z -]*?) ?--help\n(.*?)(?=^\$ smsgw|\Z)", text))
    return {words: each for words, each in texts.items() if _is_named(words.split(), texts)}


def _is_named(words: list[str], texts: Mapping[str, str]) -> bool:
    return not words or f"\n  {words[-1]} " in texts[" ".join(words[:-1])]


def _command(commands: list[str], helps: Mapping[str, str]) -> Iterator[str]:
    """The purpose and the rest of a page: a command, and those of a group."""
    for words in commands:
        usage, purpose, body = HELP.fullmatch(helps[words]).groups()  # type: ignore[union-attr]
        is_first = words == commands[0]
        if is_first:
            yield re.split(r"\.(?:\s|$)", purpose)[0]
        title = "SYNOPSIS" if is_first else _escaped(words.upper())
        yield from (f".SH {title}", *_verbatim(usage), *[".SH DESCRIPTION"] * is_first)
        yield from _blocks(f"{purpose}\n{body}", ".SH" if is_first else ".SS")


def _page(name: str, parts: Iterator[str] | list[str], others: list[str]) -> str:
    purpose, *body = parts
    lines = [".SH NAME", _filled(f"{name} - {purpose.strip()}"), *body, ".SH SEE ALSO"]
    whole = "\n".join([*lines, _filled(", ".join(others)), ""])
    return re.sub(r"(?m)^(\.S[HS] .*\n)\.PP\n", r"\1", whole)


def _blocks(text: str, heading: str) -> Iterator[str]:
    """Paragraphs, and what stands below a line of its own."""
    for block in re.split(r"\n{2,}", text.strip("\n")):
        title, below = match.groups() if (match := HEADED.fullmatch(block)) else ("", block)
        below = dedent(below).rstrip()
        if title:
            yield f"{heading} {_escaped(title.rstrip(':'))}"
        if SENTENCES.fullmatch(below) or (block == below and "  " not in block):
            yield from (".PP", _filled(below))
        elif title.endswith(":") and title != "Examples:":
            yield from _rows(below)
        else:
            yield from _verbatim(below)


def _rows(text: str) -> Iterator[str]:
    """A table of names and what they mean, which may be on the lines below."""
    for row in re.split(r"\n(?! )", text):
        name, *meaning = re.split(r" {2,}|\n +", row)
        yield from (".TP", rf"\fB{_escaped(name)}\fR", _filled(" ".join(meaning)))


def _verbatim(text: str) -> Iterator[str]:
    yield from (".PP", ".nf", ".RS 4", _guarded(_escaped(text)), ".RE", ".fi")


def _filled(text: str) -> str:
    lines = fill(_escaped(text), 80, break_long_words=False, break_on_hyphens=False)
    return _guarded(lines)


def _escaped(text: str) -> str:
    """Text of which roff makes nothing else."""
    text = "".join(ESCAPES.get(each, each) for each in text)
    return re.sub(r"[^\x00-\x7f]", lambda match: rf"\[u{ord(match[0]):04X}]", text)


def _guarded(lines: str) -> str:
    """Lines of which none is a request."""
    return re.sub(r"(?m)^(?=\.)", r"\\&", lines)

"""Templates of mailings: {column}, {column|default}, and doubled braces for single ones."""

import re
from collections.abc import Callable, Iterator, Sequence
from typing import NamedTuple

from smsgw_cli.errors import Usage
from smsgw_cli.wording import suggestion

_NAME = re.compile(r"[^{}|]+")
_LITERAL = re.compile(r"[^{}]+")
_FILTER = re.compile(r"\s*default\s*[:(]")  # of Liquid and Jinja, whose braces are double
_UNKNOWN = re.compile(r"\{([^{}|]*)[|}]")
MOST_COLUMNS = 20  # in a hint
_OPENING = {"}": "{", "}}": "{{"}

Resolve = Callable[[str], str | None]
"""The column of a name in a template, or None."""
Text = Callable[[str], str]
"""The text of a row in a column."""


class Placeholder(NamedTuple):
    """A column whose value is filled in, or `default` where that is empty."""

    column: str
    default: "Template | None" = None

    def fill(self, text_in: Text) -> str:
        value = text_in(self.column).strip()
        if value:
            return value
        if self.default is None:
            raise Usage(f"{self.column} is empty")
        return self.default.fill(text_in)


class Template(NamedTuple):
    """Literal texts and placeholders, in order."""

    parts: tuple[str | Placeholder, ...]

    def fill(self, text_in: Text) -> str:
        """The text for a row, whose values are not searched for placeholders.

        Raises Usage for an empty value without a default.
        """
        return "".join(each if isinstance(each, str) else each.fill(text_in) for each in self.parts)

    @property
    def literal(self) -> str:
        """The text between the placeholders."""
        return "".join(each for each in self.parts if isinstance(each, str))

    @property
    def columns(self) -> Iterator[str]:
        """The columns of all placeholders, those in defaults too."""
        for each in self.parts:
            if isinstance(each, Placeholder):
                yield each.column
                yield from each.default.columns if each.default else ()


def parsed(text: str, resolve: Resolve, columns: Sequence[str]) -> Template:
    """A template as people write it; `columns` are for the hint of an error.

    `{name}` is a placeholder, `{name|default}` one with a default, which may hold others. Doubled
    braces are single ones (as in Python's format strings), but for `{{name}}` and
    `{{name|default}}` with the name of a column (as in Mustache). Raises Usage for other braces.
    """
    try:
        return Template(tuple(_Parser(text, resolve, columns).parts()))
    except RecursionError:
        raise Usage("the message has too many nested defaults") from None


class _Parser:
    """A recursive descent; `_at` is the position of the next character."""

    def __init__(self, text: str, resolve: Resolve, columns: Sequence[str]) -> None:
        self._text = text
        self._resolve = resolve
        self._columns = columns
        self._at = 0

    def parts(self, closing: str = "") -> Iterator[str | Placeholder]:
        """The parts up to the end of the text, or for a default up to `closing`."""
        depth = 0  # of doubled braces, which do not end a default
        while self._at < len(self._text):
            if closing and not depth and self._skip(closing):
                return
            part = self._part()
            depth = max(0, depth + (part == "{") - (part == "}"))
            yield part
        if closing:
            raise Usage(f"the message has a {_OPENING[closing]} that is not closed")

    def _part(self) -> str | Placeholder:
        start = self._at
        if self._skip("{{"):
            return self._placeholder("}}") or "{"
        if self._skip("}}"):
            return "}"
        if self._skip("{") and (found := self._placeholder("}")):
            return found
        self._at = start
        return self._matched(_LITERAL) or self._refuse()

    def _placeholder(self, closing: str) -> Placeholder | None:
        """The placeholder up to `closing`, or None."""
        start = self._at
        column = self._resolve(self._matched(_NAME))
        if column is not None and self._skip(closing):
            return Placeholder(column)
        if column is not None and self._skip("|"):
            return Placeholder(column, self._default(column, closing))
        self._at = start
        return None

    def _default(self, column: str, closing: str) -> Template:
        if self._matched(_FILTER):
            raise Usage(f"the message has a filter in braces; write {{{column}|default}}")
        return Template(tuple(self.parts(closing)))

    def _refuse(self) -> str:
        found = _UNKNOWN.match(self._text, self._at)
        if found is None:
            single = self._text[self._at]
            hint = f"write {single * 2} for a brace in the text"
            raise Usage(f"the message contains a single {single}", hint=hint)
        shown = found[0] if found[0].endswith("}") else f"{found[0]}…}}"
        raise Usage(
            f"the message contains {shown}, but the file has no such column",
            hint=f"{suggestion(found[1], self._columns, _listed(self._columns))}; "
            f"braces in the text are doubled: {{{shown}}}",
        )

    def _matched(self, pattern: re.Pattern[str]) -> str:
        """Consume and return what matches next in the text, if anything does."""
        found = pattern.match(self._text, self._at)
        self._at = found.end() if found else self._at
        return found[0] if found else ""

    def _skip(self, token: str) -> bool:
        """Consume this if it is next in the text; return whether it was."""
        is_next = self._text.startswith(token, self._at)
        self._at += len(token) * is_next
        return is_next


def _listed(columns: Sequence[str]) -> str:
    more = len(columns) - MOST_COLUMNS
    return f"columns: {', '.join(columns[:MOST_COLUMNS])}" + (
        f" and {more} more" if more > 0 else ""
    )

"""The sections of a help page."""

import re
from collections.abc import Iterable
from typing import Any

BOTH_FORMS = re.compile(r"--(\S+) / --no-\1")  # of a flag that can be negated
WIDEST_WORDS = 28  # of an option that stands on one line with its help


def write_common_options(formatter: Any) -> None:
    formatter.write_paragraph()
    formatter.write_text("Options of every command: smsgw help options")


def write_sections(ctx: Any, formatter: Any, params: Iterable[Any]) -> None:
    """Write the arguments and options, each under the heading of its section."""
    sections: dict[str, list[tuple[str, str]]] = {}
    for param in params:
        record = param.get_help_record(ctx)
        if record:
            is_argument = param.param_type_name == "argument"
            title = "Arguments" if is_argument else param.rich_help_panel or "Options"
            words = BOTH_FORMS.sub(r"--[no-]\1", record[0])
            sections.setdefault(title, []).append((words, record[1]))
    widths = [len(words) for records in sections.values() for words, _ in records]
    width = max((each for each in widths if each <= WIDEST_WORDS), default=0)
    for title, records in sections.items():
        with formatter.section(title):
            formatter.write_dl([(words.ljust(width), text) for words, text in records])

"""Building blocks of a report's page: sections, legends, tables."""

from collections.abc import Iterable, Sequence
from typing import Any
from xml.etree.ElementTree import Element

from smsgw_cli.output.report import svg
from smsgw_cli.output.report.markup import Child, element


def section(title: str, text: str | None, chart: Element | None, *more: Child) -> Element:
    return element(
        "section",
        element("h2", title),
        element("p", text, class_="soft") if text else None,
        element("div", chart, class_="chart") if chart is not None else None,
        *more,
    )


def legend(*names: str) -> Element:
    return element("ul", *(element("li", _key(name), name) for name in names), class_="legend")


def _key(name: str) -> Element:
    return element("span", class_=f"key {svg.kind(name)}", aria_hidden="true")


def keyed(name: str) -> Element:
    return element("span", _key(name), name)


def folded(table: Element) -> Element:
    return element("details", element("summary", "The numbers"), table)


def table(caption: str, heads: Sequence[str], rows: Iterable[Sequence[Any]]) -> Element:
    """A table with row headers in the first column."""
    body = element("tbody", *map(_table_row, rows))
    head = element("tr", *(element("th", each, scope="col") for each in heads))
    made = element("table", element("caption", caption), element("thead", head), body)
    return element("div", made, class_="scroll")


def _table_row(cells: Sequence[Any]) -> Element:
    first, *others = cells
    return element("tr", element("th", first, scope="row"), *(element("td", x) for x in others))

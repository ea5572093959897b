"""HTML and SVG as an element tree: the serializer escapes text, so it cannot become markup."""

from typing import Any
from xml.etree.ElementTree import Element, tostring

from smsgw_cli.output.cells import visible

Child = Element | str | None


def element(tag: str, *children: Child, **attributes: Any) -> Element:
    """An element with these children. `class_` is the attribute `class`, `_` in names is `-`.

    Children and attributes that are None are omitted. Control characters are escaped.
    """
    made = Element(tag)
    for name, value in attributes.items():
        if value is not None:
            made.set(name.rstrip("_").replace("_", "-"), visible(str(value)))
    for child in children:
        if isinstance(child, Element):
            made.append(child)
        elif child is not None:
            _append_text(made, visible(child))
    return made


def _append_text(made: Element, text: str) -> None:
    if len(made):
        made[-1].tail = (made[-1].tail or "") + text
    else:
        made.text = (made.text or "") + text


OPENING = '<!DOCTYPE html>\n<html lang="en"><head><meta charset="utf-8"><meta http-equiv="Content-'
"""How every page begins, those of 0.1.0 included."""


def document(title: str, style: str, body: Element) -> str:
    """A self-contained page that cannot load or run anything. `style` must be trusted."""
    policy = "default-src 'none'; style-src 'unsafe-inline'"
    sheet = Element("style")
    sheet.text = style  # must not need escaping: browsers do not unescape it
    head = element(
        "head",
        element("meta", charset="utf-8"),
        element("meta", http_equiv="Content-Security-Policy", content=policy),
        element("meta", name="referrer", content="no-referrer"),
        element("meta", name="viewport", content="width=device-width, initial-scale=1"),
        element("meta", name="color-scheme", content="light dark"),
        element("title", title),
        sheet,
    )
    page = element("html", head, body, lang="en")
    return "<!DOCTYPE html>\n" + tostring(page, encoding="unicode", method="html") + "\n"

"""How a number of things is written."""


def pluralize(count: int, one: str, more: str | None = None) -> str:
    """`1 row`, `2,000 rows`; with `more` where an s is not enough: `1 row is`, `2 rows are`."""
    return f"{count:,} {one if count == 1 else more or one + 's'}"

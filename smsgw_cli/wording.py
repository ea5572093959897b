"""Pluralization."""


def pluralize(count: int, one: str, more: str | None = None) -> str:
    """`1 row`, `2,000 rows`; `more` is an irregular plural: `1 row is`, `2 rows are`."""
    return f"{count:,} {one if count == 1 else more or one + 's'}"

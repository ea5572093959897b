"""Pluralization."""


def pluralize(count: int, one: str, more: str | None = None) -> str:
    """`1 row`, `2,000 rows`; `more` is the plural if it is irregular: `1 entry`, `2 entries`."""
    return f"{count:,} {one if count == 1 else more or one + 's'}"

"""--allow: what is refused and may be let through."""

from collections.abc import Collection, Iterable

from smsgw_cli.errors import Usage
from smsgw_cli.wording import suggestion


def allowed_words(texts: Iterable[str] | None, known: Collection[str]) -> list[str]:
    """The words of --allow, comma-separated or repeated. Raises Usage for one that is not known."""
    words = [each.strip() for text in texts or () for each in text.split(",")]
    for word in words:
        if word not in known:
            hint = suggestion(word, known, f"one of: {', '.join(known)}")
            raise Usage(f"unknown value {word!r} of --allow", hint=hint)
    return list(dict.fromkeys(words))

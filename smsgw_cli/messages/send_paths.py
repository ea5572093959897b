"""Which requests send."""

from urllib.parse import unquote


def is_send(path: str) -> bool:
    """Whether a path of the API is one of its sends, however it is written."""
    return unquote(path).lower().rstrip("/.").endswith("/send")

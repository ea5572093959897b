"""Which requests send."""

from urllib.parse import unquote

MESSAGES = "messages/send"
USSD_PULLS = "ussd-pulls/send"


def is_send(path: str) -> bool:
    """Whether an API path is a send, in any notation."""
    return unquote(path).lower().rstrip("/.").endswith("/send")

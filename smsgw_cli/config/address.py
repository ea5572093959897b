"""Normalizes the address of a gateway."""

import hashlib
import ipaddress
import re
from urllib.parse import SplitResult, urlsplit

from smsgw_cli.errors import Usage

API_PATH = "/api/v1"
DEFAULT_PORTS = {"http": ":80", "https": ":443"}


def normalized(text: str) -> str:
    """`scheme://host[:port][/folder]`, without the API path, a query or a trailing slash.

    The default scheme is https, or http for the local machine. Raises Usage if it is not a web
    address, or contains a user name or password.
    """
    url = text.strip()
    if "://" not in url:
        url = ("http://" if is_loopback(f"//{url}") else "https://") + url
    parts = _split(url)
    path = parts.path.split(API_PATH, 1)[0].rstrip("/")
    host = re.sub(DEFAULT_PORTS[parts.scheme] + "$", "", parts.netloc.lower())
    return f"{parts.scheme}://{host}{path}"


def _split(url: str) -> SplitResult:
    try:
        parts = urlsplit(url)
        fits = parts.scheme in ("http", "https") and parts.hostname and parts.port != 0
    except ValueError:
        fits = False
    if not fits or re.search(r"[\s\x00-\x1f\x7f\\]", url):
        raise Usage("invalid server address", hint="use an address such as https://sms.example.com")
    if "@" in parts.netloc:
        raise Usage(
            "a server address must not contain a user name or password",
            hint="the token is entered separately",
        )
    return parts


def is_loopback(url: str) -> bool:
    """Whether the address is the local machine."""
    try:
        host = urlsplit(url).hostname or ""
    except ValueError:
        return False
    if host == "localhost" or host.endswith(".localhost"):
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def is_exposed(url: str) -> bool:
    """Whether a token would be sent unencrypted: plain http to another machine."""
    return url.startswith("http://") and not is_loopback(url)


def file_name(server: str) -> str:
    """The file name for a server's records: its host and a digest, which makes it unique.

    A text without a scheme is an internal name, such as `sandbox`, and is returned unchanged.
    """
    _, scheme, rest = server.partition("://")
    if not scheme:
        return server
    host = re.sub(r"[^a-z0-9.-]+", "_", rest.lower())[:60]
    return f"{host}-{hashlib.sha256(server.encode()).hexdigest()[:12]}"

"""The address of a gateway, made from whatever people paste."""

import hashlib
import ipaddress
import re
from urllib.parse import SplitResult, urlsplit

from smsgw_cli.errors import Usage

API_PATH = "/api/v1"
DEFAULT_PORTS = {"http": ":80", "https": ":443"}


def normalized(text: str) -> str:
    """`scheme://host[:port][/folder]`, without the API's own path, a query or a slash at the end.

    Without a scheme it is https, but http for this very machine. Raises Usage if it is no
    web address, or holds a user name or password.
    """
    pasted = text.strip()
    if "://" not in pasted:
        pasted = ("http://" if is_loopback(f"//{pasted}") else "https://") + pasted
    parts = _split(pasted)
    path = parts.path.split(API_PATH, 1)[0].rstrip("/")
    place = re.sub(DEFAULT_PORTS[parts.scheme] + "$", "", parts.netloc.lower())
    return f"{parts.scheme}://{place}{path}"


def _split(url: str) -> SplitResult:
    try:
        parts = urlsplit(url)
        fits = parts.scheme in ("http", "https") and parts.hostname and parts.port != 0
    except ValueError:
        fits = False
    if not fits or re.search(r"[\s\x00-\x1f\x7f\\]", url):
        raise Usage("that is no server address", hint="it looks like https://sms.example.com")
    if "@" in parts.netloc:
        raise Usage(
            "a server address must not hold a user name or password",
            hint="the token is asked for separately",
        )
    return parts


def is_loopback(url: str) -> bool:
    """Whether the address is this very machine, so that nothing travels over a network."""
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
    """Whether a token sent there could be read on the way: plain http to another machine."""
    return url.startswith("http://") and not is_loopback(url)


def file_name(server: str) -> str:
    """What records of a server are called: its host, and a digest, so that no two share one.

    An address without a scheme is a name of ours, such as `sandbox`, and stays as it is.
    """
    _, scheme, rest = server.partition("://")
    if not scheme:
        return server
    host = re.sub(r"[^a-z0-9.-]+", "_", rest.lower())[:60]
    return f"{host}-{hashlib.sha256(server.encode()).hexdigest()[:12]}"

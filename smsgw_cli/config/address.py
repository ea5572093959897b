"""Normalizes the address of a gateway."""

import re
from importlib import import_module
from urllib.parse import SplitResult, urlsplit

from smsgw_cli.errors import Usage

API_PATH = "/api/v1"
MISTYPED_SCHEME = re.compile(r"^(https?)(?::/+|//+)", re.IGNORECASE)  # https//, https:/, https:///
API = r"(?i)/api/v([0-9][^/]*)(?:/|$)"
PAGES = r"(?i)/(?:dashboard|login)(?:/|$)"  # copied from a browser
CONTROL_PATH = "/__sandbox"
"""Where a sandbox is steered, beside its API."""
DEFAULT_PORTS = {"http": ":80", "https": ":443"}


def normalized(text: str) -> str:
    """`scheme://host[:port][/folder]`, without the API path, a page, a query or a trailing slash.

    The default scheme is https, or http for the local machine. Raises Usage if it is not a web
    address, or contains a user name or password.
    """
    url = MISTYPED_SCHEME.sub(r"\1://", text.strip())
    if "://" not in url:
        url = ("http://" if is_loopback(f"//{url}") else "https://") + url
    parts = _split(url)
    path = _folder(parts.path)
    host = re.sub(DEFAULT_PORTS[parts.scheme] + "$", "", parts.netloc.lower())
    return f"{parts.scheme}://{host}{path}"


def _folder(path: str) -> str:
    """The path before that of the API or of a page. Raises Usage for the path of another API."""
    found = re.search(API, path)
    if not found:
        return re.split(PAGES, path, maxsplit=1)[0].rstrip("/")
    if found[1].lower() != "1":
        raise Usage(
            f"this is not the address of API v1, but of {found[0].strip('/')}",
            hint="use the address without that path",
        )
    return path[: found.start()].rstrip("/")


def _split(url: str) -> SplitResult:
    try:
        parts = urlsplit(url)
        named = parts.hostname not in (None, "", "http", "https")  # https/host is a slip
        fits = parts.scheme in ("http", "https") and named and parts.port != 0
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
    if not re.fullmatch(r"[0-9.]+|[0-9a-f:.]*:[0-9a-f:.%]*", host):
        return False
    try:
        return bool(import_module("ipaddress").ip_address(host).is_loopback)  # takes 1.5 ms
    except ValueError:
        return False


def is_exposed(url: str) -> bool:
    """Whether a token would be sent unencrypted: plain http to another machine."""
    return url.startswith("http://") and not is_loopback(url)

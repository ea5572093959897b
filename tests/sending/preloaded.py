"""What every forked command line would import by itself, imported before the fork."""

import contextlib

import httpx

from smsgw_cli.app import main
from smsgw_cli.numbers import e164

__all__ = ["main"]

# Both read more files when they are first used.
e164("+12025550123", None)
with httpx.Client() as client, contextlib.suppress(httpx.ConnectError):
    client.get("http://127.0.0.1:9/")

"""What every forked command line would import by itself, imported before the fork."""

import contextlib
import importlib
import pkgutil

import httpx

import smsgw_cli
from smsgw_cli.app import main
from smsgw_cli.sms.numbers import e164

__all__ = ["main"]

for module in pkgutil.walk_packages(smsgw_cli.__path__, "smsgw_cli."):
    if not module.name.startswith(("smsgw_cli.sandbox", "smsgw_cli.__main__")):
        importlib.import_module(module.name)
# Both read more files when they are first used.
e164("+12025550123", None)
with httpx.Client() as client, contextlib.suppress(httpx.ConnectError):
    client.get("http://127.0.0.1:9/")

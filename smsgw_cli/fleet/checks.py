"""All checks by name, each in a module of its own that is imported when it is run."""

from importlib import import_module

from smsgw_cli.fleet.context import Check

NAMES = ("devices", "queue", "failures", "sending-servers", "balance", "selftest")


def named(name: str) -> Check:
    """The check of this name: the function `check` of its module."""
    module = import_module(f"smsgw_cli.fleet.check_{name.replace('-', '_')}")
    check: Check = module.check
    return check

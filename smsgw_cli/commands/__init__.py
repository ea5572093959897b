"""All commands with their one-line help, in the order of the help."""

from importlib import import_module
from typing import TYPE_CHECKING, Any

from smsgw_cli.cli.root import CommandTable
from smsgw_cli.cli.session import Guard, Session
from smsgw_cli.messages.send_paths import is_send

if TYPE_CHECKING:
    from smsgw_cli.api.client import Client
    from smsgw_cli.api.request import Outgoing

HELP = "Administer an SMS gateway: send messages, manage contacts and phones."
COMMANDS = {
    "messages": "Send messages and track their delivery.",
    "campaigns": "Manage campaigns (every send creates one).",
    "contact-lists": "Manage contact lists.",
    "fields": "Manage the custom fields of a contact list.",
    "contacts": "Manage, import, export and sync contacts.",
    "imports": "List, resume and undo imports.",
    "devices": "Manage phones and their SIMs.",
    "sending-servers": "Manage servers that send instead of phones.",
    "sender-ids": "Manage the sender ids of sending servers.",
    "ussd-pulls": "Send USSD codes and read the responses.",
    "sends": "Show sends, and settle those with an unknown outcome.",
    "calls": "List and delete calls of the phones.",
    "suppress": "Manage the do-not-contact list.",
    "profiles": "Manage profiles (servers and their tokens).",
    "api": "Send any request to the API.",
    "help": "Take a tour of every resource, with commands to try.",
    "doctor": "Check configuration, token, server and clock.",
    "completion": "Print the completion script of a shell.",
    "sandbox": "Run a simulated gateway for trying things out.",
}


def load(name: str) -> Any:
    """The click command or group of this name; imports its module."""
    command = module(name).app.click_command()
    command.name = name
    return command


def module(name: str) -> Any:
    """The module of a command or group. Raises KeyError for an unknown name."""
    if name not in COMMANDS:
        raise KeyError(name)
    return import_module(f"smsgw_cli.commands.{name.replace('-', '_')}")


def _session() -> Session:
    session = Session()
    session.guard = _lazy_guard(session)
    return session


def _lazy_guard(session: Session) -> Guard:
    """Checks every send of any command against the do-not-contact list.

    The modules of the check are imported on the first send.
    """

    def check(client: "Client", request: "Outgoing") -> None:
        if is_send(request.path):
            checks = import_module("smsgw_cli.commands._send_checks")
            checks.guard_of(session)(client, request)

    return check


TABLE = CommandTable(COMMANDS, load, _session)

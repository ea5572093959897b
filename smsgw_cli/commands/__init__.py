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
SECTIONS = {
    "Core": {
        "messages": "Send messages and track their delivery.",
        "campaigns": "Watch, report and retry campaigns (every send creates one).",
        "contacts": "Manage, import, export and sync contacts.",
        "contact-lists": "Manage contact lists.",
        "fields": "Manage the custom fields of a contact list.",
        "ussd-pulls": "Send USSD codes and read the responses.",
        "calls": "List and delete calls of the phones.",
    },
    "Bulk": {
        "sends": "Show sends, and settle those with an unknown outcome.",
        "imports": "List, resume and undo imports.",
        "suppress": "Manage the do-not-contact list.",
        "backup": "Back up lists and records, and restore them.",
    },
    "Fleet": {
        "devices": "Manage phones and their SIMs.",
        "sending-servers": "Manage servers that send instead of phones.",
        "sender-ids": "Manage the sender ids of sending servers.",
        "check": "Check phones and traffic, as a monitoring plug-in.",
    },
    "Setup": {
        "profiles": "Manage profiles (servers, their tokens and settings).",
        "sandbox": "Run a simulated gateway for trying things out.",
        "doctor": "Check configuration, token, server and clock.",
        "completion": "Print or install shell completion.",
        "api": "Send any request to the API.",
        "help": "Take a tour, or read about a topic or command.",
    },
}
COMMANDS = {name: line for each in SECTIONS.values() for name, line in each.items()}


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


TABLE = CommandTable(SECTIONS, load, _session)

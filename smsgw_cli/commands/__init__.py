"""What there is to say: every command and its line of help, in the order help shows them."""

from importlib import import_module
from typing import TYPE_CHECKING, Any

from smsgw_cli.cli.root import CommandTable
from smsgw_cli.cli.session import Guard, Session
from smsgw_cli.messages.send_paths import is_send

if TYPE_CHECKING:
    from smsgw_cli.api.client import Client
    from smsgw_cli.api.request import Outgoing

HELP = "Administer an SMS gateway: send messages, look after contacts and phones."
COMMANDS = {
    "messages": "Send messages and see what became of them.",
    "campaigns": "Look after campaigns: what every send is.",
    "contact-lists": "Look after lists of contacts.",
    "fields": "Look after the custom fields of a contact list.",
    "contacts": "Look after contacts, and import them.",
    "imports": "Look at past imports, go on with them, undo them.",
    "devices": "Look after phones and their SIMs.",
    "sending-servers": "Look after servers that send in place of phones.",
    "sender-ids": "Look after the sender ids of sending servers.",
    "ussd-pulls": "Send USSD codes and read their answers.",
    "sends": "Look at what was sent, and settle what is unknown.",
    "calls": "Look at the phones' call log.",
    "suppress": "Keep numbers that no send may reach, whatever the server.",
    "profiles": "Keep servers and their tokens.",
    "api": "Send any request to the API.",
    "help": "Walk through every resource, with commands to try.",
    "doctor": "Check configuration, token, server and clock.",
    "completion": "Print the completion script of a shell.",
    "sandbox": "Run a make-believe gateway to try things on.",
}


def load(name: str) -> Any:
    """The command or group of that name, as Typer runs it; its module is imported now."""
    command = module(name).app.click_command()
    command.name = name
    return command


def module(name: str) -> Any:
    """The module of the command or group of that name. Raises KeyError if there is none."""
    if name not in COMMANDS:
        raise KeyError(name)
    return import_module(f"smsgw_cli.commands.{name.replace('-', '_')}")


def _session() -> Session:
    session = Session()
    session.guard = _lazy_guard(session)
    return session


def _lazy_guard(session: Session) -> Guard:
    """Lets no send past the do-not-contact list, whichever command makes it.

    The modules of the check are imported only where something is sent.
    """

    def check(client: "Client", request: "Outgoing") -> None:
        if is_send(request.path):
            checks = import_module("smsgw_cli.commands._send_guard")
            checks.guard_of(session)(client, request)

    return check


TABLE = CommandTable(COMMANDS, load, _session)

"""Sending servers: services that send instead of phones."""

from collections.abc import Iterable
from typing import Any

from smsgw_cli.cli import arguments
from smsgw_cli.cli.actions import create, replace
from smsgw_cli.cli.crud import crud
from smsgw_cli.cli.parameters import register
from smsgw_cli.cli.resource import Field, Resource, by_keys
from smsgw_cli.cli.session import Session
from smsgw_cli.cli.values import id_argument, require_changes, values_of
from smsgw_cli.errors import SmsgwError
from smsgw_cli.model import MESSAGE_TYPES, Record

SENDING_SERVER = Resource(
    noun="sending server",
    path="sending-servers",
    columns=("id", "name", "driver", "supported_types", "enabled", "created_at"),
    keys=("id", "name", "driver", "supported_types", "config", "enabled", "created_at"),
    names=by_keys("name"),
    loses=" with their sender ids and the messages of those",
)

app = crud(SENDING_SERVER, "Manage servers that send instead of phones.", verbs="list get delete")

CONFIG = "Driver setting: key=text, key:=json, or key=@FILE (key=@-) for secrets"


def _values(*, required: bool) -> tuple[Field, ...]:
    return (
        Field("name", "Name", required=required),
        Field("driver", "Driver, such as twilio", required=required),
        Field(
            "supported_types",
            "Supported message type; repeatable",
            many=True,
            flag="--type",
            required=required,
            choices=MESSAGE_TYPES,
        ),
        Field("enabled", "Whether it is enabled", bool, "--enabled/--disabled"),
    )


NEW = (*_values(required=True), Field("config", CONFIG, many=True))
CHANGES = (
    *_values(required=False),
    Field("config", f"{CONFIG}; key= removes it; the others are kept", many=True),
)


def create_server(session: Session, **given: Any) -> None:
    """`POST /sending-servers`. Raises Usage for an invalid setting."""
    settings = arguments.settings("--config", given.pop("config") or ())
    body = {**values_of(session, NEW, given), "config": _with({}, settings)}
    create(session, SENDING_SERVER, SENDING_SERVER.path, body)


def update_server(session: Session, **given: Any) -> None:
    """Replace a sending server with its current values and the given ones.

    Raises Usage for an invalid setting, SmsgwError if the server returns an unreadable `config`.
    """
    require_changes(CHANGES, given)
    settings = list(arguments.settings("--config", given.pop("config") or ()))
    values = values_of(session, CHANGES, given)

    def change(server: Record) -> Record:
        # PHP encodes an empty object as an empty list.
        config = server.get("config") or {}
        if not isinstance(config, dict):
            raise SmsgwError("cannot read the configuration that the server shows")
        return {**values, "config": _with(config, settings)}

    replace(session, SENDING_SERVER, given["id"], change)


def _with(config: Record, settings: Iterable[tuple[str, Any]]) -> Record:
    """The configuration with these settings; empty ones are removed."""
    changed = {**config, **dict(settings)}
    return {key: value for key, value in changed.items() if value is not arguments.NOTHING}


register(
    app,
    "create",
    "Create a sending server.",
    NEW,
    create_server,
    epilog="""
    smsgw -p sandbox sending-servers create --name Backup --driver twilio --type SMS --type MMS \\
        --config account_sid=AC123 --config auth_token=@- --config sandbox:=true < token.txt
    """,
)
register(
    app,
    "update",
    "Update a sending server; other values are kept.",
    (id_argument(SENDING_SERVER), *CHANGES),
    update_server,
    epilog="smsgw -p sandbox sending-servers update Twilio --config auth_token=@token.txt",
)

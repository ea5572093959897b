"""`help schema`: JSON Schema of what each command prints with -o json."""

import json
from typing import Any

from smsgw_cli import __version__
from smsgw_cli.commands import _output_types as own
from smsgw_cli.errors import NotFound
from smsgw_cli.model import (
    Call,
    Campaign,
    Contact,
    ContactField,
    ContactList,
    Device,
    Message,
    SenderId,
    SendingServer,
    UssdPull,
)
from smsgw_cli.output.schema import DIALECT, Schema, schema_of
from smsgw_cli.wording import suggestion

ABOUT = {
    "title": f"What smsgw {__version__} prints with -o json, by command",
    "description": "Fields may be added. With -o ndjson, a line is an item of the array.",
    "$comment": "A line of stderr that begins with { is an 'error' or a 'progress'.",
}
SENT = Campaign | own.HiddenCampaign
RESOURCES = {
    "messages": Message,
    "campaigns": Campaign,
    "contacts": Contact,
    "contact-lists": ContactList,
    "fields": ContactField,
    "ussd-pulls": UssdPull,
    "devices": Device,
    "sending-servers": SendingServer,
    "sender-ids": SenderId,
}
COMMON = {
    command: kind
    for group, record in RESOURCES.items()
    for command, kind in {
        f"{group} list": list[record],  # type: ignore[valid-type]
        f"{group} get": record,
        f"{group} create": record,
        f"{group} update": own.Changed,
        f"{group} delete": own.Changed | list[own.Changed],
    }.items()
}
NOT_THERE = (
    *("messages create", "messages update", "campaigns create", "devices create"),
    *("sender-ids update", "ussd-pulls create", "ussd-pulls update"),
)
OUTPUTS: dict[str, Any] = {
    **{command: kind for command, kind in COMMON.items() if command not in NOT_THERE},
    "messages send": SENT | list[SENT],
    "messages preview": own.Preview,
    "messages tail": list[Message],
    "campaigns devices": list[Device],
    "campaigns sending-servers": list[SendingServer],
    "campaigns watch": own.CampaignCounts | list[own.CampaignCounts],
    "campaigns report": own.Report,
    "campaigns retry": SENT | list[SENT],
    "contacts import": own.ImportResult,
    "contacts import --dry-run": own.ImportPreview,
    "contacts export": list[Contact],
    "contacts sync": own.SyncResult,
    "contacts sync --dry-run": list[own.SyncChange],
    "ussd-pulls send": SENT,
    "calls list": list[Call],
    "calls delete": own.Changed | list[own.Changed],
    "sends list": list[own.Send],
    "sends get": own.Send,
    "sends settle": list[own.Send],
    "sends remove": list[own.Changed],
    "imports list": list[own.Run],
    "imports get": own.Run,
    "imports resume": own.ImportResult | own.SyncResult,
    "imports undo": own.UndoResult,
    "imports remove": own.Changed,
    "backup create": own.BackupResult,
    "backup restore": list[own.RestoreResult],
    "suppress add": list[own.NumberResult],
    "suppress remove": list[own.NumberResult],
    "suppress list": list[own.SuppressedNumber],
    "suppress from-replies": own.RepliesResult,
    "devices sims": list[own.SimOfDevice],
    "devices balances": list[own.SimBalance],
    "devices selftest": list[own.SelfTestResult],
    "check": own.Check,
    "profiles list": list[own.ProfileSettings],
    "profiles get": own.ProfileSettings | own.SettingValue,
    "profiles add": own.Changed,
    "profiles update": own.Changed,
    "profiles use": own.Changed,
    "profiles remove": own.Changed,
    "profiles test": own.ProfileTest,
    "sandbox serve": own.ServedGateway,
    "sandbox set": dict[str, Any],
    "sandbox receive": own.ReceivedMessage,
    "sandbox requests": list[own.LoggedRequest],
    "sandbox seed": dict[str, int],
    "sandbox reset": own.Changed,
    "doctor": list[own.DoctorResult],
    "api": Any,
    "--dry-run": own.Request | list[own.Request],
    "error": own.Failed,
    "progress": own.Progress,
}


def text_of(words: list[str]) -> str:
    """The schema of a command as JSON, of all without words. Raises NotFound with the nearest."""
    command = " ".join(words)
    if command and command not in OUTPUTS:
        hint = suggestion(command, OUTPUTS, "see 'smsgw help schema'")
        raise NotFound(f"no schema for {command!r}", hint=hint)
    schema = _of_one(command) if command else _of_all()
    return json.dumps({"$schema": DIALECT, **schema}, indent=2) + "\n"


def _of_one(command: str) -> Schema:
    definitions: dict[str, Schema] = {}
    schema = schema_of(OUTPUTS[command], definitions)
    return {**schema, "$defs": definitions} if definitions else schema


def _of_all() -> Schema:
    definitions: dict[str, Schema] = {}
    outputs = {command: schema_of(kind, definitions) for command, kind in OUTPUTS.items()}
    return {**ABOUT, "outputs": outputs, "$defs": definitions}

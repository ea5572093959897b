"""Why a campaign has no messages."""

from collections.abc import Iterable, Mapping
from contextlib import closing
from typing import Any

from smsgw_cli.api.reader import ListReader
from smsgw_cli.campaigns.senders import CampaignSenders
from smsgw_cli.model import can_send, is_off

NO_SIM = "no active SIM"
NOBODY_SUBSCRIBED = "no subscribed contact on its lists"


def reason(api: ListReader, senders: CampaignSenders) -> str:
    """NO_SIM if neither its devices nor, where it has none, any other can send. Raises what
    listing raises."""
    return NOBODY_SUBSCRIBED if has_sender(api, senders) else NO_SIM


def has_sender(api: ListReader, senders: CampaignSenders) -> bool:
    """Whether something can send a campaign with these senders. Raises what listing raises."""
    if senders.sending_servers:
        return True
    if senders.devices:
        return _some_can_send(senders.devices)
    with closing(api.pages("devices")) as devices:
        if _some_can_send(devices):
            return True
    with closing(api.pages("sending-servers")) as servers:
        return any(not is_off(each.get("enabled")) for each in servers)


def _some_can_send(devices: Iterable[Mapping[str, Any]]) -> bool:
    return any(map(can_send, devices))

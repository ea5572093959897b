"""The devices and sending servers of a campaign, and its status on each."""

from collections.abc import Iterable, Iterator
from typing import NamedTuple, cast

from smsgw_cli.api.reader import ListReader, Reader
from smsgw_cli.errors import NotFound
from smsgw_cli.model import (
    FINAL_ON_SENDER,
    PROCESSED,
    STALLED,
    Campaign,
    Device,
    Record,
    SendingServer,
    sims_of,
)

# By the vendor's manual (smsgateway.rbsoft.org/docs/device-and-sending-servers.html).
STALLED_MEANS = (
    "its quota is used up, or it is outside the campaign's hours or days; it resumes automatically"
)


class CampaignSenders(NamedTuple):
    """The devices and the sending servers of a campaign, as the server lists them."""

    devices: tuple[Device, ...] = ()
    sending_servers: tuple[SendingServer, ...] = ()

    @property
    def are_over(self) -> bool:
        """Whether there are some and all have a final status."""
        every = [*self.devices, *self.sending_servers]
        return bool(every) and all(each.get("status") in FINAL_ON_SENDER for each in every)

    def changes(self, before: "CampaignSenders | None") -> Iterator[str]:
        """One line for each changed status: `device 1 (Kitchen): Stalled`."""
        known = before.by_name if before else {}
        for name, status in self.by_name.items():
            if known.get(name) != status:
                yield f"{name}: {status}" + (f" ({STALLED_MEANS})" if status == STALLED else "")

    @property
    def by_name(self) -> dict[str, str]:
        """The status of each that has one, by a description such as `device 1 (Kitchen)`."""
        return {
            **dict(_named("device", self.devices)),
            **dict(_named("sending server", self.sending_servers)),
        }


def campaign_senders(api: ListReader, campaign: Campaign) -> CampaignSenders:
    """Read `GET /campaigns/{id}/devices` and `…/sending-servers`; a missing list is empty."""
    return CampaignSenders(
        cast(tuple[Device, ...], _read_list(api, campaign, "devices")),
        cast(tuple[SendingServer, ...], _read_list(api, campaign, "sending-servers")),
    )


def processed_by_servers(
    api: Reader, campaign: Campaign, senders: CampaignSenders, processed: int
) -> int:
    """How many of the `processed` messages of a campaign are by sending servers."""
    if not senders.sending_servers:
        return 0
    sims = [sim["id"] for device in senders.devices for sim in sims_of(device)]
    query = {"campaign": campaign["id"], "statuses": [PROCESSED]}
    return max(0, processed - sum(api.count("messages", {**query, "sim": each}) for each in sims))


def _read_list(api: ListReader, campaign: Campaign, kind: str) -> tuple[Record, ...]:
    try:
        return tuple(api.pages(f"campaigns/{campaign['id']}/{kind}"))
    except NotFound:
        return ()


def _named(kind: str, records: Iterable[Device | SendingServer]) -> Iterator[tuple[str, str]]:
    """Description and status of each; those without a status (as in the reference) are skipped."""
    for record in records:
        if isinstance(status := record.get("status"), str):
            name = record.get("name") or record.get("model")
            yield f"{kind} {record['id']}" + (f" ({name})" if name else ""), status

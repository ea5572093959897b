"""Warnings of SIMs that do not send."""

from collections.abc import Callable, Iterator, Sequence
from contextlib import closing

from smsgw_cli.api.reader import ListReader
from smsgw_cli.errors import SmsgwError
from smsgw_cli.model import Record, can_send, is_off, sims_of


def sim_warnings(api: Callable[[], ListReader], sims: Sequence[int]) -> Iterator[str]:
    """A line for each of these SIMs that does not send; none if devices cannot be read."""
    try:
        yield from _of_sims(api(), sims)
    except SmsgwError:
        return


def has_sender(api: Callable[[], ListReader]) -> bool:
    """Whether a device or a sending server can send; assumed if they cannot be read."""
    try:
        return _has_sender(api())
    except SmsgwError:
        return True


def _has_sender(api: ListReader) -> bool:
    with closing(api.pages("devices")) as devices:
        if any(map(can_send, devices)):
            return True
    with closing(api.pages("sending-servers")) as servers:
        return any(not is_off(each.get("enabled")) for each in servers)


def _of_sims(api: ListReader, sims: Sequence[int]) -> Iterator[str]:
    with closing(api.pages("devices")) as devices:
        found = {sim["id"]: (sim, each) for each in devices for sim in sims_of(each)}
    for identity in sims:
        if identity not in found:
            yield f"no device has SIM {identity}"
            continue
        sim, device = found[identity]
        if is_off(sim.get("active")):
            yield f"{_named('SIM', sim)} is not active"
        elif is_off(device.get("enabled")):
            yield (
                f"{_named('SIM', sim)} is in {_named('device', device)}, which is disabled: "
                "nobody is logged in to its app"
            )


def _named(noun: str, record: Record) -> str:
    name = record.get("label") or record.get("name") or record.get("model")
    return f"{noun} {record['id']}" + (f" ({name})" if name else "")

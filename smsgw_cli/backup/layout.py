"""The files of a backup: NDJSON, a manifest that is written last, and their checksums."""

import re

MANIFEST, SUMS = "manifest.json", "SHA256SUMS"
LOCK = ".smsgw-backup"  # there while a backup is written, and if it was killed
CONTACT_LISTS = "contact-lists.ndjson"
SUPPRESSED, SENDS, PROFILES = (
    "local/suppression-list.ndjson",
    "local/ledger.ndjson",
    "local/profiles.ndjson",
)
LOCAL = (SUPPRESSED, SENDS, PROFILES)
SENDING_SERVERS = "sending-servers"
# Paths of the API whose records cannot be created again: they are kept to be read.
ARCHIVED = (
    *("devices", SENDING_SERVERS, "sender-ids", "campaigns", "messages", "calls"),
    "ussd-pulls",
)
FOLDERS = ("contacts", "fields", "local")
_OF_LIST = re.compile(r"(?:contacts|fields)/-?[0-9]{1,19}\.ndjson")
_FIXED = frozenset({CONTACT_LISTS, *LOCAL, *(f"{each}.ndjson" for each in ARCHIVED)})


def fields_of(contact_list: int) -> str:
    return f"fields/{contact_list:d}.ndjson"


def contacts_of(contact_list: int) -> str:
    return f"contacts/{contact_list:d}.ndjson"


def is_data(name: str) -> bool:
    """Whether a backup may have records in a file of this name; no other one is ever opened."""
    return name in _FIXED or _OF_LIST.fullmatch(name) is not None


def is_known(name: str) -> bool:
    """Whether a file of this name may be part of a backup."""
    return is_data(name) or name in (MANIFEST, SUMS)

"""Names of time zones, compared with those that PHP itself has."""

import json
import shutil
import subprocess

import pytest

from smsgw_cli.errors import Usage
from smsgw_cli.sms.zones import FORMER, canonical, is_same, renamed

LISTED = "echo json_encode([DateTimeZone::listIdentifiers(), DateTimeZone::listIdentifiers(4095)]);"


@pytest.mark.skipif(not shutil.which("php"), reason="needs php")
def test_every_name_leads_to_one_that_php_lists() -> None:
    php = subprocess.run(["php", "-r", LISTED], capture_output=True, check=True)
    listed, known = map(set, json.loads(php.stdout))
    found = {}
    for name in known:
        try:
            found[name] = canonical(name)
        except Usage:
            assert name not in listed
    assert set(found.values()) == listed
    assert {name for name in listed if found[name] != name} == set()


@pytest.mark.parametrize(
    ("name", "shown"),
    [
        ("Europe/Berlin", "Europe/Berlin"),
        ("US/Pacific", "America/Los_Angeles"),
        ("Asia/Calcutta", "Asia/Kolkata"),
        ("Europe/Kiev", "Europe/Kyiv"),
        ("Etc/UTC", "UTC"),
        ("GMT", "UTC"),
        ("Zulu", "UTC"),
        ("UTC", "UTC"),
    ],
)
def test_an_alias_becomes_its_place(name: str, shown: str) -> None:
    assert canonical(name) == shown


def test_a_renamed_place_has_the_other_name_and_is_the_same() -> None:
    for new, old in FORMER.items():
        assert (renamed(new), renamed(old)) == (old, new)
        assert canonical(old) == canonical(new) == new
        assert is_same(old, new)
    assert renamed("Europe/Berlin") is None


def test_places_are_the_same_by_any_name_and_no_others() -> None:
    assert is_same("utc", "UTC")
    assert is_same("US/Pacific", "America/Los_Angeles")
    assert is_same("Mars/Base", "mars/base")
    for other in ("Europe/Vienna", "Mars/Base", None):
        assert not is_same("Europe/Berlin", other)


@pytest.mark.parametrize("name", ["Etc/GMT+5", "localtime", "Factory", "posixrules", "PST8PDT", ""])
def test_a_zone_without_a_place_is_refused(name: str) -> None:
    with pytest.raises(Usage):
        canonical(name)

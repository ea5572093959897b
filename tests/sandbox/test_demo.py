"""The demo history, and back to the beginning."""

from pathlib import Path

from smsgw_cli.sandbox.seed import TABLES, seed
from smsgw_cli.sandbox.server import Gateway, Settings
from smsgw_cli.sandbox.store import Store, receive, reset
from tests.sandbox.conftest import Api


def content(db: Path) -> dict[str, list[dict[str, object]]]:
    store = Store(db)
    try:
        return {table: store.rows(table) for table in TABLES}
    finally:
        store.close()


def test_the_history_is_the_same_every_time(tmp_path: Path) -> None:
    counts = [seed(tmp_path / name) for name in ("one.db", "two.db")]
    assert counts[0] == counts[1]
    assert all(counts[0].values())
    assert content(tmp_path / "one.db") == content(tmp_path / "two.db")


def test_seeding_twice_adds_nothing_twice(tmp_path: Path) -> None:
    db = tmp_path / "sandbox.db"
    first = seed(db)
    assert seed(db) == first


def test_a_reset_leaves_the_first_state_and_the_token(tmp_path: Path) -> None:
    db = tmp_path / "sandbox.db"
    with Gateway(Settings(db)) as gateway:
        token = gateway.token
    fresh = content(db)
    seed(db)
    receive(db, sender="+12025550177", sim=1, text="Hi")
    reset(db)
    assert content(db) == fresh
    with Gateway(Settings(db)) as gateway:
        assert gateway.token == token
    assert seed(db) == seed(tmp_path / "other.db")


def test_a_history_can_be_added_where_phones_were_removed(api: Api) -> None:
    for device_id in (1, 2):
        api.done("DELETE", f"/devices/{device_id}")
    assert seed(api.gateway.settings.db)["messages"] > 100


def test_the_history_has_a_field_and_a_call_of_every_type(seeded: Api) -> None:
    kinds = {row["type"] for row in seeded.data("/contact-lists/2/fields")}
    assert len(kinds) == 11
    assert len({row["type"] for row in seeded.data("/calls")}) == 6


def test_every_contact_of_the_history_would_be_accepted_as_it_is(seeded: Api) -> None:
    for list_id in (1, 2):
        for contact in seeded.data(f"/contact-lists/{list_id}/contacts"):
            seeded.done("PUT", f"/contacts/{contact['id']}", **contact)
            after = seeded.get(f"/contacts/{contact['id']}")
            assert {**after, "updated_at": None} == {
                **contact,
                "updated_at": None,
            } or None in contact.values()

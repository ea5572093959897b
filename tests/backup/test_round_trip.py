"""What is backed up from A, restored to B, backed up from B and restored to A is the same."""

from pathlib import Path
from typing import Any

import httpx
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from smsgw_cli.sandbox.server import Gateway
from tests.backup.conftest import Use, client, copied, create, held, writes
from tests.conftest import Run

OPTIONS = [{"label": "S; small", "value": "s"}, {"label": "L", "value": "l,|x"}]
FIELDS = [
    {"label": "Name", "tag": "name", "type": "text"},
    {"label": "Né à", "tag": "subscribed-since", "type": "date"},
    {"label": "Mail", "tag": "Mail", "type": "email"},
    {"label": "1", "tag": "1", "type": "number", "default_value": 7},
    {"label": "Yes?", "tag": "checkbox", "type": "checkbox", "default_value": True},
    {"label": "Size", "tag": "size", "type": "dropdown", "options": OPTIONS, "default_value": "s"},
    {"label": "Radio", "tag": "radio", "type": "radio", "options": OPTIONS},
    {"label": "M", "tag": "many", "type": "multiselect", "options": OPTIONS,
     "default_value": ["s"]},
    {"label": "When", "tag": "region", "type": "datetime-local"},
    {"label": "T", "tag": "unsubscribed", "type": "time"},
    {"label": "=Text", "tag": "smsgw_reason", "type": "textarea"},
]  # fmt: skip
TEXTS = st.text(st.characters(exclude_categories=["Cs"])) | st.sampled_from(
    ["'", "=1+1", "null", "\\N", "a\nb", '"', "\x00\x1b[31m", "0042", "#REF!", "{}", "ü", "\u2028"]
)
VALUES = st.fixed_dictionaries(
    {},
    optional={
        "name": TEXTS,
        "smsgw_reason": TEXTS,
        "Mail": st.sampled_from(["ann@localhost", "a@b.example"]),
        "1": st.integers(-(2**53), 2**53) | st.floats(allow_nan=False, allow_infinity=False),
        "checkbox": st.booleans(),
        "size": st.sampled_from(["s", "l,|x"]),
        "radio": st.sampled_from(["s", "l,|x"]),
        "many": st.sets(st.sampled_from(["s", "l,|x"])).map(sorted),
        "subscribed-since": st.just("2031-01-02"),
        "region": st.just("2031-01-02T09:30"),
        "unsubscribed": st.just("09:30"),
        "subscribed": st.booleans(),
    },
)


def with_numbers(people: list[dict[str, Any]]) -> list[dict[str, Any]]:
    return [
        {"mobile_number": f"+120255{50100 + number}", **values}
        for number, values in enumerate(people)
    ]


def empty(gateway: Gateway) -> None:
    with client(gateway) as api:
        for each in api.get("contact-lists").json()["data"]:
            api.delete(f"contact-lists/{each['id']}").raise_for_status()


@settings(
    max_examples=5,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(people=st.lists(VALUES, max_size=25))
@example(people=[{}, {"many": []}, {"subscribed": False}])
def test_fields_and_contacts_of_any_values_are_the_same(
    run: Run, use: Use, gateway: Gateway, other: Gateway, tmp_path: Path, people: list[Any]
) -> None:
    empty(gateway)
    empty(other)
    create(gateway, "Kunden ../../etc", FIELDS, with_numbers(people))
    before = held(gateway)
    folder = tmp_path / str(len(list(tmp_path.iterdir())))
    copied(run, use, gateway, other, f"{folder}-a")
    assert held(other) == before
    empty(gateway)
    copied(run, use, other, gateway, f"{folder}-b")
    assert held(gateway) == before


def test_contacts_without_a_value_stay_so_where_the_field_has_a_default_or_is_required(
    run: Run, use: Use, gateway: Gateway, other: Gateway
) -> None:
    number = create(gateway, "Old", (), [{"mobile_number": "+12025550100"}])
    with client(gateway) as api:
        for field in (
            {"label": "City", "tag": "city", "type": "text", "default_value": "Rome"},
            {"label": "Name", "tag": "name", "type": "text", "required": True},
        ):
            api.post(f"contact-lists/{number}/fields", json=field).raise_for_status()
    before = held(gateway)
    assert before["Old"]["contacts"][0]["city"] is None
    copied(run, use, gateway, other, "b")
    assert held(other) == before


def test_the_second_restore_changes_nothing(
    run: Run, use: Use, gateway: Gateway, other: Gateway
) -> None:
    create(gateway, "A", FIELDS, with_numbers([{"name": "Ann"}, {"many": ["s"]}]))
    copied(run, use, gateway, other, "b")
    before = len(writes(other))
    for line in ("backup restore b", "backup restore b --existing update"):
        rows = run(f"{line} -o json").json
        assert [each["skipped"] for each in rows if each["what"] == "contact list"] == [2]
        assert len(writes(other)) == before


def test_a_list_is_copied_through_a_pipe(
    run: Run, use: Use, gateway: Gateway, other: Gateway, process: Any
) -> None:
    create(gateway, "A", FIELDS, with_numbers([{"name": "Ann"}]))
    create(gateway, "B", [], with_numbers([{}]))
    use(gateway)
    archive = process("backup create - --list A", text=False)
    assert archive.returncode == 0
    use(other)
    restored = process("backup restore -", text=False, input=archive.stdout)
    assert restored.returncode == 0, restored.stderr
    assert held(other) == {"A": held(gateway)["A"]}


def test_lists_of_one_name_stay_several(
    run: Run, use: Use, gateway: Gateway, other: Gateway
) -> None:
    create(gateway, "A", [], with_numbers([{}]))
    create(gateway, "A", [], [])
    copied(run, use, gateway, other, "b")
    run("backup restore b")
    with client(other) as api:
        lists = api.get("contact-lists").json()["data"]
        counts = [_count(api, each["id"]) for each in lists]
    assert counts == [0, 1]


def _count(api: httpx.Client, number: int) -> int:
    return int(api.get(f"contact-lists/{number}/contacts").json()["meta"]["total"])

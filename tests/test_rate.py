"""Never more requests a minute than were asked for, whatever of a command makes them."""

from collections.abc import Callable
from pathlib import Path

import pytest

from smsgw_cli.api import pacer
from tests.conftest import Run
from tests.recording import recording
from tests.test_contract import FIELDS
from tests.test_outcomes_agree import EMPTY

MINUTE = 0.8  # seconds, for these tests
LIMIT = 8
ANSWERS = {"GET /contact-lists/{id}/fields": FIELDS, "GET /contact-lists/{id}/contacts": EMPTY}


@pytest.mark.parametrize(
    "line",
    [
        "contacts import 1 people.csv",
        "contacts import 1 people.csv -v",
        "contacts sync 1 people.csv --yes",
        "messages send --csv people.csv -m '{first_name}'",
    ],
)
def test_what_is_read_and_what_is_sent_count_together(
    run: Run,
    against: Callable[[str], None],
    monkeypatch: pytest.MonkeyPatch,
    home: Path,
    line: str,
) -> None:
    rows = [f"+1202555{each:04},Person {each}" for each in range(100, 120)]
    (home / "people.csv").write_text("\n".join(["phone,first_name", *rows]))
    monkeypatch.setattr(pacer, "WINDOW", MINUTE)
    with recording(ANSWERS) as server:
        against(server.url)
        run(f"{line} --rate {LIMIT}/min")
    made = [request.at for request in server.requests]
    assert len(made) > 2 * LIMIT
    assert len({request.endpoint.partition(" ")[0] for request in server.requests}) > 1 or (
        line.startswith("messages")
    )
    # What a request takes to arrive is not always the same, least of all on a busy machine.
    spans = [late - early for early, late in zip(made, made[LIMIT:], strict=False)]
    assert min(spans) > 0.6 * MINUTE

"""Whatever a backup says, it is restored or refused: no value of it is an internal error."""

import json
import random
import shutil
from pathlib import Path
from typing import Any

from smsgw_cli.sandbox.server import Gateway
from tests.backup.conftest import create
from tests.backup.test_restore import NAME, change
from tests.conftest import Run

BACKUPS = 40
VALUES = (
    *(None, True, -1, 2**70, 1e400, "", "x", "\x00", [1], {"a": 1}, "accepted", "{}", "null"),
    *("mailing 1", "mailing-1", "messages/send", "+12025550100", "2031-01-01", "text", "dropdown"),
)


def changed(record: dict[str, Any], dice: random.Random) -> dict[str, Any]:
    """The record with a value that is another one, missing or new."""
    keys = [*record, "table", "name", ""]
    found = {**record, dice.choice(keys): dice.choice(VALUES)}
    if dice.random() < 0.3:
        found.pop(dice.choice(keys), None)
    return found


def test_a_backup_with_any_values_is_restored_or_refused(
    run: Run, server: Gateway, home: Path
) -> None:
    (home / "a.csv").write_text("mobile,name\n+12025550100,Ann\n+12025550101,Bob\n")
    create(server, "A", [NAME], [{"mobile_number": "+12025550100", "name": "Ann"}])
    run("messages send -m 'Hi {name}' --sim 1 --csv a.csv --yes")
    run("messages send --to +12025550100 --sim 1 -m x --once k")
    run("suppress add +12025550102")
    run("profiles add work https://sms.example.com token_command=x")
    run("backup create b")
    shutil.rmtree(home / ".local")
    names = [f"local/{each}" for each in ("ledger", "suppression-list", "profiles")]
    dice = random.Random(4)
    for number in range(BACKUPS):
        folder = Path(shutil.copytree("b", f"b{number}"))
        name = dice.choice([*names, "fields/1", "contacts/1", "contact-lists"]) + ".ndjson"
        records = [json.loads(line) for line in (folder / name).read_text().splitlines()]
        place = dice.randrange(len(records))
        records[place] = changed(records[place], dice)
        change(folder, name, "".join(f"{json.dumps(each)}\n" for each in records).encode())
        ended = run(f"backup restore {folder} -n", code=None)
        assert ended.exit_code in (0, 2), (name, records[place])

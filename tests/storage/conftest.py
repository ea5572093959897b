"""Version 0.1.0: its state files, and the program itself."""

import gzip
import json
import shlex
import shutil
import sqlite3
import subprocess
import sys
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest

COMMIT = "5abc3923039c5569b2199d7683a6d561d10f3fc8"
ROOT = Path(__file__).parents[2]
DATA = ROOT / "tests" / "data" / "state-0.1.0"

Old = Callable[..., subprocess.CompletedProcess[str]]


@pytest.fixture
def state(home: Path) -> Path:
    """The folder of state."""
    return home / ".local" / "state" / "smsgw"


@pytest.fixture
def old_state(home: Path, state: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The state that version 0.1.0 left, as if it had run in this home folder."""
    monkeypatch.setenv("SMSGW_SANDBOX_SPEED", "100000")
    shutil.copytree(DATA / "state", state)
    shutil.copytree(DATA / "config", home / ".config" / "smsgw")
    shutil.copytree(DATA / "home", home, dirs_exist_ok=True)
    packed = state / "sandbox.db.gz"
    (state / "sandbox.db").write_bytes(gzip.decompress(packed.read_bytes()))
    packed.unlink()
    for journal in (state / "imports").glob("*.db"):
        with closing(sqlite3.connect(journal)) as db, db:
            moved = json.dumps(str(home))[1:-1]
            db.execute("UPDATE facts SET value = replace(value, '/tmp/smsgw-0.1.0', ?)", [moved])
    return state


@pytest.fixture(scope="session")
def archive(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The sources of version 0.1.0."""
    folder = tmp_path_factory.mktemp("smsgw-0.1.0")
    archive = folder / "0.1.0.tar"
    line = ["git", "-C", str(ROOT), "archive", "-o", str(archive), COMMIT, "smsgw_cli"]
    if not shutil.which("git") or subprocess.run(line, capture_output=True).returncode:
        pytest.skip("version 0.1.0 is not in the git history here")
    shutil.unpack_archive(archive, folder)
    return folder


@pytest.fixture
def old(archive: Path, home: Path, monkeypatch: pytest.MonkeyPatch) -> Old:
    """Runs a command line of version 0.1.0."""
    monkeypatch.setenv("PYTHONPATH", str(archive))
    asked = [sys.executable, "-c", "import smsgw_cli; print(smsgw_cli.__file__)"]
    found = subprocess.run(asked, cwd=home, capture_output=True, text=True, check=True).stdout
    assert Path(found).is_relative_to(archive)  # and not the version that is installed

    def run_old(line: str, code: int = 0) -> subprocess.CompletedProcess[str]:
        ended = subprocess.run(
            [sys.executable, "-m", "smsgw_cli", *shlex.split(line)],
            cwd=home,
            capture_output=True,
            text=True,
            timeout=60,
        )
        assert ended.returncode == code, ended.stderr
        return ended

    return run_old

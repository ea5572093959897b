"""The sdist and the wheel: what an installed smsgw has, and that it answers."""

import re
import shutil
import subprocess
import sys
import sysconfig
import tarfile
import venv
from pathlib import Path

import pytest

from smsgw_cli import __version__
from smsgw_cli.commands import COMMANDS
from smsgw_cli.commands._help_topic import FOLDER, text_of
from tests.test_help import commands

ROOT = Path(__file__).parents[1]
TOPICS = {path.stem for path in FOLDER.glob("*.txt")}


def output(*command: str | Path, cwd: Path = ROOT) -> str:
    return subprocess.run(command, cwd=cwd, capture_output=True, text=True).stdout


def python(*words: str | Path, cwd: Path = ROOT) -> None:
    subprocess.run([sys.executable, *words], cwd=cwd, check=True, capture_output=True)


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with the sdist and the wheel."""
    folder = tmp_path_factory.mktemp("built")
    python("-m", "hatchling", "build", "-d", folder)
    return folder


@pytest.fixture(scope="module")
def installed(built: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A virtual environment with the wheel; its dependencies are those of the tests."""
    folder = tmp_path_factory.mktemp("installed")
    venv.create(folder, symlinks=True)
    paths = {"base": str(folder), "platbase": str(folder)}
    site = Path(sysconfig.get_path("purelib", "venv", paths))
    (site / "dependencies.pth").write_text(sysconfig.get_path("purelib"))
    pip = ("-m", "pip", "--python", folder / "bin" / "python", "install", "--no-deps", "--no-index")
    python(*pip, *built.glob("*.whl"))
    return folder


def test_the_wheel_answers_with_all_its_texts(installed: Path) -> None:
    def smsgw(line: str) -> str:
        return output(installed / "bin" / "smsgw", *line.split())

    assert smsgw("--version") == f"smsgw {__version__}\n"
    assert "messages send" in smsgw("messages send --help")
    assert smsgw("help settings") == text_of(["settings"])
    assert smsgw("-p sandbox devices get 1 -q") == "1\n"
    (package,) = installed.glob("lib/*/site-packages/smsgw_cli")
    assert {each.stem for each in package.glob("commands/topics/*.txt")} == TOPICS
    assert (package / "py.typed").exists()


def test_the_wheel_brings_man_pages_of_all_commands_and_topics(installed: Path) -> None:
    pages = {each.name: each.read_text() for each in installed.glob("share/man/man?/*")}
    assert pages.keys() == {
        "smsgw.1",
        *(f"smsgw-{name}.1" for name in COMMANDS),
        *(f"smsgw-{topic}.7" for topic in TOPICS),
    }
    whole = "".join(pages.values()).replace("\\-", "-").lower()
    named = (words for words, each in commands() if " " in words and not each.hidden)
    assert not [words for words in named if f"\n.sh {words}\n" not in whole]
    assert all((installed / "share").glob(each) for each in ("fish/*/*", "zsh/*/*", "bash-*/*/*"))


@pytest.mark.skipif(not shutil.which("mandoc"), reason="needs mandoc")
def test_the_man_pages_are_valid_and_have_the_words_of_the_help(installed: Path) -> None:
    pages = sorted(installed.glob("share/man/man?/*"))
    assert output("mandoc", "-Tlint", *pages) == ""
    for topic in TOPICS:
        page = output("mandoc", "-Owidth=200", installed / f"share/man/man7/smsgw-{topic}.7")
        said = text_of([topic]).partition("\n\nFor the command of")[0]
        assert set(said.split()) <= set(re.sub(".\b", "", page).split())


def test_the_sdist_builds_the_same_wheel(built: Path, tmp_path: Path) -> None:
    (sdist,) = built.glob("*.tar.gz")
    with tarfile.open(sdist) as archive:
        archive.extractall(tmp_path, filter="data")
    (source,) = tmp_path.glob("smsgw_cli-*")
    python("-m", "hatchling", "build", "-t", "wheel", "-d", tmp_path, cwd=source)
    (wheel,) = built.glob("*.whl")
    assert (tmp_path / wheel.name).read_bytes() == wheel.read_bytes()


def test_the_version_is_the_newest_of_the_changelog() -> None:
    changes = (ROOT / "CHANGELOG.md").read_text()
    newest = re.findall(r"(?m)^## \[(\d.*)\] - \d{4}-\d\d-\d\d$", changes)[0]
    assert newest == __version__

"""Installs completion for a user: the script in a folder of ours, and a line that loads it."""

import os
import shlex
import shutil
import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import NamedTuple

from smsgw_cli.config.paths import data_folder, user_path
from smsgw_cli.errors import SmsgwError, Usage
from smsgw_cli.storage.atomic_write import atomic_write

MARK = "# completion of smsgw"
SECONDS = 20.0  # for PowerShell to start
ELSEWHERE = {
    "bash": "~/.local/share/bash-completion/completions/smsgw",
    "bash, all users": "/usr/share/bash-completion/completions/smsgw",
    "zsh": "~/.zfunc/_smsgw",
}
_ASK_POWERSHELL = ("-NoProfile", "-NonInteractive", "-Command", "$PROFILE")


class Place(NamedTuple):
    """Where a shell finds its completion.

    `script` is our file, `startup` the file of the shell that has `line`, which loads it; None for
    fish, which looks for the script itself.
    """

    script: Path
    startup: Path | None = None
    line: str = ""


class Change(NamedTuple):
    """A file, and what it holds when all is done; None to delete it."""

    path: Path
    content: str | None

    @property
    def action(self) -> str:
        """What would be done with the file: created, updated, deleted or unchanged."""
        before = _read(self.path)
        if before == self.content:
            return "unchanged"
        if self.content is None:
            return "deleted"
        return "created" if before is None else "updated"

    def make(self) -> None:
        """Make the change, through links, keeping the mode of the file. Raises OSError."""
        path = self.path.resolve()
        if self.action == "unchanged":
            return
        if self.content is None:
            path.unlink()
            return
        path.parent.mkdir(parents=True, exist_ok=True)
        mode = path.stat().st_mode & 0o777 if path.exists() else None
        with atomic_write(path) as file:
            file.write(self.content.encode(errors="surrogateescape"))
        if mode is not None:
            path.chmod(mode)


def installing(shell: str, script: str) -> list[Change]:
    """What installs this script; nothing changes if all is in place. Raises Usage."""
    place = PLACES[shell]()
    changes = [Change(place.script, script)]
    if place.startup:
        before = _without_ours(place.startup)
        ends = "" if before.endswith("\n") or not before else "\n"
        changes.append(Change(place.startup, f"{before}{ends}{place.line}  {MARK}\n"))
    return changes


def uninstalling(shell: str) -> list[Change]:
    """What takes it out again. Raises Usage."""
    place = PLACES[shell]()
    changes = [Change(place.script, None)]
    if place.startup and _read(place.startup) is not None:
        changes.append(Change(place.startup, _without_ours(place.startup)))
    return changes


def installed() -> Iterator[tuple[str, Path]]:
    """The shells with a script, and its path, also where people and packages put it."""
    for shell, place_of in PLACES.items():
        # PowerShell is asked for its profile only when something is to be changed.
        script = data_folder() / "smsgw.ps1" if shell == "powershell" else place_of().script
        if _read(script) is not None:
            yield shell, script
    for shell, place in ELSEWHERE.items():
        if (path := user_path(place)).exists():
            yield shell, path


def shell_in_use() -> str:
    """The shell of this user. Raises Usage for one without completion."""
    name = Path(os.environ.get("SHELL", "")).name.removesuffix(".exe")
    shell = {"pwsh": "powershell"}.get(name, name)
    if shell not in PLACES:
        raise Usage("cannot determine your shell", hint=f"specify one: {', '.join(PLACES)}")
    return shell


def _without_ours(startup: Path) -> str:
    lines = (_read(startup) or "").splitlines(keepends=True)
    return "".join(line for line in lines if not line.rstrip().endswith(MARK))


def _read(path: Path) -> str | None:
    try:
        return path.read_bytes().decode(errors="surrogateescape")
    except FileNotFoundError:
        return None


def _bash() -> Place:
    script = data_folder() / "smsgw.bash"
    quoted = shlex.quote(str(script))
    return Place(script, Path.home() / ".bashrc", f"[ ! -r {quoted} ] || . {quoted}")


def _zsh() -> Place:
    script = data_folder() / "_smsgw"
    startup = Path(os.environ.get("ZDOTDIR") or Path.home()) / ".zshrc"
    # The script needs compdef, which a .zshrc may or may not have loaded by now.
    loaded = "(( $+functions[compdef] )) || { autoload -Uz compinit && compinit }"
    quoted = shlex.quote(str(script))
    return Place(script, startup, f"[[ ! -r {quoted} ]] || {{ {loaded}; . {quoted} }}")


def _fish() -> Place:
    folder = os.environ.get("XDG_CONFIG_HOME") or Path.home() / ".config"
    return Place(Path(folder) / "fish" / "completions" / "smsgw.fish")


def _powershell() -> Place:
    script = data_folder() / "smsgw.ps1"
    quoted = "'" + str(script).replace("'", "''") + "'"
    return Place(script, _powershell_profile(), f"if (Test-Path {quoted}) {{ . {quoted} }}")


def _powershell_profile() -> Path:
    """The start-up file of PowerShell, which alone knows where it is. Raises SmsgwError."""
    program = shutil.which("pwsh") or shutil.which("powershell")
    if program is None:
        raise SmsgwError("PowerShell not found", hint="see 'smsgw completion powershell'")
    try:
        asked = subprocess.run(  # noqa: S603  # its own words
            [program, *_ASK_POWERSHELL], capture_output=True, text=True, timeout=SECONDS, check=True
        )
    except (OSError, subprocess.SubprocessError) as error:
        raise SmsgwError(f"cannot get the profile of PowerShell: {error}") from error
    return Path(asked.stdout.strip())


PLACES: dict[str, Callable[[], Place]] = {
    "bash": _bash,
    "zsh": _zsh,
    "fish": _fish,
    "powershell": _powershell,
}

"""The command that was probably meant by an unknown word."""

from smsgw_cli.cli.fast_help import command_names, help_of
from smsgw_cli.wording import suggestion

# What other tools call the verbs of this one. No campaign can be cancelled: deleting it stops it.
_VERBS = {
    "add": "create",
    "cancel": "delete",
    "edit": "update",
    "ls": "list",
    "new": "create",
    "rm": "delete",
    "show": "get",
    "stop": "delete",
}
_MOST = 3  # commands of one name that are all suggested


def command_meant(word: str, group: str, otherwise: str) -> str:
    """A hint at commands that are called like this, or else at the nearest one of the group."""
    names = command_names()
    same = f"{group} {_VERBS.get(word)}"
    found = [same] if same in names else [name for name in names if name.endswith(f" {word}")]
    found = list(filter(_is_shown, found))
    if 0 < len(found) <= _MOST:
        return f"did you mean {' or '.join(found)}?"
    of_group = filter(_is_shown, (name for name in names if name.rpartition(" ")[0] == group))
    return suggestion(f"{group} {word}".strip(), of_group, otherwise)


def _is_shown(name: str) -> bool:
    """Whether the help of its group lists it: commands of 0.1.0 are hidden."""
    group, _, verb = name.rpartition(" ")
    return f"\n  {verb} ".encode() in (help_of(group.split()) or b"")

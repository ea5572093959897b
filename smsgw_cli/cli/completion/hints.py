"""Completion hints of parameters, given in their annotations."""

from typing import TYPE_CHECKING, NamedTuple

from smsgw_cli.config.settings import SECRET, SETTINGS
from smsgw_cli.output import FORMATS

if TYPE_CHECKING:
    from smsgw_cli.cli.resource import Resource


class CompletionHint(NamedTuple):
    """Fixed words, or a kind of names that the shell requests with `smsgw __complete KIND`."""

    words: tuple[str, ...] = ()
    kind: str = ""


FORMAT = CompletionHint(words=FORMATS)
SETTING = CompletionHint(words=tuple(f"{name}=" for name in SETTINGS if name not in SECRET))
PROFILE_SETTING = CompletionHint(
    words=("name=", *(f"{each}=" for each in SETTINGS if each != "token"))
)
TOPIC = CompletionHint(words=("options", "settings"))
PROFILE = CompletionHint(kind="profiles")


def name_of(resource: "Resource") -> CompletionHint:
    """A hint for names (or recognizable ids) of a resource; empty if it has none."""
    is_recognizable = resource.has_names or "name" in resource.columns
    return (
        CompletionHint(kind=kind_of(resource))
        if is_recognizable and resource.parent is None
        else CompletionHint()
    )


def kind_of(resource: "Resource") -> str:
    """The kind of a resource: its command group and noun, as `devices/SIM`."""
    return f"{resource.path}/{resource.noun.replace(' ', '-')}"

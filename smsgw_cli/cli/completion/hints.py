"""What TAB offers where a value is to stand: said in the annotation of the parameter."""

from typing import TYPE_CHECKING, NamedTuple

from smsgw_cli.output import FORMATS

if TYPE_CHECKING:
    from smsgw_cli.cli.resource import Resource


class CompletionHint(NamedTuple):
    """Fixed words, or a kind of names that the shell asks for by `smsgw __complete KIND`."""

    words: tuple[str, ...] = ()
    kind: str = ""


FORMAT = CompletionHint(words=FORMATS)
PROFILE = CompletionHint(kind="profiles")


def name_of(resource: "Resource") -> CompletionHint:
    """Names of what the server has, or ids where one would recognise them; else nothing."""
    known = resource.has_names or "name" in resource.columns
    return (
        CompletionHint(kind=kind_of(resource))
        if known and resource.parent is None
        else CompletionHint()
    )


def kind_of(resource: "Resource") -> str:
    """Its group of commands, and what it is called: `devices/SIM`, `sender-ids/sender-id`."""
    return f"{resource.path}/{resource.noun.replace(' ', '-')}"

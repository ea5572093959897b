"""Completion hints of parameters, given in their annotations."""

from typing import NamedTuple

from smsgw_cli.config.settings import SECRET, SETTINGS
from smsgw_cli.output import FORMATS


class CompletionHint(NamedTuple):
    """Fixed words, or a kind of names that the shell requests with `smsgw __complete KIND`.

    `is_single`: it is refused if it is given twice, though the parser takes it.
    """

    words: tuple[str, ...] = ()
    kind: str = ""
    is_single: bool = False


FORMAT = CompletionHint(words=FORMATS)
SETTING = CompletionHint(words=tuple(f"{name}=" for name in SETTINGS if name not in SECRET))
PROFILE_SETTING = CompletionHint(
    words=("name=", *(f"{each}=" for each in SETTINGS if each != "token"))
)
PROFILE = CompletionHint(kind="profiles")

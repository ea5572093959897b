"""Rules and answers for tests of balances."""

from pathlib import Path

RULES = r"""
[[balance]]
carrier = "T-Mobile US"
country = "us"
code = "*100*1#"
pattern = 'balance is (?P<currency>\D)(?P<amount>[\d.,]+)\. Valid until (?P<expiry>.+)\.'
low = 5

[[balance]]
carrier = "T-Mobile*"
code = "*101#"
pattern = '(?P<amount>.+)'

[[balance]]
code = "*198#"
pattern = 'Bal:? ?(?P<amount>[^;]+?)(;|$)( ?exp (?P<expiry>.+))?'
low = 2.5
"""
STUCK = "*198#"
"""A code that stays queued until the test answers it."""


def configure(home: Path, text: str = RULES) -> None:
    """Write config.toml."""
    path = home / ".config" / "smsgw" / "config.toml"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")

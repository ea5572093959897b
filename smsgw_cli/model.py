"""The gateway's words, once: what its records are made of."""

from typing import Any

Record = dict[str, Any]
"""One record as the API gives it: every key of the JSON object."""

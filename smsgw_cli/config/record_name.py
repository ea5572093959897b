"""Names of the files that hold the records of a server."""

import hashlib
import re


def file_name(server: str) -> str:
    """The file name for a server's records: its host and a digest, which makes it unique.

    A text without a scheme is an internal name, such as `sandbox`, and is returned unchanged.
    """
    _, scheme, rest = server.partition("://")
    if not scheme:
        return server
    host = re.sub(r"[^a-z0-9.-]+", "_", rest.lower())[:60]
    return f"{host}-{hashlib.sha256(server.encode()).hexdigest()[:12]}"

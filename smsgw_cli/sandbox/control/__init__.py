"""The control address /__sandbox: steer a running gateway by HTTP, see what it was asked."""

PREFIX = "/__sandbox"


def concerns(path: str) -> bool:
    """Whether a path is below the control address."""
    return path.startswith(PREFIX) and path[len(PREFIX) :][:1] in ("", "/")

"""--dry-run: prints the request instead of sending it."""

from typing import Any

from smsgw_cli import redact
from smsgw_cli.cli.session import Session
from smsgw_cli.config.address import API_PATH


def would_send(session: Session, method: str, path: str, body: Any = None) -> bool:
    """With --dry-run, print the request; returns whether it is a dry run."""
    if session.options.dry_run:
        shown = body if session.options.show_secrets else redact.data(body)
        session.out.json(request_of(method, path, shown))
    return bool(session.options.dry_run)


def request_of(method: str, path: str, body: Any = None) -> dict[str, Any]:
    """A request as data: `{"method": "PUT", "path": "/api/v1/devices/1", "body": {…}}`."""
    request = {"method": method, "path": f"{API_PATH}/{path}"}
    return request if body is None else {**request, "body": body}

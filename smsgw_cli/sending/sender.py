"""Sends through the ledger, so that none goes out twice by our doing."""

from collections.abc import Callable
from typing import Protocol

from smsgw_cli.errors import Interrupted, SmsgwError, Unknown
from smsgw_cli.resource import Record
from smsgw_cli.sending import ledger
from smsgw_cli.sending.counts import Counting
from smsgw_cli.sending.ledger import Ledger

LOOK = "look for it with 'smsgw campaigns list' before you send again"


class Api(Counting, Protocol):
    """What sending needs of the API's client."""

    def send(self, path: str, body: Record) -> Record: ...


class Sender:
    """Sends to one server."""

    def __init__(self, api: Api, ledger: Ledger, tell: Callable[[str], None]) -> None:
        self._api = api
        self._ledger = ledger
        self._tell = tell

    def send(self, path: str, body: Record, *, once: str | None = None) -> tuple[Record, bool]:
        """Send, unless a send with the key `once` was accepted before: the campaign, and if so.

        Raises what the API raises, and Unknown where a send may have been accepted: by this
        run, or by an earlier one with this key.
        """
        with self._ledger.alone_with(once):
            earlier = self._ledger.find(once) if once is not None else None
            if earlier is None or earlier[0] == ledger.REFUSED:
                return self._send(path, body, once), True
        state, campaign = earlier
        if state == ledger.ACCEPTED and campaign is not None:
            return campaign, False
        raise Unknown(f"a send with the key {once!r} may have been accepted before", hint=LOOK)

    def _send(self, path: str, body: Record, once: str | None) -> Record:
        number = self._ledger.begin(once, path, body)
        try:
            campaign = self._api.send(path, body)
        except Unknown as error:
            self._note(number, ledger.UNKNOWN)
            raise Unknown(error.message, status=error.status, hint=LOOK) from error
        except SmsgwError:
            self._note(number, ledger.REFUSED)
            raise
        except KeyboardInterrupt:
            self._note(number, ledger.UNKNOWN)
            raise Interrupted(
                "stopped while the send was on its way; it may have been accepted", hint=LOOK
            ) from None
        if not isinstance(campaign.get("id"), int):
            self._note(number, ledger.UNKNOWN)
            raise Unknown(
                "the server accepted the send, but did not say as which campaign",
                hint="'smsgw campaigns list' shows it",
            )
        self._note(number, ledger.ACCEPTED, campaign)
        return campaign

    def _note(self, number: int, state: str, campaign: Record | None = None) -> None:
        """Note how a send ended. What cannot be noted stands as unknown, so it is only told."""
        try:
            self._ledger.end(number, state, campaign)
        except SmsgwError as error:
            ended = f"accepted as campaign {campaign['id']}" if campaign else state
            self._tell(f"warning: the send was {ended}, which could not be noted: {error.message}")

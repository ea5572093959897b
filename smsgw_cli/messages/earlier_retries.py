"""Earlier retries of campaigns from here, as the ledger has them."""

from collections.abc import Callable, Collection, Iterator
from contextlib import ExitStack, contextmanager
from typing import NamedTuple

from smsgw_cli.errors import Unavailable, Unknown
from smsgw_cli.messages.ledger import Ledger
from smsgw_cli.messages.ledger_entry import REFUSED, UNKNOWN, Entry
from smsgw_cli.messages.ledger_runs import parse_retry_key
from smsgw_cli.messages.reconcile import settle_hint
from smsgw_cli.messages.retry_failed import Recipient, content_key
from smsgw_cli.messages.send_locks import SendLocks
from smsgw_cli.storage.locks import Busy

LOCK = "retry"


class EarlierRetries(NamedTuple):
    """Retries by the campaign whose messages had failed, oldest first."""

    by_campaign: dict[int, list[Entry]]

    def campaigns_of(self, campaign: int) -> list[int]:
        """The campaigns that sent its failed messages again, as far as they are known."""
        entries = self.by_campaign.get(campaign, ())
        return [each.campaign["id"] for each in entries if each.campaign]

    def recipients_of(self, campaign: int) -> set[Recipient]:
        """Who was sent its failed messages again."""
        return {
            (number, content_key(entry.body))
            for entry in self.by_campaign.get(campaign, ())
            for number in entry.body.get("mobile_numbers", ())
        }


def earlier_retries(
    ledger: Ledger,
    campaigns: Collection[int],
    once: str | None,
    settle: Callable[[Entry], Entry] | None = None,
) -> EarlierRetries:
    """The retries of these campaigns that were accepted, or may have been.

    With a key `once`, only those with the same: a new key sends again. `settle` asks the server
    about one whose outcome is not known; then raises Unknown if it stays so.
    """
    found: dict[int, list[Entry]] = {}
    for entry in ledger.retries():
        parsed = parse_retry_key(entry.key)
        if parsed is None or parsed[0] not in campaigns or once not in (None, parsed[1]):
            continue
        settled = settle(entry) if settle and entry.is_open else entry
        if settle and settled.state == UNKNOWN:
            raise Unknown(
                f"an earlier retry of campaign {parsed[0]} may or may not have been accepted",
                hint=settle_hint(settled),
            )
        if settled.state != REFUSED:
            found.setdefault(parsed[0], []).append(settled)
    return EarlierRetries(found)


@contextmanager
def one_at_a_time(ledger: Ledger, note: Callable[[str], None]) -> Iterator[None]:
    """Within the block no other process retries, as neither would know of the other's sends.

    Raises Unavailable if another process does not end in time.
    """
    locks = SendLocks(ledger.path)
    with ExitStack() as stack:
        try:
            stack.enter_context(
                locks.held(LOCK, lambda holder: note(f"{holder} is retrying; waiting for it"))
            )
        except Busy:
            raise Unavailable(
                f"{locks.holder(LOCK)} is still retrying; nothing was sent",
                hint="stop that process if it hangs, or run this again when it has ended",
            ) from None
        yield

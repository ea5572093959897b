"""Sends through the ledger, so that nothing is sent twice or lost."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from typing import Protocol

from smsgw_cli.api.reader import Reader
from smsgw_cli.errors import Interrupted, SmsgwError, Unavailable, Unknown
from smsgw_cli.messages import ledger, reconcile, send_locks
from smsgw_cli.messages.campaign_names import named, unique
from smsgw_cli.messages.ledger import Entry, Ledger
from smsgw_cli.messages.outcomes import Reconciler, ask_again
from smsgw_cli.messages.send_locks import SendLocks
from smsgw_cli.model import Record
from smsgw_cli.storage.locks import Busy


class Api(Reader, reconcile.Lister, Protocol):
    """The part of the API client needed for sending."""

    def send(self, path: str, body: Record) -> Record: ...


@dataclass(frozen=True)
class UnknownPolicy:
    """The policy for a send with an unknown outcome.

    `settle` is the time in seconds before a campaign missing on the server means that the send was
    not accepted; it is then retried, `retries` times at most.
    """

    settle: float = reconcile.SETTLE
    retries: int = 0


class Sender:
    """Sends to one server.

    `note` prints a note, `warn` a warning that is shown even with -q.
    """

    def __init__(
        self,
        api: Api,
        ledger: Ledger,
        *,
        note: Callable[[str], None],
        warn: Callable[[str], None],
    ) -> None:
        self._api = api
        self._ledger = ledger
        self._claims = SendLocks(ledger.path)
        self._outcomes = Reconciler(api, ledger, note, warn)
        self._note = note
        self._warn = warn

    def send(
        self,
        path: str,
        body: Record,
        *,
        once: str | None = None,
        care: UnknownPolicy | None = None,
    ) -> tuple[Record, bool]:
        """Send, unless a send with the key `once` was accepted before: the campaign, and if so.

        The campaign's `id` is None where the server took it and does not show it. Raises what
        the API raises, Unavailable for a send that was lost and did not go out again, and
        Unknown where one may have been accepted: by this run, or by an earlier one.
        """
        care = care or UnknownPolicy()
        earlier = self._ledger.find(once) if once is not None else None
        if earlier and earlier.state == ledger.ACCEPTED and earlier.campaign:
            return self._repeated(earlier, body, earlier.campaign), False
        claim = send_locks.of_key(once) if once is not None else unique()
        with self._claims.held(claim, lambda: self._tell_wait(once)):
            earlier = self._ledger.find(once) if once is not None else None
            campaign = self._settled_earlier(earlier, claim, care) if earlier else None
            if earlier and campaign:
                return self._repeated(earlier, body, campaign), False
            is_unique = not body.get("name")
            if is_unique:
                body = _named(body, earlier)
            entry = self._begin(path, body, once, claim, is_unique=is_unique)
            with self._interruptible(entry):
                return self._carried_out(entry, care), True

    def knows(self, once: str) -> bool:
        """Whether a send with this key was, or may have been, accepted."""
        return self._ledger.find(once) is not None

    def settle(self, entry: Entry, seconds: float) -> Entry:
        """Determine the outcome of an unknown send from the server; never sends.

        Returns the updated send; one in progress is not touched.
        """
        try:
            with self._claims.held(entry.claim):
                entry = self._ledger.get(entry.id)
                if entry.is_open:
                    with self._interruptible(entry), suppress(Unknown):
                        self._outcomes.found(entry, seconds)
        except Busy:
            self._note(f"note: send {entry.id} is in progress")
        return self._ledger.get(entry.id)

    def _begin(
        self, path: str, body: Record, once: str | None, claim: str, *, is_unique: bool
    ) -> Entry:
        newest = None if is_unique else self._newest()
        return self._ledger.begin(
            path, body, key=once, claim=claim, is_unique=is_unique, newest=newest
        )

    def _newest(self) -> int | None:
        """The newest campaign id before a send whose name may not be unique.

        Raises Unavailable: a server that cannot be asked now would not accept the send either.
        """
        try:
            return reconcile.newest(self._api)
        except Unavailable:
            raise
        except SmsgwError:
            return None

    def _carried_out(self, entry: Entry, care: UnknownPolicy) -> Record:
        """Send, with retries, until it is accepted or refused."""
        for _ in range(care.retries):
            campaign = self._tried(entry, care)
            if campaign:
                return campaign
            self._note("the server did not accept it; retrying")
            self._ledger.again(entry.id)
        campaign = self._tried(entry, care)
        if campaign:
            return campaign
        raise Unavailable(
            "the send was lost: the server did not accept it",
            hint="it is safe to run it again",
        )

    def _tried(self, entry: Entry, care: UnknownPolicy) -> Record | None:
        """Send once; returns the campaign, None if it was certainly not accepted."""
        try:
            campaign = self._api.send(entry.path, entry.body)
        except Unknown as error:
            self._outcomes.end(entry, ledger.UNKNOWN, said=error.message)
            self._note(f"{error.message}; checking whether the server accepted it")
            return self._outcomes.found(self._ledger.get(entry.id), care.settle)
        except SmsgwError as error:
            self._outcomes.end(entry, ledger.REFUSED, said=error.message)
            raise
        if isinstance(campaign.get("id"), int):
            self._outcomes.end(entry, ledger.ACCEPTED, campaign)
            return campaign
        self._outcomes.end(entry, ledger.ACCEPTED)
        self._note("the server accepted it without returning the campaign; searching for it")
        return self._outcomes.found(self._ledger.get(entry.id), min(care.settle, reconcile.MOMENT))

    def _settled_earlier(self, entry: Entry, claim: str, care: UnknownPolicy) -> Record | None:
        """The campaign of an earlier send with this key; None if it was not accepted."""
        if entry.claim != claim:  # it is of a mailing, which may be under way
            with self._claims.held(entry.claim, lambda: self._tell_wait(entry.key)):
                left = self._ledger.find(entry.key or "")
                return self._settled_earlier(left, entry.claim, care) if left else None
        if entry.state == ledger.ACCEPTED:
            return entry.campaign or self._outcomes.found(entry, 0.0)
        self._note("an earlier send with this key has an unknown outcome; checking with the server")
        with self._interruptible(entry):
            return self._outcomes.found(entry, care.settle)

    def _repeated(self, earlier: Entry, body: Record, campaign: Record) -> Record:
        """The campaign of an earlier send, with a warning if that was different."""
        name = {} if body.get("name") or not earlier.is_unique else {"name": earlier.name}
        if earlier.body != {**body, **name}:
            self._warn(
                f"warning: the earlier send with the key {earlier.key!r} was different; "
                f"see 'smsgw sends show {earlier.id}'"
            )
        return campaign

    def _tell_wait(self, once: str | None) -> None:
        self._note(f"another process is sending with the key {once!r}; waiting for it")

    @contextmanager
    def _interruptible(self, entry: Entry) -> Iterator[None]:
        """Record a send left unknown by Ctrl-C."""
        try:
            yield
        except KeyboardInterrupt:
            if self._ledger.get(entry.id).state == ledger.SENDING:
                self._outcomes.end(entry, ledger.UNKNOWN, said="interrupted while it was sent")
            raise Interrupted(
                "interrupted; the send may have been accepted", hint=ask_again(entry)
            ) from None


def _named(body: Record, earlier: Entry | None) -> Record:
    """The body with a unique name; a lost earlier send keeps its name, as it may still arrive."""
    if earlier and earlier.is_unique:
        return {**body, "name": earlier.name}
    return named(body)

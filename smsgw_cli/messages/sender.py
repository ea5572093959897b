"""Sends through the ledger, so that nothing is sent twice or lost."""

from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager, suppress
from typing import NamedTuple, Protocol

from smsgw_cli.api.reader import PageReader, Reader
from smsgw_cli.engine.job import SETTLE
from smsgw_cli.errors import Contradictory, Rejected, SmsgwError, Unavailable, Unknown
from smsgw_cli.messages import campaign_search, send_locks, used_keys
from smsgw_cli.messages.campaign_names import named, unique
from smsgw_cli.messages.differing import Differing
from smsgw_cli.messages.interruption import of_send
from smsgw_cli.messages.ledger import Ledger
from smsgw_cli.messages.ledger_entry import ACCEPTED, REFUSED, SENDING, UNKNOWN, Entry
from smsgw_cli.messages.ledger_writes import INTERRUPTED, EndedSend, NewSend
from smsgw_cli.messages.other_ledgers import warn_of_key
from smsgw_cli.messages.reconcile import Reconciler
from smsgw_cli.messages.send_locks import SendLocks
from smsgw_cli.messages.zone_names import renamed_zone
from smsgw_cli.model import Record
from smsgw_cli.storage.locks import Busy

REQUEST_TIMEOUT = 408


class SendApi(Reader, PageReader, Protocol):
    """The part of the API client needed for sending."""

    def send(self, path: str, body: Record) -> Record: ...


class UnknownPolicy(NamedTuple):
    """The policy for a send with an unknown outcome.

    `settle` is the time in seconds before a campaign missing on the server means that the send was
    not accepted; it is then retried, `retries` times at most.
    """

    settle: float = SETTLE
    retries: int = 0


class Sender:
    """Sends to one server.

    `note` prints a note, `warn` a warning that is shown even with -q.
    """

    def __init__(
        self,
        api: SendApi,
        ledger: Ledger,
        *,
        note: Callable[[str], None],
        warn: Callable[[str], None],
    ) -> None:
        self._api = api
        self._ledger = ledger
        self._locks = SendLocks(ledger.path)
        self._reconciler = Reconciler(api, ledger, note, warn)
        self._note = note
        self._warn = warn

    def send(
        self,
        path: str,
        body: Record,
        *,
        once: str | None = None,
        policy: UnknownPolicy | None = None,
        wave: int | None = None,
    ) -> tuple[Record, bool]:
        """Send a body of `/messages/send` or `/ussd-pulls/send`, at most once with the key `once`.

        That of a `wave` is a key of its mailing, and so is its name, which no other campaign has.

        Returns the campaign, and whether it is new. Its `id` is None if the server accepted the
        send but does not show its campaign. Raises what the API raises, Unavailable if the send
        was lost, Unknown if it, or an earlier one with the key, may have been accepted.
        """
        policy = policy or UnknownPolicy()
        self._ledger.key = once
        earlier = self._ledger.find(once) if once is not None else None
        if earlier and earlier.state == ACCEPTED and earlier.campaign:
            return self._known(earlier, body, earlier.campaign), False
        if once is not None and not earlier and used_keys.is_used(self._ledger, once):
            return {"id": None, "name": None}, False  # its record was removed
        lock = send_locks.of_key(once) if once is not None else unique()
        with self._locked(lock, once):
            earlier = self._ledger.find(once) if once is not None else None
            campaign = self._reconcile_earlier(earlier, lock, policy) if earlier else None
            if earlier and campaign:
                return self._known(earlier, body, campaign), False
            if once is not None and not earlier and not wave:
                warn_of_key(self._ledger.path, once, self._warn)
            is_unique = bool(wave) or not body.get("name")
            if not body.get("name"):
                body = _named(body, earlier)
            watermark = None if is_unique else self._watermark()
            entry = self._ledger.begin(NewSend(path, body, once, is_unique, watermark, wave), lock)
            with self._interruptible(entry):
                campaign = self._send(entry, policy)
            differing = Differing()
            differing.add(body, campaign)
            self._reconciler.warn_of(differing)
            return campaign, True

    def settle(self, entry: Entry, seconds: float) -> Entry:
        """Determine the outcome of an unknown send from the server; never sends.

        Returns the updated send; one in progress is not touched.
        """
        try:
            with self._locks.held(entry.lock):
                entry = self._ledger.get(entry.id)
                if entry.is_open:
                    with self._interruptible(entry), suppress(Unknown):
                        self._reconciler.campaign_of(entry, seconds)
        except Busy:
            self._note(f"note: send {entry.id} is in progress")
        return self._ledger.get(entry.id)

    def _watermark(self) -> int | None:
        """The highest campaign id before a send whose name may not be unique; None if unknown.

        Raises Unavailable: a server that cannot be asked now would not accept the send either.
        """
        try:
            return campaign_search.highest_id(self._api)
        except Unavailable:
            raise
        except SmsgwError:
            return None

    def _send(self, entry: Entry, policy: UnknownPolicy) -> Record:
        """Send, with retries if it is lost. Raises as `send` does."""
        for _ in range(policy.retries):
            campaign = self._attempt(entry, policy)
            if campaign:
                return campaign
            self._note("the server did not accept it; retrying")
            self._ledger.begin_retry(entry.id)
        campaign = self._attempt(entry, policy)
        if campaign:
            return campaign
        raise _lost()

    def _attempt(self, entry: Entry, policy: UnknownPolicy) -> Record | None:
        """Send once; returns the campaign, None if it was certainly not accepted."""
        try:
            campaign = self._sent(entry)
        except Unknown as error:
            is_contradictory = isinstance(error, Contradictory)
            self._reconciler.end(
                EndedSend(entry.id, UNKNOWN, None, error.message, is_contradictory)
            )
            self._note(f"{error.message}; checking whether the server accepted it")
            found = self._reconciler.campaign_of(self._ledger.get(entry.id), policy.settle)
            if found is None and not may_pass(error):
                raise _lost() from error
            return found
        except SmsgwError as error:
            self._reconciler.end(EndedSend(entry.id, REFUSED, server_message=error.message))
            raise
        if isinstance(campaign.get("id"), int):
            self._reconciler.end(EndedSend(entry.id, ACCEPTED, campaign))
            return campaign
        self._reconciler.end(EndedSend(entry.id, ACCEPTED))
        self._note("the server accepted it without returning the campaign; searching for it")
        return self._reconciler.campaign_of(
            self._ledger.get(entry.id), min(policy.settle, campaign_search.GRACE)
        )

    def _sent(self, entry: Entry) -> Record:
        """The response; a server that does not know the name of a time zone is asked with its
        older or newer one, once."""
        try:
            return self._api.send(entry.path, entry.body)
        except Rejected as error:
            body = renamed_zone(entry.body, error)
            if body is None:
                raise
            return self._api.send(entry.path, body)

    def _reconcile_earlier(self, entry: Entry, lock: str, policy: UnknownPolicy) -> Record | None:
        """The campaign of an earlier send with this key; None if it was not accepted."""
        if entry.lock != lock:  # that of a mailing, which may be running
            with self._locked(entry.lock, entry.key):
                current = self._ledger.find(entry.key or "")
                return self._reconcile_earlier(current, entry.lock, policy) if current else None
        if entry.state == ACCEPTED:
            return entry.campaign or self._reconciler.campaign_of(entry, 0.0)
        self._note("an earlier send with this key has an unknown outcome; checking with the server")
        with self._interruptible(entry):
            return self._reconciler.campaign_of(entry, policy.settle)

    def _known(self, earlier: Entry, body: Record, campaign: Record) -> Record:
        """The campaign of an earlier send; warns if its body was different."""
        name = {} if body.get("name") or not earlier.is_unique else {"name": earlier.name}
        if earlier.body != {**body, **name}:
            self._warn(
                f"warning: the earlier send with the key {earlier.key!r} was different; "
                f"see 'smsgw sends get {earlier.id}'"
            )
        return campaign

    @contextmanager
    def _locked(self, lock: str, key: str | None) -> Iterator[None]:
        """Hold a lock. Raises Unavailable if another process does not release it in time."""

        def note(holder: str) -> None:
            self._note(f"{holder} is sending with the key {key!r}; waiting for it")

        with ExitStack() as stack:
            try:
                stack.enter_context(self._locks.held(lock, note))
            except Busy:
                raise Unavailable(
                    f"{self._locks.holder(lock)} is still sending with the key {key!r}; "
                    "nothing was sent",
                    hint="stop that process if it hangs, or run this again when it has ended",
                ) from None
            yield

    @contextmanager
    def _interruptible(self, entry: Entry) -> Iterator[None]:
        """On Ctrl-C, record a send without an outcome as unknown, and raise Interrupted."""
        try:
            yield
        except KeyboardInterrupt:
            if self._ledger.get(entry.id).state == SENDING:
                self._reconciler.end(EndedSend(entry.id, UNKNOWN, server_message=INTERRUPTED))
            raise of_send(self._ledger.get(entry.id)) from None


def may_pass(error: SmsgwError | None) -> bool:
    """Whether a send that was lost may get another response if it is repeated.

    The page of a firewall or a redirect stays what it is, unlike a failure of the server.
    """
    status = error.status if error else None
    return status is None or status == REQUEST_TIMEOUT or not 300 <= status < 500


def _lost() -> Unavailable:
    return Unavailable(
        "the send was lost: the server did not accept it", hint="it is safe to run it again"
    )


def _named(body: Record, earlier: Entry | None) -> Record:
    """The body with a unique name; a lost earlier send keeps its name, as it may still arrive."""
    if earlier and earlier.is_unique:
        return {**body, "name": earlier.name}
    return named(body)

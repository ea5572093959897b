"""`devices selftest`: SIMs text each other, and it is watched whether that arrives."""

from collections.abc import Sequence
from datetime import datetime

from smsgw_cli.cli.dry_run import request_of
from smsgw_cli.cli.resource import find
from smsgw_cli.cli.session import Session
from smsgw_cli.commands._selftest_result import raise_worst, show, summary
from smsgw_cli.commands._send_checks import guard_of
from smsgw_cli.commands._sending import sender_of
from smsgw_cli.commands.devices import SIM, sims_in
from smsgw_cli.errors import Interrupted, Pending, SmsgwError, Usage
from smsgw_cli.fleet import selftest_pairs
from smsgw_cli.fleet.history import History, path_for
from smsgw_cli.fleet.selftest import LARGEST_RUN, Pair, SelfTest, nonces
from smsgw_cli.fleet.selftest_history import SelfTests
from smsgw_cli.fleet.selftest_pairs import MAX_LISTED
from smsgw_cli.fleet.selftest_send import SelfTestSender, body_of
from smsgw_cli.fleet.selftest_watch import SelfTestWatch
from smsgw_cli.messages.recipient_check import UNSUBSCRIBED
from smsgw_cli.messages.send_paths import MESSAGES
from smsgw_cli.messages.sender import UnknownPolicy
from smsgw_cli.sms.durations import in_words
from smsgw_cli.wording import listed, pluralize

PATIENCE = 180.0  # seconds to wait without --timeout
GOES_ON = "run it again within an hour to resume waiting; no further text is sent"


def selftest(
    session: Session,
    sender: str | None,
    receiver: str | None,
    settle: float,
    delivery_report: bool | None,
) -> None:
    """Send the texts, wait for them, print a row for each pair.

    Raises as `selftest_pairs.chosen`, as `Session.confirm`, and as `raise_worst`.
    """
    patience = session.patience(PATIENCE)
    reports = delivery_report is not False
    pairs = _pairs(session, sender, receiver)
    _refuse_suppressed(session, pairs)
    if session.options.dry_run:
        return _would_send(session, pairs, reports=reports)
    history = session.closing(History(path_for(session.profile.key)))
    store = SelfTests(history, once_an_hour=not session.can_ask)
    _confirm(session, store.new(pairs, session.now))
    tests = store.begin(pairs, session.now)
    _note_earlier(session, tests)
    return _carry_out(session, store, tests, settle=settle, reports=reports, patience=patience)


def _carry_out(
    session: Session,
    store: SelfTests,
    tests: Sequence[SelfTest],
    *,
    settle: float,
    reports: bool,
    patience: float,
) -> None:
    """Send what was not sent yet, wait for it, print all. Raises as `raise_worst`."""

    def now() -> datetime:
        return session.now

    policy = UnknownPolicy(settle, session.profile.retries)
    texts = SelfTestSender(sender_of(session), policy, store.save, now, reports=reports)
    watch = SelfTestWatch(session.api, texts.send(tests), store.save, now, reports=reports)
    _wait(session, watch, patience)
    ended = [*watch.tests, *texts.unsent]
    show(session, ended)
    raise_worst(ended, texts.error or _silence(watch))


def _pairs(session: Session, sender: str | None, receiver: str | None) -> list[Pair]:
    """The pairs that are named, or all; warns of SIMs that are left out."""
    devices = list(session.api.pages("devices"))
    resource = SIM._replace(records=lambda _: sims_in(devices))
    first = None if sender is None else find(session.api, resource, sender)
    second = None if receiver is None else find(session.api, resource, receiver)
    every = selftest_pairs.candidates(devices, session.setting("region"))
    found = selftest_pairs.chosen(every, first, second)
    if len(found.pairs) > LARGEST_RUN:
        raise Usage(f"a self-test has at most {LARGEST_RUN:,} texts", hint="name FROM and TO")
    for text in found.left_out:
        session.warn(f"warning: {text}")
    return found.pairs


def _refuse_suppressed(session: Session, pairs: Sequence[Pair]) -> None:
    """Raise Usage if the number of a SIM is on a list of numbers that must not be contacted."""
    sims = {sim.number: sim for _, sim in pairs if sim.number}
    for number, why in guard_of(session).excluded(session.api, sims).items():
        listed, hint = "on the do-not-contact list", f"smsgw suppress remove {number}"
        if why == UNSUBSCRIBED:
            listed, hint = "unsubscribed from a list of respect_lists", "subscribe it again there"
        raise Usage(f"SIM {sims[number].id} ({number}) is {listed}; nothing was sent", hint=hint)


def _would_send(session: Session, pairs: Sequence[Pair], *, reports: bool) -> None:
    named = zip(nonces(len(pairs)), pairs, strict=True)
    tests = [SelfTest(nonce, *pair, session.now) for nonce, pair in named]
    session.out.json(
        [request_of("POST", MESSAGES, body_of(each, reports=reports)) for each in tests]
    )


def _confirm(session: Session, pairs: Sequence[Pair]) -> None:
    if pairs:
        texts, named = pluralize(len(pairs), "text"), list(map(str, pairs))
        session.confirm_on_server(f"Send {texts} ({listed(named, MAX_LISTED)})? Each is charged.")


def _note_earlier(session: Session, tests: Sequence[SelfTest]) -> None:
    for test in tests:
        if test.outcome is not None:
            ago = in_words((session.now - test.started_at).total_seconds())
            session.out.note(
                f"note: SIM {test.sender.id} sent a self-test {ago} ago, and sends at most "
                f"one an hour {session.why_not_asked}; this is its result"
            )


def _silence(watch: SelfTestWatch) -> SmsgwError | None:
    """The error where the server did not say whether a text arrived."""
    if watch.silence is None:
        return None
    message = f"cannot determine whether the text arrived: {watch.silence.message}"
    return Pending(message, hint=GOES_ON)


def _wait(session: Session, watch: SelfTestWatch, patience: float) -> None:
    """Show the progress of the waiting. Raises Interrupted."""
    total = len(watch.tests)
    if not watch.may_change:
        return
    try:
        with session.out.progress("self-test") as progress:
            for tests in watch.steps(patience):
                progress(sum(each.outcome is not None for each in tests), total, summary(tests))
    except KeyboardInterrupt:
        raise Interrupted("stopped waiting", hint=GOES_ON) from None

"""`sends`: lists the ledger, settles unknown sends, removes records."""

import re
from collections.abc import Iterable, Iterator, Sequence
from itertools import islice

from smsgw_cli.cli.actions import at_most
from smsgw_cli.cli.session import Session
from smsgw_cli.cli.values import references
from smsgw_cli.commands._sending import ledger_of, sender_of
from smsgw_cli.errors import Unknown, Usage
from smsgw_cli.messages.history import History
from smsgw_cli.model import Record
from smsgw_cli.wording import pluralize

COLUMNS = ("id", "key", "kind", "state", "campaign", "recipients", "started_at", "ended_at")
MOST_NAMED = 10  # maximum number of keys listed in a prompt
EVERY = (*COLUMNS, "wave", "name", "said", "body")


def list_sends(session: Session, states: list[str] | None, limit: int | None) -> None:
    most = at_most(limit)
    found = _history(session).all(states)
    session.out.rows(islice(found, most), COLUMNS, every=EVERY, empty="no sends")


def get_send(session: Session, number: int) -> None:
    found = _history(session).get(number)
    session.out.record(found, COLUMNS if found["wave"] is None else (*COLUMNS, "wave"))


def settle_sends(session: Session, numbers: list[str] | None, settle: float) -> None:
    """Look unknown sends up, and print what became of them. Raises Unknown if some stay so."""
    left: list[str] = []

    def settled() -> Iterator[Record]:
        record = None
        for record in _history(session).settle(_numbers(numbers), settle, sender_of(session)):
            if record["state"] == "unknown":
                left.append(f"{record['id']}: {record['said']}")
            yield record
        if record is None and not session.out.is_table:
            session.out.note(nothing)

    nothing = "no unknown sends"
    session.out.rows(settled(), COLUMNS, every=EVERY, empty=nothing)
    if left:
        raise Unknown(
            f"{pluralize(len(left), 'send stays', 'sends stay')} unknown",
            errors={"send": left},
            hint="see 'smsgw campaigns list'; remove the records with 'smsgw sends remove'",
        )


def remove_sends(
    session: Session, numbers: list[str] | None, before: str | None, keys: bool | None
) -> None:
    """Remove records: those with these numbers free their keys, after confirmation, and those
    before a time only with `keys`."""
    chosen = _chosen(session, numbers, before, with_unknown=False)
    _remove(session, chosen, keeps_keys=before is not None and not keys)


def forget_sends(session: Session, numbers: list[str] | None, before: str | None) -> None:
    """Remove records, and free their keys, after confirmation."""
    _remove(session, _chosen(session, numbers, before, with_unknown=True), keeps_keys=False)


def _chosen(
    session: Session, numbers: list[str] | None, before: str | None, *, with_unknown: bool
) -> Sequence[int]:
    if bool(numbers) == bool(before):
        raise Usage("no sends given", hint="use numbers of sends or --before WHEN")
    if before:
        return _history(session).before(before, with_unknown=with_unknown)
    return _numbers(numbers)


def _remove(session: Session, chosen: Sequence[int], *, keeps_keys: bool) -> None:
    history = _history(session)
    history.refuse_in_progress(chosen)
    if session.options.dry_run:
        # The words of these results are data, so they stay those of 0.1.0.
        session.out.json([{"id": each, "would": "forget"} for each in chosen])
        return
    if chosen and not keeps_keys:
        session.confirm_on_server(_question(chosen, history.first_keys(chosen, MOST_NAMED + 1)))
    history.remove(chosen, keeps_keys=keeps_keys)
    session.out.rows(({"id": each, "result": "forgotten"} for each in chosen), ("id", "result"))


def _history(session: Session) -> History:
    return History(ledger_of(session))


def _question(chosen: Sequence[int], keys: list[str]) -> str:
    named = f"send {chosen[0]}" if len(chosen) == 1 else f"{len(chosen):,} sends"
    shown = ", ".join(map(repr, keys[:MOST_NAMED])) + (", …" if len(keys) > MOST_NAMED else "")
    noun = "Key" if len(keys) == 1 else "Keys"
    warning = f" {noun} {shown} could then send again." if keys else ""
    return f"Delete the record of {named}?{warning}"


def _numbers(given: Iterable[str] | None) -> list[int]:
    """The numbers of sends without duplicates. Raises Usage for an invalid one."""
    found = []
    for text in references(given or ()):
        if not re.fullmatch("[0-9]{1,18}", text):
            raise Usage(f"invalid send number {text!r}", hint="see 'smsgw sends list'")
        found.append(int(text))
    return list(dict.fromkeys(found))

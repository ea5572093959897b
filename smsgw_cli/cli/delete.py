"""Deletes records: confirms, shows what else is deleted, skips missing ones, reports."""

from collections.abc import Sequence
from importlib import import_module
from itertools import zip_longest
from typing import Any, NamedTuple

from smsgw_cli.cli.dry_run import request_of
from smsgw_cli.cli.resource import Resource, find
from smsgw_cli.cli.session import Session
from smsgw_cli.cli.titles import name_of, title
from smsgw_cli.errors import Interrupted, NotFound, Partial, SmsgwError
from smsgw_cli.model import Record
from smsgw_cli.wording import pluralize

MAX_LISTED = 10  # maximum number of ids listed in a prompt


class Deletion(NamedTuple):
    """Deleted ids, errors of missing ones, ids not deleted, and the error that `stopped` it."""

    deleted: list[int]
    missing: list[NotFound]
    left: Sequence[int] = ()
    stopped: SmsgwError | None = None


def delete(session: Session, resource: Resource, references: list[str]) -> None:
    """Delete records after confirmation; missing ones are reported and skipped.

    Raises NotFound if the only record is missing, Partial if some are missing or if it was
    stopped midway, and the error that stopped it before anything was deleted.
    """
    identities, missing = _resolved(session, resource, references)
    is_single = len(references) == 1
    if missing and is_single:
        raise missing[0]
    if session.options.dry_run:
        session.out.json([request_of("DELETE", f"{resource.path}/{each}") for each in identities])
        return _require_all(identities, missing)
    if identities and not session.options.yes:
        session.confirm_on_server(_question(session, resource, identities))
    deletion = _delete_all(session, resource, identities)
    _print(session, deletion, is_single=is_single)
    return _require_all(deletion.deleted, [*missing, *deletion.missing])


def _resolved(
    session: Session, resource: Resource, references: list[str]
) -> tuple[list[int], list[NotFound]]:
    identities: list[int] = []
    missing: list[NotFound] = []
    for reference in references:
        try:
            identities.append(find(session.api, resource, reference))
        except NotFound as error:
            missing.append(error)
    return list(dict.fromkeys(identities)), missing


def _delete_all(session: Session, resource: Resource, identities: list[int]) -> Deletion:
    """Delete the records, in parallel if there are several."""
    if not identities:
        return Deletion([], [])
    if len(identities) == 1:
        return _delete_one(session, resource, identities[0])
    job = import_module("smsgw_cli.cli.delete_job")  # for several only
    outcomes, error = job.delete_all(session, resource.path, identities)
    is_missing = dict(zip(identities, map(outcomes.get, identities), strict=True))
    return Deletion(
        [each for each, missing in is_missing.items() if missing is False],
        [_missing(resource, each) for each, missing in is_missing.items() if missing],
        [each for each, missing in is_missing.items() if missing is None],
        error,
    )


def _delete_one(session: Session, resource: Resource, identity: int) -> Deletion:
    try:
        session.api.delete(f"{resource.path}/{identity}")
    except NotFound:
        return Deletion([], [_missing(resource, identity)])
    return Deletion([identity], [])


def _missing(resource: Resource, identity: int) -> NotFound:
    return NotFound(f"{resource.noun} {identity} not found", status=404)


def _print(session: Session, deletion: Deletion, *, is_single: bool) -> None:
    """Print the deleted ids. Raises the error that stopped it, as Partial if midway."""
    results: list[Record] = [{"id": each, "result": "deleted"} for each in deletion.deleted]
    if deletion.stopped and not results:
        raise deletion.stopped
    if is_single and deletion.missing:
        raise deletion.missing[0]
    if is_single:
        session.out.record(results[0])
    else:
        session.out.rows(results, ("id", "result"))
    if deletion.stopped:
        kind = Interrupted if isinstance(deletion.stopped, Interrupted) else Partial
        raise kind(
            f"{len(results)} deleted, {len(deletion.left)} not: {deletion.stopped.message}",
            status=deletion.stopped.status,
            hint=f"not deleted: {' '.join(map(str, deletion.left))}",
        ) from deletion.stopped


def _require_all(deleted: list[int], missing: list[NotFound]) -> None:
    """Raise Partial if records are missing."""
    if missing:
        raise Partial(
            f"{len(deleted)} deleted, {len(missing)} not found",
            hint="; ".join(error.message for error in missing),
        )


def _question(session: Session, resource: Resource, identities: list[int]) -> str:
    """The prompt: what is deleted, with names and counts of dependent records if they are few."""
    few = len(identities) <= MAX_LISTED
    counts = _counts(session, resource, identities) if few else []
    dependants = f": {', '.join(counts)}" if counts else resource.loses
    if len(identities) == 1:
        return f"Delete {title(session, resource, identities[0])}{dependants}?"
    names = [name_of(session, resource, each) for each in identities] if few else []
    listed = _listed(identities[:MAX_LISTED], names) + ("" if few else ", …")
    return f"Delete {len(identities)} {resource.plural} ({listed}){dependants}?"


def _listed(identities: Sequence[int], names: Sequence[str]) -> str:
    """`1 Customers, 2 Members`."""
    named = zip_longest(identities, names, fillvalue="")
    return ", ".join(f"{identity} {name}".rstrip() for identity, name in named)


def _counts(session: Session, resource: Resource, identities: list[int]) -> list[str]:
    """Counts of dependent records: one request per kind and id."""
    counts = []
    for each in resource.dependants:
        total = sum(_count(session, each.path, each.filter, identity) for identity in identities)
        counts.append(pluralize(total, each.noun))
    return counts


def _count(session: Session, path: str, filter: str | None, identity: int) -> int:
    query: dict[str, Any] | None = {filter: identity} if filter else None
    try:
        return session.api.count(path.format(id=identity), query)
    except NotFound:
        return 0  # a missing record; the deletion reports it

"""Backs up and merges the records of this program; a merge removes none."""

from collections.abc import Iterator
from typing import NamedTuple

from smsgw_cli.backup import profiles
from smsgw_cli.backup.create import Part
from smsgw_cli.backup.layout import PROFILES, SENDS, SUPPRESSED
from smsgw_cli.backup.source import Backup
from smsgw_cli.messages import ledger_merge, ledger_rows
from smsgw_cli.messages.ledger import path_for
from smsgw_cli.messages.suppression_lists import SuppressionLists


class Merged(NamedTuple):
    """What became of one kind of records."""

    what: str
    created: int
    updated: int = 0
    skipped: int = 0


class LocalRecords(NamedTuple):
    """The do-not-contact lists, the ledger of a `server`, and the profiles."""

    suppressed: SuppressionLists
    server: str

    def parts(self) -> Iterator[Part]:
        """The files of a backup that have them."""
        yield Part(SUPPRESSED, records=self.suppressed.records)
        yield Part(SENDS, records=lambda: ledger_rows.records(path_for(self.server)))
        yield Part(PROFILES, records=profiles.records)

    def is_ledger_of(self, backup: Backup) -> bool:
        """Whether the sends of a backup are those to this server; True if it has none."""
        return not backup.manifest.records.get(SENDS) or backup.manifest.server == self.server

    def merge(self, backup: Backup, *, dry_run: bool = False) -> list[Merged]:
        """Merge what a backup has; the ledger only if it is one of this server.

        Raises Usage for an invalid record, SmsgwError if a file cannot be used.
        """
        steps = {SUPPRESSED: self._suppressed, SENDS: self._sends, PROFILES: self._profiles}
        return [
            merge(backup, dry_run=dry_run)
            for name, merge in steps.items()
            if backup.manifest.records.get(name) and (name != SENDS or self.is_ledger_of(backup))
        ]

    def _suppressed(self, backup: Backup, *, dry_run: bool) -> Merged:
        merge = self.suppressed.merge(backup.records(SUPPRESSED), dry_run=dry_run)
        return Merged("do-not-contact list", len(merge.added), skipped=merge.known)

    def _sends(self, backup: Backup, *, dry_run: bool) -> Merged:
        records = backup.records(SENDS)
        merge = ledger_merge.merge(path_for(self.server), records, dry_run=dry_run)
        return Merged("sends", merge.added, merge.updated, merge.known)

    def _profiles(self, backup: Backup, *, dry_run: bool) -> Merged:
        missing = profiles.missing(backup.records(PROFILES))
        if not dry_run:
            profiles.add(missing)
        skipped = backup.manifest.records[PROFILES] - len(missing)
        return Merged("profiles", len(missing), skipped=skipped)

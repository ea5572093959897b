"""What bulk commands use of the session: imports, syncs, and their records."""

from functools import cached_property
from typing import TYPE_CHECKING

from smsgw_cli.cli.session.core import Core

if TYPE_CHECKING:
    from smsgw_cli.contacts.bulk_context import BulkContext
    from smsgw_cli.contacts.imports import Imports
    from smsgw_cli.contacts.sync.syncs import Syncs
    from smsgw_cli.contacts.undo import Undo


class Bulk(Core):
    """Imports into the profile's server, and syncs with it."""

    @cached_property
    def target(self) -> "BulkContext":
        """The profile's server as bulk work sees it, with the records of runs."""
        from smsgw_cli.config.paths import state_folder
        from smsgw_cli.contacts.bulk_context import BulkContext

        return BulkContext(
            lambda: self.api,
            self.one_more_worker,
            name=self._of_profile("server") or self._of_profile("name") or "",
            folder=state_folder() / "imports",
            region=self._of_profile("region"),
            retries=self._of_profile("retries"),
        )

    @cached_property
    def imports(self) -> "Imports":
        """Imports of contacts."""
        from smsgw_cli.contacts.imports import Imports

        return Imports(self.target)

    @cached_property
    def syncs(self) -> "Syncs":
        """Syncs of lists with files."""
        from smsgw_cli.contacts.sync.syncs import Syncs

        return Syncs(self.target)

    @cached_property
    def undo(self) -> "Undo":
        """The undoing of imports."""
        from smsgw_cli.contacts.undo import Undo

        return Undo(self.target)

"""Everything a command may use, each part made, and imported, when it is first touched."""

from smsgw_cli.cli.session.bulk import Bulk
from smsgw_cli.cli.session.options import SHARED, Options
from smsgw_cli.cli.session.sending import Sending

__all__ = ["SHARED", "Options", "Session"]


class Session(Bulk, Sending):
    """All of it, for the commands of every kind."""

    def forget_sandbox(self) -> None:
        """Forget what was sent to the embedded gateway, and imported into it."""
        from smsgw_cli.config.profiles import SANDBOX
        from smsgw_cli.messages.ledger import Ledger, path_for

        Ledger(path_for(SANDBOX)).clear()
        self.target.runs.forget(SANDBOX)

"""`messages retry --campaign ID` of 0.1.0, which is `campaigns retry` now."""

from importlib import import_module
from typing import Any

from smsgw_cli.cli.groups import Commands
from smsgw_cli.cli.parameters import register
from smsgw_cli.cli.resource import Field
from smsgw_cli.cli.session import Session
from smsgw_cli.commands._campaign_commands import RETRY
from smsgw_cli.commands._send_options import OLD_OF_MESSAGES, READS

app = Commands()


def retry_messages(session: Session, **given: Any) -> None:
    """Retry one campaign."""
    session.renamed("'smsgw messages retry --campaign'", "'smsgw campaigns retry'")
    module = import_module("smsgw_cli.commands._campaign_retry")
    module.retry_campaigns(session, campaigns=[str(given.pop("campaign"))], **given)


register(
    app,
    "retry",
    "Send the failed messages of a campaign again; now 'campaigns retry'.",
    (Field("campaign", "Campaign with the failed messages", int, required=True), *RETRY),
    retry_messages,
    reads=READS,
    old=OLD_OF_MESSAGES,
    hidden=True,
    epilog="smsgw -p sandbox messages retry --campaign 1 --yes --watch",
)

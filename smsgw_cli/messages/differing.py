"""Campaigns that are not as requested: counted, with the first one for a warning."""

from dataclasses import dataclass

from smsgw_cli.messages.campaign_match import differences
from smsgw_cli.model import Record
from smsgw_cli.wording import pluralize


@dataclass
class Differing:
    """The campaigns so far that differ from the bodies that created them."""

    count: int = 0
    first: str = ""

    def add(self, body: Record, campaign: Record | None) -> None:
        """Compare a body with its campaign, if that is known."""
        if campaign and (different := differences(body, campaign)):
            self.count += 1
            self.first = self.first or f"campaign {campaign.get('id')}: {'; '.join(different)}"

    @property
    def warning(self) -> str:
        """The warning; empty if all are as requested."""
        which = pluralize(self.count, "campaign is", "campaigns are")
        return f"warning: {which} not as requested, such as {self.first}" if self.count else ""

"""The report of a campaign: on a terminal and as a page."""

"""Reporting: what became of a campaign, counted message by message in little memory. Pure."""

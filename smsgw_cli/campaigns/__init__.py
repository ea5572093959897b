"""Campaigns: watched, followed and counted."""

"""Syncs a list with a file: compares, checks the changes against a limit, applies them."""

"""Completion: what TAB offers, as scripts for the shells and as names they ask for."""

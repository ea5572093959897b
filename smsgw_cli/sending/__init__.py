"""Sending: what goes out, the record of what went out, and what becomes of it."""

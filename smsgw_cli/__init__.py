"""Administer an SMS gateway from the command line."""

__version__ = "0.2.0"

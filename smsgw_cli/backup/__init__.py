"""Backups of a server and of this program's records, as folders or tar archives."""

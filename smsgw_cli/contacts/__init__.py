"""Contacts and their fields: imports, syncs, exports and the records of them."""

"""Sends in waves: some recipients first, the others only while it goes well."""

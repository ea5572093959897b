"""The gateway's REST API: one client, and what may be tried again."""

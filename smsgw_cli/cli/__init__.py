"""The command-line framework over Typer: groups, options, CRUD commands. Knows nothing of SMS."""

"""Statistics of a campaign's messages, computed record by record in constant memory. Pure."""

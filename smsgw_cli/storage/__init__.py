"""The files that smsgw keeps: databases, locks, atomic writes."""

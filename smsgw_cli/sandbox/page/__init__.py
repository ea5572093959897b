"""The page at /__sandbox/: static files, the data they show, and what happens as it happens."""

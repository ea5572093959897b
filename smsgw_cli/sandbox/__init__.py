"""A simulated SMS gateway: the documented API over SQLite, with phones that act on their own."""

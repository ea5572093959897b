"""The fleet of phones: checks for monitoring, balances, self-tests."""

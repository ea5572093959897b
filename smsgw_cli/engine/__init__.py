"""Executes tasks in parallel, each recorded before and after its request."""

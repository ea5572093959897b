"""Completion: scripts for shells, and names requested by them."""

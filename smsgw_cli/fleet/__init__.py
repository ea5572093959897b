"""The fleet of phones: what is measured of it, and how monitoring is told."""

"""Many rows at once: read, checked, carried out. Knows neither Typer nor rich."""

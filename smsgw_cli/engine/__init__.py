"""Tasks carried out in parallel, each recorded before and after its request."""

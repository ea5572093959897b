"""A list made what a file says: compared, the changes counted and guarded, then carried out."""

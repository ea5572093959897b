"""Tables as people have them: CSV files read, columns mapped, rejected rows written."""

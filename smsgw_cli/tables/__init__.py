"""CSV files in any common dialect: reading, column mapping, rejected rows."""

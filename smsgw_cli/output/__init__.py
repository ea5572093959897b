"""What is printed: data on stdout in the format asked for, everything else on stderr."""

FORMATS = ("table", "json", "ndjson", "csv", "tsv")  # each a module here, imported when used

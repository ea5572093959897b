"""Output: data on stdout in the selected format, everything else on stderr."""

FORMATS = ("table", "json", "ndjson", "csv", "tsv", "excel")

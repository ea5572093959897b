"""Files of ours: databases, locks and atomic writes."""

"""Messages: composed, guarded, sent once, recorded, and found again."""

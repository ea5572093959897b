"""Texts of messages as the radio carries them: alphabets, parts, look-alikes."""

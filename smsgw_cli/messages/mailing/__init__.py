"""Mailings: one message a row of a file, sent once, resumed and reported."""

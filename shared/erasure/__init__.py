"""Erasing a person from everything that is kept: how words are found, what is done, and the receipt for it."""

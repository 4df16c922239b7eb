"""Erasing a person from everything that is kept: finding the words, taking them out, and the receipt."""

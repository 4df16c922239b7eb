"""Reads a case as people and other programs write it: generous in shape, strict in meaning."""

"""Scores a million solutions at once: the same rules on columns, the same numbers to 1e-9."""

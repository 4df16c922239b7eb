"""The collections of the scoring service."""

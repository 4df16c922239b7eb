"""The use cases of the scoring service."""

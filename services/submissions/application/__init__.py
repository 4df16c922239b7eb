"""The use cases of the submissions service."""

"""The collections of the submissions service."""

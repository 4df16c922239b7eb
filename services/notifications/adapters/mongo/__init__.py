"""The collections of the notifications service."""

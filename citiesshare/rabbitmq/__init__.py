"""The accounts of the broker and their permissions."""

"""The versions of the common framework: one settings file each, and the schema they all follow."""

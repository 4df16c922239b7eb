"""Stores, files, tables and the broker, as the use cases need them."""

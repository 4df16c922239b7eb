"""Data that the pages draw from."""

"""Reads a case as people and other programs write it: many spellings and shapes, checked values."""

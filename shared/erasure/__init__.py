"""Erasing a person from all stored data: finding the words, removing them, and the receipts."""

"""Finding solutions by what somebody types: one to four words, or a whole text."""

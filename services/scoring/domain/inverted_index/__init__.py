"""The inverted index: the rule of the matching, postings in segments, rows that change one at a time."""

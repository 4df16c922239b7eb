"""The inverted index: postings by feature, in segments, with rows that change one at a time."""

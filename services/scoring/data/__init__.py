"""Reference data that the matching reads; each file is built by the script beside it."""

"""What helps those who work on CitiesShare; nothing of it is shipped."""

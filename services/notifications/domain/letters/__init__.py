"""What can be written to an official; everything about one kind lives in its folder."""

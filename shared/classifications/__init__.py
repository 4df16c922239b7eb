"""Public classifications that more than one service reads."""

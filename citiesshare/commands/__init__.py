"""Commands for the whole system: run, status, dead letters, secrets and topology."""

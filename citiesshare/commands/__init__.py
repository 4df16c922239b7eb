"""Commands that run, show and mend the whole system."""

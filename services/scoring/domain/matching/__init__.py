"""Which needs does a solution answer: exact integer scores at a million standing needs."""

"""Transferability T: how well a solution would go in one city, 0–100 (framework, *Transferability*)."""

"""The broker's users and what each may do."""

"""The pages letters lead to: written on the server, without scripts; looking at one changes nothing."""

"""Reading what procurement systems publish (OCDS), whatever shape they publish it in."""

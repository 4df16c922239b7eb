"""Tools for the development of CitiesShare, which are not shipped."""

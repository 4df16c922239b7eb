"""The public catalogue: what is asked for in an address, and how facets are shown. No I/O, no clock."""

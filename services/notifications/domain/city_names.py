"""Whether what is given as the name of a city is one: letters and pages never show an id in its place."""


def real_name(name: str | None, city: str = "") -> str | None:
    """Return ``name``; None where it is empty, the id ``city`` itself, or a number: ids of GeoNames are."""
    return None if not name or name == city or name.isdigit() else name

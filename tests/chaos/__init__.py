"""Break things on purpose and check from the outside that nothing is lost or doubled."""

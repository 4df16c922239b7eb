"""From words in any language to the codes of the common procurement vocabulary (CPV)."""

"""How features are numbered. One version of the framework, one numbering.

Codes come first, in four rooms of equal size, each as large as the CPV may grow; the stems follow, hashed.
Which room a code is put into, and in which rooms a solution looks, decides what matches:

- ``AT`` and ``UNDER``: a *stated* code of a need, and its parent. A solution with a stated code looks for
  it in ``AT`` (exact), for its parent in ``AT`` (one up) and for itself in ``UNDER`` (one down). Siblings
  never meet.
- ``REACH``: a stated code of a need with all above it, where only codes *read from a text* look.
- ``LIKELY``: codes read from the need's text, where every solution looks.
"""

from typing import Final
from zlib import crc32

ROOM: Final = 1 << 14
AT: Final = 0
UNDER: Final = ROOM
REACH: Final = 2 * ROOM
LIKELY: Final = 3 * ROOM
FIRST_STEM: Final = 4 * ROOM
STEMS: Final = 1 << 17
FEATURES: Final = FIRST_STEM + STEMS


def stem_bucket(stem: str) -> int:
    """0 … ``STEMS`` − 1, the same on every machine; two stems rarely share one."""
    return crc32(stem.encode()) % STEMS


def stem_feature(stem: str) -> int:
    """The feature of a stem."""
    return FIRST_STEM + stem_bucket(stem)

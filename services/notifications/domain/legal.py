"""The pages that the operator of an installation writes: which there are, and what is not filled in yet."""

import re
from typing import Literal, NamedTuple, TypeAlias, get_args

LegalName: TypeAlias = Literal["terms", "privacy", "accessibility", "imprint"]
NAMES: tuple[LegalName, ...] = get_args(LegalName)
PLACE = re.compile(r"\[\[(.+?)\]\]", re.DOTALL)


class LegalText(NamedTuple):
    """The Markdown of a page in a language; ``own`` where the operator wrote it, not the default."""

    name: LegalName
    language: str
    text: str
    own: bool

    @property
    def unfilled(self) -> tuple[str, ...]:
        """What stands in double brackets: places that the operator has to fill in."""
        return tuple(" ".join(place.split()) for place in PLACE.findall(self.text))

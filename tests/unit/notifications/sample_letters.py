"""Sample letters and catalogues in every language, each made once for all tests that read them."""

from functools import cache

import polib
from pydantic import SecretStr

from services.notifications.adapters.localizer import CATALOGUES
from services.notifications.adapters.mime import put_into_words
from services.notifications.application.ports import Rendered
from services.notifications.domain.sender import Sender
from services.notifications.samples import SAMPLES

SENDER = Sender(secret=SecretStr("a secret for samples only"))


@cache
def rendered(kind: str, locale: str) -> Rendered:
    """The sample letter of a kind in a language."""
    return put_into_words(SAMPLES[kind](locale), SENDER)


@cache
def catalogue(language: str) -> polib.POFile:
    """The translations into a language, as they are committed; not to be changed."""
    return polib.pofile(str(CATALOGUES / language / "LC_MESSAGES" / "letters.po"))

"""Read a letter back, of whatever kind it is."""

from collections.abc import Mapping
from functools import cache
from typing import Annotated, Any

from pydantic import Field, TypeAdapter

from services.notifications.domain.letters.account import AccountLetter
from services.notifications.domain.letters.alert import AlertLetter
from services.notifications.domain.letters.base import Letter
from services.notifications.domain.letters.circle import CircleLetter
from services.notifications.domain.letters.confirmation import ConfirmationLetter
from services.notifications.domain.letters.digest import DigestLetter
from services.notifications.domain.letters.drafts import DraftsLetter
from services.notifications.domain.letters.legacy_pack import LegacyPackLetter
from services.notifications.domain.letters.lineage import LineageLetter
from services.notifications.domain.letters.outcome_checkin import OutcomeCheckinLetter
from services.notifications.domain.letters.partners import PartnersLetter
from services.notifications.domain.letters.question import QuestionLetter
from services.notifications.domain.letters.searches import SearchesLetter
from services.notifications.domain.letters.update import UpdateLetter
from services.notifications.domain.letters.warning import WarningLetter

AnyLetter = (
    AlertLetter
    | WarningLetter
    | UpdateLetter
    | PartnersLetter
    | CircleLetter
    | LineageLetter
    | QuestionLetter
    | DigestLetter
    | OutcomeCheckinLetter
    | DraftsLetter
    | SearchesLetter
    | ConfirmationLetter
    | LegacyPackLetter
    | AccountLetter
)


def read_letter(document: Mapping[str, Any]) -> Letter:
    """The letter that ``model_dump(mode="json")`` wrote. Raises pydantic's ``ValidationError``."""
    return _reader().validate_python(dict(document))


@cache
def _reader() -> TypeAdapter[AnyLetter]:
    return TypeAdapter(Annotated[AnyLetter, Field(discriminator="kind")])

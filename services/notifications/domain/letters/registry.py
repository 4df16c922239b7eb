"""Read a letter back, of whatever kind it is."""

from collections.abc import Mapping
from functools import cache
from typing import Annotated, Any

from pydantic import Field, TypeAdapter

from services.notifications.domain.letters.account import Account
from services.notifications.domain.letters.alert import Alert
from services.notifications.domain.letters.base import Letter
from services.notifications.domain.letters.circle import Circle
from services.notifications.domain.letters.confirmation import Confirmation
from services.notifications.domain.letters.digest import Digest
from services.notifications.domain.letters.legacy_pack import LegacyPack
from services.notifications.domain.letters.lineage import Lineage
from services.notifications.domain.letters.outcome_checkin import OutcomeCheckin
from services.notifications.domain.letters.partners import Partners
from services.notifications.domain.letters.question import Question
from services.notifications.domain.letters.update import Update
from services.notifications.domain.letters.warning import Warning as WarningLetter

AnyLetter = (
    Alert
    | WarningLetter
    | Update
    | Partners
    | Circle
    | Lineage
    | Question
    | Digest
    | OutcomeCheckin
    | Confirmation
    | LegacyPack
    | Account
)


def read_letter(document: Mapping[str, Any]) -> Letter:
    """The letter that ``model_dump(mode="json")`` wrote. Raises pydantic's ``ValidationError``."""
    return _reader().validate_python(dict(document))


@cache
def _reader() -> TypeAdapter[AnyLetter]:
    return TypeAdapter(Annotated[AnyLetter, Field(discriminator="kind")])

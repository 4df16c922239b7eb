"""Read a letter back, of whatever kind it is."""

from collections.abc import Mapping
from functools import cache
from typing import Annotated, Any

from pydantic import Field, TypeAdapter

from services.notifications.domain.letters import Letter
from services.notifications.kinds.account import Account
from services.notifications.kinds.alert import Alert
from services.notifications.kinds.circle import Circle
from services.notifications.kinds.confirmation import Confirmation
from services.notifications.kinds.digest import Digest
from services.notifications.kinds.legacy_pack import LegacyPack
from services.notifications.kinds.lineage import Lineage
from services.notifications.kinds.outcome_checkin import OutcomeCheckin
from services.notifications.kinds.partners import Partners
from services.notifications.kinds.question import Question
from services.notifications.kinds.update import Update
from services.notifications.kinds.warning import Warning as WarningLetter

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

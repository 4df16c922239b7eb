"""Readers who agreed are introduced to those in other cities who did: nobody learns of anybody before."""

from datetime import UTC, datetime

from services.notifications.application.ports import SendLetter
from services.notifications.application.repositories import NotificationRepositories
from services.notifications.application.stored_models import StoredConsent
from services.notifications.domain.introductions import Consent, Meeting, introductions
from services.notifications.domain.letters.base import Letter
from services.notifications.domain.link_access import same_holder, written_to_one_person

AGREEING = frozenset({"active", "paused"})


class Introductions:
    """Who agreed to which meeting, and the letters that follow when others have."""

    def __init__(self, store: NotificationRepositories, send: SendLetter) -> None:
        self._store, self._send = store, send

    async def agree(self, letter: Letter) -> None:
        """Store a consent once, and introduce those who agreed. Doing it again mends a crash.

        Raises ``ValueError`` where the letter introduces nobody.
        """
        if not isinstance(letter, Meeting):
            raise ValueError(f"letter {letter.id} introduces nobody")  # noqa: TRY004 - the page answers 422
        about = f"{letter.kind}|{letter.about}"
        await self._save(StoredConsent(about, letter.official, letter, datetime.now(UTC)))
        for introduction in introductions(await self._consents(about), letter.official):
            await self._send(introduction)

    async def _save(self, consent: StoredConsent) -> None:
        """Store a consent once; it takes the place of one that an earlier holder of the post gave."""
        consents = self._store.consents
        if await consents.save(consent):
            return
        before = await consents.find(consent.about, consent.official)
        if before and not written_to_one_person(before.letter, consent.letter):
            await consents.replace(consent, before)

    async def _consents(self, about: str) -> list[Consent]:
        """Everybody who agreed and still holds the post, in the order they did.

        Who holds the post of somebody else who agreed has agreed to nothing.
        """
        stored = await self._store.consents.about(about)
        officials = await self._store.officials.many([consent.official for consent in stored])
        agreeing = {official.id: official for official in officials if official.status in AGREEING}
        consents = ((consent, agreeing.get(consent.official)) for consent in stored)
        return [
            Consent(consent.letter, official, consent.at)
            for consent, official in consents
            if isinstance(consent.letter, Meeting)
            and official is not None
            and same_holder(consent.letter, official)
        ]

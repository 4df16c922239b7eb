"""Forms of the desk: begun, gone on with by anybody of the city, saved step by step, sent or discarded."""

import re
from datetime import datetime
from secrets import token_urlsafe
from typing import NamedTuple

from services.notifications.application.repositories import DeskFormRepository
from services.notifications.domain.desk.begun_forms import BegunForm
from services.notifications.domain.desk.form_fields import Step
from services.notifications.domain.desk.form_values import LocaleNumbers, Typed, typed_of
from services.notifications.domain.desk.forms import mistakes_of_step
from services.notifications.domain.officials import Official
from shared.errors import RetryableError

TOKEN_BYTES = 12
_TOKEN = re.compile(r"[A-Za-z0-9_-]{16,40}")
CONTENTIONS = 5


class SavedForm(NamedTuple):
    """What became of a step that was sent.

    ``form`` has what is stored now, or with ``mistakes`` or as ``overtaken`` what would have been stored.
    ``overtaken`` is the form as a colleague saved the same step meanwhile.
    """

    form: BegunForm
    mistakes: dict[str, str]
    overtaken: BegunForm | None = None


def new_token() -> str:
    """Return a token for a form that is not begun yet; it cannot be guessed."""
    return token_urlsafe(TOKEN_BYTES)


def is_token(text: str) -> bool:
    """Return whether ``text`` has the form of a token."""
    return _TOKEN.fullmatch(text) is not None


class DeskForms:
    """The forms of each city; the token of a form is known to its city alone."""

    def __init__(self, forms: DeskFormRepository) -> None:
        self._forms = forms

    async def begin(self, form: BegunForm) -> BegunForm:
        """Store a new form and return it; a form that was begun before stays as it is."""
        if await self._forms.add(form):
            return form
        return await self._forms.find(form.city, form.token) or form

    async def find(self, official: Official, token: str) -> BegunForm | None:
        """Return a form of the city of ``official``."""
        return await self._forms.find(official.city, token) if is_token(token) else None

    async def of_city(self, city: str) -> list[BegunForm]:
        """Return the forms of a city that were not sent yet, the newest first."""
        return await self._forms.of_city(city)

    async def save_step(
        self,
        form: BegunForm,
        step: Step,
        typed: Typed,
        version: int,
        official: Official,
        now: datetime,
        numbers: LocaleNumbers,
    ) -> SavedForm:
        """Store what was typed in a step of ``form``, of which the official saw ``version``.

        Raises ``RetryableError`` where the form is saved by too many at once.
        """
        for _ in range(CONTENTIONS):
            after = form.saved(step, typed, official.post, now)
            if mistakes := mistakes_of_step(after, step.name, numbers):
                return SavedForm(after, mistakes)
            same = typed_of(step.fields, typed) == typed_of(step.fields, form.fields)
            if form.version_of(step.name) != version:
                return SavedForm(form, {}) if same else SavedForm(after, {}, form)
            if await self._forms.replace(form, after):
                return SavedForm(after, {})
            form = await self._forms.find(form.city, form.token) or form
        raise RetryableError(f"form {form.token} is saved by too many at once")

    async def replace(self, before: BegunForm, after: BegunForm) -> bool:
        """Store ``after`` in the place of ``before``; False where somebody else saved the form meanwhile."""
        return await self._forms.replace(before, after)

    async def mark_sent(self, form: BegunForm, now: datetime) -> None:
        """Note that a form was sent."""
        sent = form.model_copy(update={"sent": now, "updated": now, "version": form.version + 1})
        await self._forms.replace(form, sent)

    async def discard(self, form: BegunForm) -> None:
        """Delete a form."""
        await self._forms.remove(form.city, form.token)

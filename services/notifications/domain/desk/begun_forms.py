"""Forms that were begun and not sent yet; everybody of the city goes on with them."""

from typing import Any, Self

from pydantic import AwareDatetime

from services.notifications.domain.desk.form_fields import FormKind, Part, Step, steps_of
from services.notifications.domain.desk.form_values import Typed, names_of, typed_of
from shared.facts import Fact, Id, Line

NAMES = ("title", "need_title")


class FormPart(Fact):
    """The record that part of a form is about: as it was when the form began, and its revision then.

    ``based_on`` is None for a record that does not exist yet.
    """

    base: dict[str, Any]
    based_on: int | None = None


class SavedStep(Fact):
    """Who saved a step last, and when; ``version`` counts how often it was saved."""

    version: int
    by: Line
    at: AwareDatetime


class BegunForm(Fact):
    """A form with what was typed so far. ``token`` is also the end of the id of a new record.

    ``components`` are those of the solution that was taken over, ``parent_title`` its title.
    """

    token: str
    city: Id
    kind: FormKind
    parts: dict[Part, FormPart]
    fields: dict[str, tuple[str, ...]] = {}
    steps: dict[str, SavedStep] = {}
    components: tuple[Line, ...] = ()
    parent_title: str = ""
    begun_by: Line
    updated: AwareDatetime
    version: int = 1
    sent: AwareDatetime | None = None

    @property
    def is_new(self) -> bool:
        """Whether it is about a record that does not exist yet."""
        return all(part.based_on is None for part in self.parts.values())

    @property
    def outcome(self) -> str:
        """How the attempt went, as far as that was said."""
        return next(iter(self.fields.get("outcome", ())), "")

    @property
    def kept_back(self) -> bool:
        """Whether it was chosen that other cities see it later."""
        return self.fields.get("embargo", ()) in {("day",), ("transition",)}

    @property
    def asked(self) -> list[Step]:
        """The steps that are asked, given how it went."""
        return steps_of(self.kind, self.parts, self.outcome, self.components)

    @property
    def title(self) -> str:
        """What the record is called so far; empty where nothing was typed."""
        typed = (next(iter(self.fields.get(name, ())), "") for name in NAMES)
        return next(filter(None, typed), self.parent_title)

    def step(self, name: str) -> Step | None:
        """Return a step that is asked."""
        return next((step for step in self.asked if step.name == name), None)

    def after(self, step: Step) -> Step | None:
        """Return the step that is asked after ``step``; None where it is the last."""
        asked = self.asked
        names = [one.name for one in asked]
        place = names.index(step.name) + 1 if step.name in names else len(asked)
        return asked[place] if place < len(asked) else None

    def version_of(self, step: str) -> int:
        """How often a step was saved."""
        return self.steps[step].version if step in self.steps else 0

    def saved(self, step: Step, form: Typed, by: str, at: AwareDatetime) -> Self:
        """Return the form with what was typed in ``step``; what is empty now was taken back."""
        names = {name for field in step.fields for name in names_of(field)}
        kept = {name: values for name, values in self.fields.items() if name not in names}
        done = SavedStep(version=self.version_of(step.name) + 1, by=by, at=at)
        return self.model_copy(
            update={
                "fields": kept | typed_of(step.fields, form),
                "steps": {**self.steps, step.name: done},
                "updated": at,
                "version": self.version + 1,
            }
        )

"""Groups of commands that are imported when they are called, so that help and completion answer at once.

Help is plain text: Typer's coloured help imports Rich, Markdown and Pygments, which takes longer than all the
rest.
"""

from collections.abc import Mapping
from importlib import import_module
from typing import Any, Final

import typer
from typer.core import TyperCommand, TyperGroup
from typer.main import get_command, get_group

PLAIN: Final = None


class LazyCommand(TyperCommand):
    """A command by its name, its ``module:function`` (or ``module:app``) and its sentence."""

    def __init__(self, name: str, target: str, sentence: str) -> None:
        super().__init__(name, help=sentence, short_help=sentence, rich_markup_mode=PLAIN)
        self.target = target

    def load(self) -> Any:  # noqa: ANN401 - Typer keeps the type of its commands to itself
        """Import the command itself."""
        module, _, name = self.target.partition(":")
        found = getattr(import_module(module), name)
        if isinstance(found, typer.Typer):
            return get_group(found)
        alone = typer.Typer(rich_markup_mode=PLAIN, add_completion=False)
        alone.command(self.name)(found)
        return get_command(alone)

    def make_context(self, *args: Any, **more: Any) -> Any:  # noqa: ANN401
        """Hand the call on to the command itself."""
        return self.load().make_context(*args, **more)


def command_group(sentence: str, commands: Mapping[str, tuple[str, str]]) -> typer.Typer:
    """Return a group of ``commands``: by name, what is called and the sentence that help shows for it."""

    class Group(TyperGroup):
        def __init__(self, **given: Any) -> None:  # noqa: ANN401
            super().__init__(**given)
            for name, command in commands.items():
                self.add_command(LazyCommand(name, *command))

    app = typer.Typer(
        cls=Group,
        help=sentence,
        no_args_is_help=True,
        rich_markup_mode=PLAIN,
        pretty_exceptions_enable=False,
    )
    app.callback()(lambda: None)  # without a callback Typer sees no group here
    return app

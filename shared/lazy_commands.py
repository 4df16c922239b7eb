"""Groups of commands whose modules are imported when they are called, so that help and completion are fast.

Help is plain text: Typer's coloured help imports Rich, Markdown and Pygments, which takes longer than
everything else.
"""

from collections.abc import Mapping
from importlib import import_module
from typing import Any, Final

import typer
from typer.core import TyperCommand, TyperGroup
from typer.main import get_command, get_group

PLAIN: Final = None


class LazyCommand(TyperCommand):
    """A command with its name, its ``module:function`` (or ``module:app``) and its one-line help."""

    def __init__(self, name: str, target: str, help_line: str) -> None:
        super().__init__(name, help=help_line, short_help=help_line, rich_markup_mode=PLAIN)
        self.target = target

    def load(self) -> Any:  # noqa: ANN401 - Typer's type of commands is private
        """Import the command and return it."""
        module, _, name = self.target.partition(":")
        target = getattr(import_module(module), name)
        if isinstance(target, typer.Typer):
            return get_group(target)
        single = typer.Typer(rich_markup_mode=PLAIN, add_completion=False)
        single.command(self.name)(target)
        return get_command(single)

    def make_context(self, *args: Any, **kwargs: Any) -> Any:  # noqa: ANN401
        """Import the command and let it parse its own arguments."""
        return self.load().make_context(*args, **kwargs)


def command_group(help_line: str, commands: Mapping[str, tuple[str, str]]) -> typer.Typer:
    """Return a group of ``commands``: by name, the target (``module:function``) and its one-line help."""

    class Group(TyperGroup):
        def __init__(self, **options: Any) -> None:  # noqa: ANN401
            super().__init__(**options)
            for name, (target, short_help) in commands.items():
                self.add_command(LazyCommand(name, target, short_help))

    app = typer.Typer(
        cls=Group,
        help=help_line,
        no_args_is_help=True,
        rich_markup_mode=PLAIN,
        pretty_exceptions_enable=False,
    )
    app.callback()(lambda: None)  # without a callback Typer would not make a group
    return app

"""Templates with the words of one language: what they may call, and how they call it."""

import re
from collections.abc import Callable
from functools import cache, lru_cache, partial
from pathlib import Path

from jinja2 import BytecodeCache, Environment, FileSystemLoader, StrictUndefined, select_autoescape
from jinja2.bccache import Bucket
from jinja2.ext import Extension
from jinja2.runtime import Context
from markupsafe import Markup

from services.notifications.adapters.localizer import Localizer, localizer_for
from services.notifications.adapters.message_format import sentence, unit_name
from services.notifications.domain.catalogue.one_page import shortened
from services.notifications.domain.letters.base import first_line, lead
from services.notifications.domain.text_cleanup import clause, fill

COMMON = Path(__file__).parents[1] / "domain" / "letters" / "common"
"""What letters and pages say alike."""

SPACED_COLON = re.compile(r"(\}\}|%\}|</strong>): ")
COLON = re.compile(r"(\}\}|%\}|</strong>):(?=\s|\{%|<)")
COMMA = re.compile(r"(\}\}|%\}), ")
MARKS = {"fr": ("\N{NO-BREAK SPACE}:", "\N{NO-BREAK SPACE}: ", ", "), "ja": ("：", "：", "、")}
"""The colon, the colon before a value, the comma, where they are not the English ones."""

Tool = Callable[..., object]


@cache
def words_in(folder: Path, locale: str, form: type[str] = Markup) -> Environment:
    """The templates of a folder in one language: ``Markup`` for its HTML, ``str`` for its plain texts.

    A name that a template does not know is an error.
    """
    words = Environment(
        loader=FileSystemLoader([folder, COMMON]),
        autoescape=select_autoescape(["html"] if form is Markup else []),
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        auto_reload=False,
        bytecode_cache=COMPILED[form],
        extensions=[Punctuation],
    )
    words.context_class = Direct
    words.filters["short"] = first_line
    words.filters["within"] = shortened
    words.filters["clause"] = clause
    words.filters["lead"] = lead
    words.globals.update(_tools(localizer_for(locale), form))
    return words


class Punctuation(Extension):
    """Has the colon after a label and the comma between two values written as the reader's language does.

    Only those that a template writes itself: what a city wrote stays as it is.
    """

    def preprocess(self, source: str, *_: str | None) -> str:
        """The template with names of marks instead of the marks."""
        return COMMA.sub(
            r"\1{{ comma }}", COLON.sub(r"\1{{ colon }}", SPACED_COLON.sub(r"\1{{ colon_ }}", source))
        )


class Direct(Context):
    """Calls what a template calls, and nothing around it: no tool of ours asks for the context.

    A letter has four hundred calls, and Jinja looks at each function for what it wants to be given.
    """

    def call(
        self,
        called: Tool,
        /,
        *args: object,
        _loop_vars: object = None,
        _block_vars: object = None,
        **more: object,
    ) -> object:
        """What ``called`` says."""
        return called(*args, **more)


def _tools(speaker: Localizer, form: type[str]) -> dict[str, object]:
    """What the templates may call; what depends on its arguments alone is remembered."""
    translated = cache(lambda text: form(speaker.catalogue.gettext(text)))

    def say(text: str, **values: object) -> str:
        return fill(translated(text), values) if values else translated(text)

    def count(one: str, several: str, num: int, **values: object) -> str:
        return fill(form(speaker.catalogue.ngettext(one, several, num)), {"num": num, **values})

    remembered = {name: lru_cache(10_000)(tool) for name, tool in speaker.tools().items()}
    return {
        **remembered,
        **dict(
            zip(("colon", "colon_", "comma"), MARKS.get(speaker.language, (":", ": ", ", ")), strict=True)
        ),
        "lang": speaker.language,
        "_": say,
        "ngettext": count,
        "sentence": partial(sentence, speech=speaker),
        "unit_name": partial(unit_name, speech=speaker),
    }


class _Compiled(BytecodeCache):
    """Templates of one form compiled once for all languages, kept in memory."""

    def __init__(self) -> None:
        self._known: dict[str, bytes] = {}

    def load_bytecode(self, bucket: Bucket) -> None:
        if bucket.key in self._known:
            bucket.bytecode_from_string(self._known[bucket.key])

    def dump_bytecode(self, bucket: Bucket) -> None:
        self._known[bucket.key] = bucket.bytecode_to_string()


COMPILED = {Markup: _Compiled(), str: _Compiled()}
"""One for HTML and one for plain texts: a macro that both call is compiled to escape, or not to."""

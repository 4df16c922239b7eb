"""The operator's Markdown files, read whenever a page is asked for, as HTML without any HTML of their own.

``terms.md`` is in the language of the installation, ``terms.pl.md`` the same in Polish. A file that is not
there is the default of the package.
"""

from functools import lru_cache
from pathlib import Path

from markdown_it import MarkdownIt

from services.notifications.domain.legal import NAMES, LegalName, LegalText

DEFAULTS = Path(__file__).parents[1] / "web" / "legal"
DEFAULT_LANGUAGE = "en"
MOST_BYTES = 500_000
"""Of a file; what is longer is cut."""


class LegalFiles:
    """The files in ``folder``, and the defaults where it has none; ``language`` is that of ``NAME.md``."""

    def __init__(self, folder: Path | None = None, language: str = DEFAULT_LANGUAGE) -> None:
        self._folder, self._language = folder, language

    def text(self, name: LegalName, locale: str) -> LegalText:
        """Return a page in the language that is nearest to ``locale``."""
        wanted = locale.replace("_", "-")
        tags = dict.fromkeys((wanted, wanted.split("-")[0]))
        for tag in (*tags, ""):
            own = _read(self._folder / f"{name}{'.' if tag else ''}{tag}.md") if self._folder else None
            if own is not None:
                return LegalText(name, tag or self._language, own, own=True)
        return LegalText(name, DEFAULT_LANGUAGE, _read(DEFAULTS / f"{name}.md") or "", own=False)

    def unfilled(self) -> dict[LegalName, tuple[str, ...]]:
        """Return by page what the operator has not filled in yet; a page without such places is left out."""
        texts = [self.text(name, self._language) for name in NAMES]
        return {text.name: text.unfilled for text in texts if text.unfilled}


def _read(path: Path) -> str | None:
    try:
        with path.open("rb") as file:
            return file.read(MOST_BYTES).decode("utf-8", "replace")
    except (FileNotFoundError, NotADirectoryError, IsADirectoryError):
        return None


@lru_cache(maxsize=64)
def as_html(text: str) -> str:
    """Return Markdown as HTML: raw HTML and images stay text, links lead to the web, mail or a telephone."""
    written: str = MarkdownIt("commonmark", {"html": False}).enable("table").disable("image").render(text)
    return written

"""The process that makes PDFs: bounded in memory, and nothing is fetched for a page.

    python -m services.notifications.adapters.pdf_process MEGABYTES

It is given pages as a JSON list of HTML documents, from the longest to the shortest, and answers with the
first that is on one page (else with the last) as PDF/UA, tagged, in the language and with the title of the
HTML. The first byte of an answer is the number of pages; 0 comes before the reason why there is no PDF.
"""

import json
import re
import sys
from io import BytesIO

from weasyprint import HTML
from weasyprint.document import Document
from weasyprint.text.fonts import FontConfiguration
from weasyprint.urls import URLFetcher, URLFetcherResponse

from services.notifications.adapters.child_process import answer_questions
from services.notifications.domain.catalogue.one_page import width

VARIANT = "pdf/ua-1"
MOST_LETTERS = 4_200
"""A page with more text has no room on one sheet, and is not laid out where there is a shorter one."""
NO_TEXT = re.compile(r"<style>.*?</style>|<[^>]*>", re.DOTALL)
WARM_UP = '<html lang="en"><title>.</title><p>A <b>b</b> あ</html>'


class NothingElse(URLFetcher):  # type: ignore[misc] # WeasyPrint has no types
    """Fetches nothing: the style sheet is in the page, and a page needs nothing else."""

    def fetch(self, url: str, headers: object = None) -> URLFetcherResponse:  # noqa: ARG002 - WeasyPrint's
        """Raise ``ValueError``."""
        raise ValueError(f"a page loads nothing, and {url[:100]} neither")


def one_page(pages: list[str]) -> tuple[int, bytes]:
    """Return the number of pages, and the PDF of the first document that is on one page, else of the last."""
    fonts, document = FontConfiguration(), None
    likely = [page for page in pages[:-1] if _letters(page) <= MOST_LETTERS]
    for page in (*likely, pages[-1]):
        document = _laid_out(page, fonts)
        if len(document.pages) == 1:
            break
    assert document is not None
    target = BytesIO()
    document.write_pdf(target, pdf_variant=VARIANT)
    return len(document.pages), target.getvalue()


def _letters(page: str) -> int:
    return width(" ".join(NO_TEXT.sub("", page).split()))


def _laid_out(page: str, fonts: FontConfiguration) -> Document:
    return HTML(string=page, url_fetcher=NothingElse()).render(font_config=fonts, pdf_variant=VARIANT)


def main() -> None:
    """Answer until the input ends; the fonts are read before."""
    one_page([WARM_UP])
    answer_questions(_answer, int(sys.argv[1]))


def _answer(question: bytes) -> bytes:
    try:
        pages, pdf = one_page(json.loads(question))
    except MemoryError:
        raise  # the process ends, the next page gets a new one
    except Exception as error:  # noqa: BLE001 - whatever a page makes WeasyPrint raise, that page has no PDF
        return b"\0" + f"{type(error).__name__}: {error}"[:300].encode()
    return bytes([min(pages, 255)]) + pdf


if __name__ == "__main__":
    main()

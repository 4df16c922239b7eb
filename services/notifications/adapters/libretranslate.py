"""The client of a LibreTranslate-compatible server: ``POST /translate``, bounded in size and time.

https://docs.libretranslate.com/api/operations/translate/
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Annotated

import httpx
from pydantic import BaseModel, Field, SecretStr, ValidationError

from services.notifications.application.ports import TranslationError
from shared.http.bounded_body import bounded_body

MOST_TEXTS = 25
MOST_CHARACTERS = 5_000
"""In one request: what servers take by default or more than they need; a longer text stays as it is."""
MOST_BYTES = 500_000


class _Answer(BaseModel):
    texts: Annotated[list[str], Field(alias="translatedText")]


@dataclass(frozen=True)
class LibreTranslate:
    """One server; ``seconds`` is the longest that one request takes, from its first byte to its last."""

    url: str
    key: SecretStr | None = None
    seconds: float = 5.0

    def batches(self, texts: Sequence[str]) -> Iterator[list[str]]:
        return in_requests(texts)

    async def translate(self, texts: Sequence[str], source: str, target: str) -> list[str]:
        asked: dict[str, object] = {"q": list(texts), "source": source, "target": target, "format": "text"}
        if self.key is not None:
            asked["api_key"] = self.key.get_secret_value()
        client = httpx.AsyncClient(trust_env=False, follow_redirects=False, timeout=self.seconds)
        try:
            address = f"{self.url.rstrip('/')}/translate"
            async with client, client.stream("POST", address, json=asked) as answer:
                if answer.status_code != httpx.codes.OK:
                    # 400: a pair of languages that it does not know; everything else may pass.
                    lasting = answer.status_code == httpx.codes.BAD_REQUEST
                    raise TranslationError(f"the server answers {answer.status_code}", lasting=lasting)
                body = await bounded_body(answer, MOST_BYTES)
                if body is None:
                    raise TranslationError(f"the server answers more than {MOST_BYTES} bytes")
                translated = _Answer.model_validate_json(body).texts
        except (httpx.HTTPError, httpx.InvalidURL) as error:
            raise TranslationError(f"the server cannot be reached: {type(error).__name__}") from error
        except ValidationError as error:
            raise TranslationError("the server answers something else than a list of texts") from error
        if len(translated) != len(texts):
            raise TranslationError(f"the server answers {len(translated)} texts to {len(texts)}")
        return translated


def in_requests(texts: Sequence[str]) -> Iterator[list[str]]:
    """``texts`` in groups that fit one request; those too long for any are left out."""
    group, characters = list[str](), 0
    for text in texts:
        if len(text) > MOST_CHARACTERS:
            continue
        if group and (len(group) == MOST_TEXTS or characters + len(text) > MOST_CHARACTERS):
            yield group
            group, characters = [], 0
        group.append(text)
        characters += len(text)
    if group:
        yield group

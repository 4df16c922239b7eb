"""Is the buyer a city government? Asked apart from the question where its office is.

Of what kind a local authority is, is told by the words of its name: a county or a district is no city.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache
from typing import Literal

from services.submissions.domain.places.gazetteer import Gazetteer
from services.submissions.domain.places.local_government_words import (
    LOCAL_AUTHORITY_LISTS,
    NOT_A_CITY,
    is_local_word,
    place_names_in,
    says_local,
)
from shared.folding import fold, plain

Kind = Literal["city", "county", "district", "towns"]

# Cities that are their own county, or a district of the city's own name, and say so.
_CITY_AFTER_ALL = re.compile(
    plain(
        r"\b(?:city and county|city county|consolidated|unified|metro government|metropolitan government|"
        r"urban county|dinas a sir|city of [\w ]+ metropolitan district|megyei jogu varos|roma capitale)\b"
    )
)
_COUNTY = re.compile(
    plain(
        # English, Welsh, Irish
        r"\b(?:county council(?! of the city)|county (?:government|commission|commissioners|board|assembly)|"
        r"\w+shire council|islands? council|provincial government|state government|"
        r"cyngor sir|comhairle (?:contae|nan eilean)|"
        # Norwegian, Swedish, Danish
        r"fylkeskommunen?|fylkesting|landsting(?:et)?|amtskommune|"
        # German, Dutch
        r"(?:land)?kreis|kreisverwaltung|landratsamt|stadteregion|regierungsprasidium|"
        # French, Italian, Spanish, Portuguese, Catalan
        r"conseil (?:departemental|general|regional)|citta metropolitana|gobernacion|diputacion|"
        r"diputacio|cabildo insular|gobierno (?:regional|departamental|provincial)|gobierno del estado|"
        r"governo do estado|consell (?:comarcal|insular)|xunta|generalitat|"
        # Romanian, Polish, Czech, Slovak, Hungarian
        r"consiliul judetean|judetul|starostwo|powiatu?|urzad marszalkowski|wojewodztw\w+|"
        r"krajsky urad|\w+sky kraj|megyei onkormanyzat|"
        # Ukrainian, Russian, Bulgarian, Greek, Croatian, Turkish, Estonian, Finnish
        r"обласна|обласної|областн\w+|облдержадміністраці\w+|областная|περιφερεια|zupanija|il ozel idaresi|"
        r"maavalitsus|maakuntaliitto|hyvinvointialue|zill?a parishad)\b|"
        # Names that begin with the word
        r"^(?:the )?(?:county of|regional municipality of|isle of|okres|region|regione|departement|provincia|"
        r"provincie|province)\b|"
        # Japanese, Chinese, Korean
        r"(?:県|縣政府|县政府|省政府|省人民政府|도청)$|県庁$"
    )
)
_DISTRICT = re.compile(
    plain(
        r"\b(?:(?<!metropolitan )district (?:council|municipality)|regional (?:council|district)|"
        r"municipal district of|"
        r"shire of|\w+ shire council|"
        r"consiliul raional(?:ului)?|consiliul raionului|raionul(?:ui)?|"
        r"communaute (?:urbaine|d ?agglomeration|de communes)|eurometropole|metropole|"
        r"mancomunidad|mancomunitat|comunidade intermunicipal|unione (?:di|dei) comuni|comunita montana|"
        r"zweckverband|verbandsgemeinde|samtgemeinde|verwaltungsgemeinschaft|amtsverwaltung|"
        r"районна|районної|райдержадміністраці\w+|районн\w+|"
        r"rajono savivaldybe\w*|novada (?:dome|pasvaldiba))\b"
    )
)
# Governments of states and of parts of them: no local ones.
_STATE = re.compile(
    plain(
        r"\b(?:provincial government|state government|regierungsprasidium|regierungsbezirk|xunta|generalitat|"
        r"gobierno del estado|governo do estado|urzad marszalkowski|wojewodztw\w+|"
        r"облдержадміністраці\w+|райдержадміністраці\w+)\b|(?:省政府|省人民政府)$"
    )
)
_AND = re.compile(r" (?:and|y|e|i|und|og|och|en|et|ja|a|si|&) ")


@lru_cache(maxsize=8192)  # a feed has few buyers and names them in every release
def kind_by_words(name: str) -> Kind | None:
    """Give the kind that the words of a folded name tell; ``None`` where they tell none."""
    if _CITY_AFTER_ALL.search(name):
        return "city"
    if _DISTRICT.search(name):
        return "district"
    return "county" if _COUNTY.search(name) else None


def joined_towns(place: str) -> tuple[str, ...]:
    """Give the parts of a place that is named after several: ``"windsor and maidenhead"``."""
    parts = tuple(part.strip() for part in _AND.split(place) if part.strip())
    return parts if len(parts) > 1 else ()


@dataclass(frozen=True, slots=True)
class Judgement:
    """The answer with the clue it rests on; ``confidence`` is 0–1, and 0 when nothing is known.

    ``kind`` is what sort of local authority it is. Only a city speaks for a city; a county, a district and
    a council of several towns are local governments that no city stands for.
    """

    answer: Literal["yes", "no", "unknown"]
    method: Literal["registration", "review", "identifier", "name", "classification", "none"]
    confidence: float
    kind: Kind | None = None

    @property
    def of_a_city(self) -> bool:
        """Whether it may speak for a city."""
        return self.answer == "yes" and self.kind in ("city", None)


def city_government(
    names: Iterable[str] = (),
    *,
    identifiers: Iterable[tuple[str, str]] = (),
    registered_as_city: bool = False,
    classification: str | None = None,
) -> Judgement:
    """Judge whether a buyer is a city government; first clue wins.

    ``names`` are its names, ``identifiers`` its (scheme, id) pairs, ``classification`` what
    ``parties[].details`` says of its kind. A place name alone answers nothing: the airport of a city is
    not its government. The markers find about two buyers in five, so ``unknown`` is the common answer.
    """
    if registered_as_city:
        return Judgement("yes", "registration", 1.0)
    if any(scheme.strip().upper() in LOCAL_AUTHORITY_LISTS for scheme, _ in identifiers):
        return Judgement("yes", "identifier", 0.95)
    folded = tuple(fold(name) for name in names if name)
    by_name = _by_name(folded)
    if by_name.method == "name":
        return by_name
    if classification and is_local_word(fold(classification)):
        return Judgement("yes", "classification", 0.8)
    return Judgement("unknown", "none", 0.0)


def authority_kind(names: Iterable[str], gazetteer: Gazetteer) -> Kind | None:
    """Tell what sort of local authority bears ``names``; ``None`` where the words do not tell.

    An authority named after two places ("Windsor and Maidenhead") is a council of several towns, where one
    of them is known and no city bears the whole name.
    """
    named = tuple(name for name in names if name)
    kinds = [kind for name in named if (kind := kind_by_words(fold(name)))]
    if kinds:
        return "city" if "city" in kinds else kinds[0]
    places = [place for name in named for place in place_names_in(name)]
    if any(_is_place(place, gazetteer) for place in places):
        return "city"
    parts = {part for place in places for part in joined_towns(place)}
    return "towns" if any(_is_place(part, gazetteer) for part in parts) else None


def _is_local(name: str) -> bool:
    """Whether a folded name has the words of a local government, those of a county or district included."""
    return says_local(name) or (kind_by_words(name) is not None and not _STATE.search(name))


def _is_place(place: str, gazetteer: Gazetteer) -> bool:
    return place in gazetteer.called or place in gazetteer.known_as


def _by_name(folded: tuple[str, ...]) -> Judgement:
    """A hospital is none, a council is one; a city's department of streets has both and stays unknown."""
    other = any(NOT_A_CITY.search(name) for name in folded)
    local = any(_is_local(NOT_A_CITY.sub(" ", name)) for name in folded)
    if other and local:
        return Judgement("unknown", "name", 0.3)
    if other or local:
        return Judgement("yes" if local else "no", "name", 0.85 if local else 0.8)
    return Judgement("unknown", "none", 0.0)

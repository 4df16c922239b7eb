"""Of what kind a local authority is, by the words of its name: a county or a district is no city."""

import re
from functools import lru_cache
from typing import Literal

from services.submissions.domain.places.names import plain

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
        r"^(?:the )?(?:county of|isle of|region|regione|departement|provincia|provincie|province)\b|"
        # Japanese, Chinese, Korean
        r"(?:県|縣政府|县政府|省政府|省人民政府|도청)$|県庁$"
    )
)
_DISTRICT = re.compile(
    plain(
        r"\b(?:(?<!metropolitan )district council|(?<!metropolitan )district municipality|regional council|"
        r"shire of|\w+ shire council|"
        r"consiliul raional(?:ului)?|consiliul raionului|raionul(?:ui)?|"
        r"communaute (?:urbaine|d ?agglomeration|de communes)|eurometropole|metropole|"
        r"mancomunidad|mancomunitat|comunidade intermunicipal|unione (?:di|dei) comuni|comunita montana|"
        r"zweckverband|verbandsgemeinde|samtgemeinde|verwaltungsgemeinschaft|amtsverwaltung|"
        r"районна|районної|райдержадміністраці\w+|районн\w+|"
        r"rajono savivaldybe\w*|novada (?:dome|pasvaldiba))\b"
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

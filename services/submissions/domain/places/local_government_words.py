"""Words that mark a local government, by language, and the place named beside them.

Each row gives the languages, what stands before the place or after it, and the endings that grammar puts on
the place's name there (``"Göteborgs stad"``), with what the plain name has instead.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache

from shared.folding import fold, plain

LONGEST = 200  # a longer text is no name, and is read no further

# Registers of local government only (org-id.guide codes); ES-DIR3 and NL-OWMS list ministries too.
LOCAL_AUTHORITY_LISTS = frozenset({"GB-LAE", "GB-LAS", "GB-LANI", "GB-PLA", "MX-CMX_CPA"})


@dataclass(frozen=True, slots=True)
class Marker:
    """One way of saying "the city government of": the words, and on which side of them the place stands."""

    pattern: re.Pattern[str]
    first: bool
    endings: tuple[tuple[str, str], ...] = ()
    suffix: str = ""  # what the place may bear in its own name, too
    language: str = ""  # where the words are of one language (ISO 639-1) that few countries speak

    def place_in(self, name: str) -> str | None:
        """Give what stands beside the words in a folded name, or ``None`` where they are not in it."""
        match = self.pattern.search(name)
        if match is None:
            return None
        return (name[match.end() :] if self.first else name[: match.start()]).strip() or None


def _before(words: str, *endings: tuple[str, str], language: str = "") -> Marker:
    return Marker(re.compile(rf"\b(?:{plain(words)}) "), first=True, endings=endings, language=language)


def _after(words: str, *endings: tuple[str, str], language: str = "") -> Marker:
    return Marker(re.compile(rf" (?:{plain(words)})\b"), first=False, endings=endings, language=language)


def _joined(words: str) -> Marker:
    return Marker(re.compile(rf"(?<=\w\w) ?(?:{plain(words)})$"), first=False, suffix="市")


_SLAVIC_ADJECTIVE = (
    ("ївська", "їв"), ("иївська", "иїв"), ("ївської", "їв"), ("івська", "ів"), ("івської", "ів"),
    ("ська", ""), ("ської", ""), ("цька", "ць"), ("цької", "ць"), ("цька", "цьк"), ("цької", "цьк"),
    ("івська", "ове"), ("івської", "ове"), ("ська", "а"), ("ської", "а"),
    ("еська", "еса"), ("еської", "еса"), ("ьська", "ь"), ("ская", ""), ("ского", ""), ("цкая", "цк"),
)  # fmt: skip
_POLISH_CASES = (("owa", "ow"), ("awy", "awa"), ("dzi", "dz"), ("nia", "n"), ("ska", "sk"), ("ania", "an"))
_FINNISH_CASES = (("en", ""), ("n", ""), ("gin", "ki"), ("ien", "i"), ("reen", "re"), ("nkään", "nkaa"))
_CZECH_CASES = (("y", "a"), ("ne", "no"), ("na", "n"), ("e", "a"), ("ej", "a"), ("ovic", "ovice"))

MARKERS: tuple[Marker, ...] = (
    # English
    _before(r"(?:city and county|city|town|borough|village|township|municipality|corporation|mayoralty) of"),
    _before(r"(?:city council|council of the city|(?:metropolitan|local|city) government|mayor) of"),
    _after(r"(?:metropolitan|district|borough|city|county|town|parish|county borough|unitary|municipal)"
           r"(?: (?:district|borough|city|county|and|of|corporation))* council"),
    _after(r"(?:metropolitan|local|municipal) (?:municipality|corporation|assembly)|capital city authority"),
    _after(r"council|borough|municipality|[mc]bc|city hall|city government|city corporation"),
    _after(r"(?:metro|metropolitan) government|city (?:administration|authority)"),
    _after(r"city county(?: government)?"),
    _after(r"nagar nigam|nagar (?:palika|parishad)|mahanagara? palik[ea]"),
    # Welsh, Irish, Scottish Gaelic
    _before(r"cyngor (?:dinas|sir|bwrdeistref sirol|tref)|cyngor|comhairle (?:cathrach|contae|baile)"),
    # Dutch, Frisian
    _before(r"gemeente|gemeentebestuur van|gemeentebestuur|stadsbestuur|stad", language="nl"),
    # French
    _before(r"ville|mairie|commune|conseil municipal|metropole|eurometropole|communaute urbaine"),
    # Italian
    _before(r"comune|citta metropolitana|citta|municipio|amministrazione comunale", language="it"),
    # Spanish, Catalan, Galician
    _before(r"ayuntamiento|excmo ayuntamiento|alcaldia(?: mayor| municipal)?|municipio|ajuntament|concello"),
    _before(r"municipalidad(?: distrital| provincial| metropolitana)?|intendencia(?: municipal)?|concejo"),
    _before(r"gobierno de la ciudad(?: autonoma)?|distrito metropolitano"),
    _before(r"gobierno autonomo (?:descentralizado )?municipal|gobierno municipal|presidencia municipal"),
    # Portuguese
    _before(r"camara municipal|municipio|prefeitura(?: municipal| do municipio)?|administracao municipal"),
    # Basque
    _after(r"udala", ("ko", ""), ("eko", "")),
    # Romanian
    _before(r"primaria(?: municipiului| orasului| comunei| mun| or| com)?|municipiul"),
    _before(r"consiliul (?:local|municipal)|oras(?:ul)?"),
    # German
    _before(r"(?:freie und |freie )?(?:hansestadt|(?:landes|bundes)hauptstadt|bundesstadt|stadt|gemeinde)"),
    _before(r"stadtverwaltung|stadtgemeinde|marktgemeinde|magistrat(?: der stadt)?|universitatsstadt"),
    # Polish
    _before(r"(?:urzad|prezydent|rada) (?:miasta|miejski|gminy)(?: i gminy| stolecznego)?(?: we?)?",
            *_POLISH_CASES),
    _before(r"gmina(?: miejska| miasta| miasto)?|miasto(?: stoleczne)?", *_POLISH_CASES),
    # Czech, Slovak
    _before(r"(?:(?:statutarn|hlavn)[ie] )?mesto(?: slovenskej republiky)?|obec", *_CZECH_CASES),
    _before(r"(?:mestsky|miestny|obecny|obecni) urad|magistrat(?: (?:hlavniho|hlavneho))?(?: mesta)?",
            *_CZECH_CASES),
    # Slovene, Croatian, Bosnian, Serbian
    _before(r"(?:mestna )?obcina|grad|opcina|opstina|gradska uprava"),
    # Bulgarian, Macedonian, Russian, Serbian, Ukrainian
    _before(r"(?:столична )?община|општина|град|(?:администрация|мэрия|правительство|управа) (?:города|г)",
            ("ы", "а"), ("а", ""), ("и", "ь")),
    _after(r"міська рада|міської ради|городская администрация|городской совет", *_SLAVIC_ADJECTIVE),
    # Baltic languages
    _after(r"(?:miesto |rajono )?savivaldybe|(?:valsts)?pilsetas (?:dome|pasvaldiba)|(?:novada )?pasvaldiba",
           ("iaus", "ius"), ("o", "as"), ("s", "")),
    _after(r"linnavalitsus|vallavalitsus|linn|vald", language="et"),
    # Finnish, Swedish, Norwegian, Danish, Icelandic
    _after(r"kaupunki|kunta", *_FINNISH_CASES, language="fi"),
    _after(r"kommun|kommune|stad|kommunalforvaltning", ("s", "")),
    _before(r"(?:oslo|kobenhavns) kommune|kommunen"),
    Marker(re.compile(r"(?<=\w{5})(?:baer|kaupstadur|kaupstad)\b"), first=False,
           endings=(("rar", "ri"), ("ar", "ur"), ("s", "ur"), ("s", "")), language="is"),
    # Hungarian
    _after(r"(?:megyei jogu )?varos onkormanyzata|onkormanyzata|polgarmesteri hivatal(?:a)?",
           language="hu"),
    # Greek, Albanian, Turkish, Maltese
    _before(r"δημος|bashkia|kunsill lokali", ("ων", "α"), ("αιων", "α"), ("ης", "η"), ("εων", "α")),
    _after(r"(?:buyuksehir )?belediye(?:si| baskanligi)", language="tr"),
    # Indonesian, Malay
    _before(r"pemerintah kota|majlis (?:bandaraya|perbandaran)"),
    # Japanese, Chinese, Korean, Arabic, Hebrew
    _joined(r"市役所|市政府|市人民政府|市|区|都|시청|광역시|특별시|시"),
    _before(r"بلدية|امانة|עיריית"),
)  # fmt: skip

# Bodies of a state, of science, of health … that carry a place or the word "council" in their name.
NOT_A_CITY = re.compile(
    plain(
        r"\b(?:(?:research|british|arts|medical|legal|funding|sports|film|security|works|economic) council|"
        r"council (?:for|of ministers|of europe)|university|universidad|universite|universita|universitat|"
        r"universidade|nhs|hospital|hospitais|airport|aeropuerto|aeroporto|aeroport|police|policia|"
        r"ministry|ministerio|ministerul|ministere|ministero|ministerstvo|department (?:for|of)|"
        r"river basin|housing association|"
        r"trust|foundation|fundacion|empresa|college|embassy|bank|banco|national|nacional|federal|"
        r"міністерство|министерство|університет|университет|лікарня)\b"
    )
)

# Governments not named after a town of their own in GeoNames: a borough stands for the city it is part of.
_PROPER_NAMES = (
    (re.compile(r"\blondon borough of\b|\blondon borough$|\blb of\b"), "london"),
    (re.compile(r"\broyal borough of (?:kensington|greenwich|kingston)"), "london"),
    (re.compile(r"\b(?:cyngor dinas a sir|city and county of) abertawe\b"), "swansea"),
    (re.compile(r"\broma capitale\b"), "roma"),
    (re.compile(r"\bgreater london authority\b|\bcity of london corporation\b"), "london"),
    (re.compile(r"^land berlin\b"), "berlin"),
    (re.compile(r"\bbrighton and hove\b(?! (?:clinical|nhs))"), "brighton"),
    (re.compile(r"^(?:el )?(?:gobierno de la )?ciudad de mexico$"), "ciudad de mexico"),
    (re.compile(r"^(?:gobierno de la )?ciudad (?:autonoma )?de buenos aires$"), "buenos aires"),
    (re.compile(r"^столична община\b"), "софия"),
    (re.compile(r"^reykjavikurborg\b"), "reykjavik"),
    (re.compile(r"^addis ababa city\b"), "addis ababa"),
    (
        re.compile(
            r"^greater (chennai|hyderabad|visakhapatnam|warangal|cochin) (?:municipal )?corporation\b"
        ),
        r"\1",
    ),
    (re.compile(r"^brihanmumbai municipal corporation\b"), "mumbai"),
    (re.compile(r"^bruhat bengaluru\b"), "bengaluru"),
    (re.compile(r"\bbhaile atha cliath\b"), "dublin"),
    (re.compile(r"\bcathrach chorcai\b"), "cork"),
    (re.compile(r"\bcathrach na gaillimhe\b"), "galway"),
)
_LINKS = re.compile(
    r"^(?:de|del|della|dello|delle|dei|degli|di|du|des|d|do|da|dos|das|of|the|von|van|der|la|le|les|el|los|las|"
    r"l|dell|w|we|v|hl m|m|g|г|м) "
)
_ELISIONS = re.compile(r"\b(d|l|dell|nell|sull|all)['’]", re.IGNORECASE)
_TAILS = re.compile(
    r" (?:s c|sc|c c|city|town|procurement|authority|fovaros|d ?c|d ?f|and [a-z]+ county|"
    r"metropolitan(?: (?:municipality|district|borough))?)$|\s*\(.*$"
)
# Beside the authority often stands its department: "Câmara Municipal de Lisboa/Departamento de Desporto".
_PARTS = re.compile(r"\s*[,;/|()]\s*|\s+[-\u2013\u2014]+\s+")


# The municipality around a city has its name; a few cities call themselves so, too.
_AROUND = re.compile(
    plain(
        r"\b(?:(?:charter )?township of|rural municipality of|municipal district of|"
        r"urzad gminy|primaria comunei)\b|\bgmina (?!miast|miejsk|m )|\b(?:vald|vallavalitsus)$"
    )
)
_TOWN_OF = re.compile(r"\btown of\b")
_STATES_OF_TOWNS = frozenset({"NY", "WI", "VT"})  # of the USA: a town surrounds the city of its name


def around_a_city(name: str, country: str, region: str) -> bool:
    """Tell whether a local government of this name may be the one around the city, and not the city's."""
    text = fold(name[:LONGEST])
    of_a_town = country == "US" and region in _STATES_OF_TOWNS and _TOWN_OF.search(text)
    return bool(_AROUND.search(text) or of_a_town)


def says_local(name: str) -> bool:
    """Tell whether a folded name carries a local government's marker or is one by its proper name."""
    return _says_local(name[:LONGEST])


def languages_of(name: str) -> frozenset[str]:
    """Give the languages of a local government's words, where each is of one that few countries speak."""
    text = fold(name[:LONGEST])
    languages = frozenset(marker.language for marker in MARKERS if marker.place_in(text))
    return frozenset() if "" in languages else languages


def place_names_in(name: str) -> tuple[str, ...]:
    """Give what may be the place in a local government's name, likeliest first, folded."""
    return _place_names_in(name[:LONGEST])


@lru_cache(maxsize=8192)  # buyers come again and again, and a name asks all markers
def _says_local(name: str) -> bool:
    return _proper_name(name) is not None or any(marker.place_in(name) for marker in MARKERS)


def is_local_word(kind: str) -> bool:
    """Tell whether a folded description of a body's kind says local government."""
    return bool(re.search(r"\blocal (?:authority|government|body)|\bmunicipal|\bcomune\b|\bkommune\b", kind))


@lru_cache(maxsize=8192)
def _place_names_in(name: str) -> tuple[str, ...]:
    parts = (name, _ELISIONS.sub(r"\1 ", name), *_PARTS.split(name))
    texts = dict.fromkeys(filter(None, map(fold, parts)))
    return tuple(dict.fromkeys(place for text in texts for place in _places(text) if place))


def _places(name: str, nested: int = 2) -> Iterator[str]:
    """Give the places beside every marker; "City of York Council" has two, one within the other."""
    proper_name = _proper_name(name)
    if proper_name:
        yield proper_name
    for marker in MARKERS:
        place = marker.place_in(name)
        if place:
            yield from without_articles(place)
            yield from (f"{place}{marker.suffix}",) if marker.suffix else ()
            yield from (bare for end in marker.endings for bare in _without_ending(place, *end))
            yield from _places(place, nested - 1) if nested else ()


def _proper_name(name: str) -> str | None:
    matches = ((pattern.search(name), city) for pattern, city in _PROPER_NAMES)
    return next((match.expand(city) for match, city in matches if match), None)


def without_articles(place: str) -> Iterator[str]:
    """Give the place, then without its leading articles one by one, each also without its tail."""
    while True:
        yield place
        yield _TAILS.sub("", place)
        shorter = _LINKS.sub("", place)
        if shorter == place:
            return
        place = shorter


def _without_ending(place: str, ending: str, plain_ending: str) -> Iterator[str]:
    """Give the place in its plain form; before it a department may stand, so its last word counts too."""
    for text in dict.fromkeys((place, _LINKS.sub("", place), place.rpartition(" ")[2])):
        if text.endswith(plain(ending)) and len(text) >= len(ending) + 2:
            yield text.removesuffix(plain(ending)) + plain(plain_ending)

"""publiccode.yml 0.x as a table: which keys there are, what they hold, and which cannot be left out."""

from dataclasses import dataclass, replace

from services.submissions.domain.publiccode import checks, vocabulary
from services.submissions.domain.publiccode.checks import Check


@dataclass(frozen=True, slots=True)
class One:
    """A single value; ``elsewhere`` says what only the network or the repository could tell about it."""

    check: Check = checks.text
    required: bool = False
    elsewhere: str | None = None


@dataclass(frozen=True, slots=True)
class Many:
    """A list of values; ``or_one`` allows one value without a list."""

    each: "Rule"
    required: bool = False
    or_one: bool = False


@dataclass(frozen=True, slots=True)
class Group:
    """A section with known keys."""

    keys: dict[str, "Rule"]
    required: bool = False


@dataclass(frozen=True, slots=True)
class ByLanguage:
    """A section whose keys are languages."""

    each: "Rule"
    required: bool = False


Rule = One | Many | Group | ByLanguage


def must(rule: Rule) -> Rule:
    """Give the rule for a key that cannot be left out."""
    return replace(rule, required=True)


_REACHABLE = "whether the address answers"
_FILE = "whether the file exists and is a picture"
WEB = One(checks.web, elsewhere=_REACHABLE)
REPOSITORY = One(checks.url, elsewhere="whether the address is a repository that answers")
TEXT = One()
ANY = One(checks.anything)
YES_OR_NO = One(checks.yes_or_no)
BODY = Group({"name": TEXT, "uri": must(One(checks.organisation))})
DEPENDENCIES = Many(
    Group({"name": must(TEXT), "versionMin": ANY, "versionMax": ANY, "version": ANY, "optional": YES_OR_NO})
)
CONTRACTOR = Group(
    {"name": must(TEXT), "email": One(checks.email), "website": WEB, "until": must(One(checks.day))}
)
CONTACT = Group({"name": must(TEXT), "email": One(checks.email), "affiliation": ANY, "phone": ANY})
DESCRIPTION = Group(
    {
        "localisedName": TEXT,
        "genericName": One(checks.sized(0, 35)),
        "shortDescription": must(One(checks.sized(1, 150))),
        "longDescription": must(One(checks.sized(150, 10_000))),
        "documentation": WEB,
        "apiDocumentation": WEB,
        "features": must(Many(TEXT)),
        "screenshots": Many(One(checks.path, elsewhere=_FILE)),
        "videos": Many(One(checks.web, elsewhere="whether the address is a video that can be embedded")),
        "awards": Many(TEXT),
    }
)
_PLATFORMS = Group(dict.fromkeys(("spid", "pagopa", "cie", "anpr", "io"), YES_OR_NO))
_CONFORMS = Group(
    dict.fromkeys(("lineeGuidaDesign", "modelloInteroperabilita", "misureMinimeSicurezza", "gdpr"), YES_OR_NO)
)
ITALY = Group(
    {
        "countryExtensionVersion": One(checks.one_of(vocabulary.COUNTRY_EXTENSIONS)),
        "conforme": _CONFORMS,
        "riuso": Group({"codiceIPA": One(checks.ipa, elsewhere="whether the register lists this body")}),
        "piattaforme": _PLATFORMS,
    }
)

FILE = Group(
    {
        "publiccodeYmlVersion": must(One(checks.one_of(vocabulary.VERSIONS))),
        "name": must(TEXT),
        "applicationSuite": TEXT,
        "url": must(REPOSITORY),
        "landingURL": WEB,
        "isBasedOn": Many(REPOSITORY, or_one=True),
        "softwareVersion": TEXT,
        "releaseDate": One(checks.day),
        "logo": One(checks.picture, elsewhere=_FILE),
        "monochromeLogo": One(checks.picture, elsewhere=_FILE),
        "organisation": BODY,
        "fundedBy": Many(BODY),
        "inputTypes": Many(One(checks.mime)),
        "outputTypes": Many(One(checks.mime)),
        "platforms": must(Many(TEXT)),
        "categories": Many(One(checks.one_of(vocabulary.CATEGORIES, "category"))),
        "usedBy": Many(TEXT),
        "roadmap": WEB,
        "developmentStatus": must(One(checks.one_of(vocabulary.STATUSES))),
        "softwareType": must(One(checks.one_of(vocabulary.SOFTWARE_TYPES))),
        "intendedAudience": Group(
            {
                "scope": Many(One(checks.one_of(vocabulary.SCOPES, "scope"))),
                "countries": Many(One(checks.country)),
                "unsupportedCountries": Many(One(checks.country)),
            }
        ),
        "supports": Many(Group({"id": must(One(checks.supported))})),
        "description": must(ByLanguage(DESCRIPTION)),
        "legal": must(
            Group(
                {
                    "license": must(One(checks.licence)),
                    "mainCopyrightOwner": TEXT,
                    "repoOwner": TEXT,
                    "authorsFile": One(checks.path, elsewhere="whether the file exists"),
                }
            )
        ),
        "maintenance": must(
            Group(
                {
                    "type": must(One(checks.one_of(vocabulary.MAINTENANCE))),
                    "contractors": Many(CONTRACTOR),
                    "contacts": Many(CONTACT),
                }
            )
        ),
        "localisation": must(
            Group(
                {"localisationReady": must(YES_OR_NO), "availableLanguages": must(Many(One(checks.language)))}
            )
        ),
        "dependsOn": Group({"open": DEPENDENCIES, "proprietary": DEPENDENCIES, "hardware": DEPENDENCIES}),
        "IT": ITALY,
        "it": ITALY,
    }
)

"""publiccode.yml 0.x as a table: which keys there are, what they hold, and which cannot be left out."""

from dataclasses import dataclass, replace

from services.submissions.domain.publiccode import value_checks, vocabulary
from services.submissions.domain.publiccode.value_checks import Check


@dataclass(frozen=True, slots=True)
class One:
    """A single value; ``elsewhere`` says what only the network or the repository could tell about it."""

    check: Check = value_checks.text
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
WEB = One(value_checks.web, elsewhere=_REACHABLE)
REPOSITORY = One(value_checks.url, elsewhere="whether the address is a repository that answers")
TEXT = One()
ANY = One(value_checks.anything)
YES_OR_NO = One(value_checks.yes_or_no)
BODY = Group({"name": TEXT, "uri": must(One(value_checks.organisation))})
DEPENDENCIES = Many(
    Group({"name": must(TEXT), "versionMin": ANY, "versionMax": ANY, "version": ANY, "optional": YES_OR_NO})
)
CONTRACTOR = Group(
    {
        "name": must(TEXT),
        "email": One(value_checks.email),
        "website": WEB,
        "until": must(One(value_checks.day)),
    }
)
CONTACT = Group({"name": must(TEXT), "email": One(value_checks.email), "affiliation": ANY, "phone": ANY})
DESCRIPTION = Group(
    {
        "localisedName": TEXT,
        "genericName": One(value_checks.sized(0, 35)),
        "shortDescription": must(One(value_checks.sized(1, 150))),
        "longDescription": must(One(value_checks.sized(150, 10_000))),
        "documentation": WEB,
        "apiDocumentation": WEB,
        "features": must(Many(TEXT)),
        "screenshots": Many(One(value_checks.path, elsewhere=_FILE)),
        "videos": Many(
            One(value_checks.web, elsewhere="whether the address is a video that can be embedded")
        ),
        "awards": Many(TEXT),
    }
)
_PLATFORMS = Group(dict.fromkeys(("spid", "pagopa", "cie", "anpr", "io"), YES_OR_NO))
_CONFORMS = Group(
    dict.fromkeys(("lineeGuidaDesign", "modelloInteroperabilita", "misureMinimeSicurezza", "gdpr"), YES_OR_NO)
)
ITALY = Group(
    {
        "countryExtensionVersion": One(value_checks.one_of(vocabulary.COUNTRY_EXTENSIONS)),
        "conforme": _CONFORMS,
        "riuso": Group(
            {"codiceIPA": One(value_checks.ipa, elsewhere="whether the register lists this body")}
        ),
        "piattaforme": _PLATFORMS,
    }
)

FILE = Group(
    {
        "publiccodeYmlVersion": must(One(value_checks.one_of(vocabulary.VERSIONS))),
        "name": must(TEXT),
        "applicationSuite": TEXT,
        "url": must(REPOSITORY),
        "landingURL": WEB,
        "isBasedOn": Many(REPOSITORY, or_one=True),
        "softwareVersion": TEXT,
        "releaseDate": One(value_checks.day),
        "logo": One(value_checks.picture, elsewhere=_FILE),
        "monochromeLogo": One(value_checks.picture, elsewhere=_FILE),
        "organisation": BODY,
        "fundedBy": Many(BODY),
        "inputTypes": Many(One(value_checks.mime)),
        "outputTypes": Many(One(value_checks.mime)),
        "platforms": must(Many(TEXT)),
        "categories": Many(One(value_checks.one_of(vocabulary.CATEGORIES, "category"))),
        "usedBy": Many(TEXT),
        "roadmap": WEB,
        "developmentStatus": must(One(value_checks.one_of(vocabulary.STATUSES))),
        "softwareType": must(One(value_checks.one_of(vocabulary.SOFTWARE_TYPES))),
        "intendedAudience": Group(
            {
                "scope": Many(One(value_checks.one_of(vocabulary.SCOPES, "scope"))),
                "countries": Many(One(value_checks.country)),
                "unsupportedCountries": Many(One(value_checks.country)),
            }
        ),
        "supports": Many(Group({"id": must(One(value_checks.supported))})),
        "description": must(ByLanguage(DESCRIPTION)),
        "legal": must(
            Group(
                {
                    "license": must(One(value_checks.licence)),
                    "mainCopyrightOwner": TEXT,
                    "repoOwner": TEXT,
                    "authorsFile": One(value_checks.path, elsewhere="whether the file exists"),
                }
            )
        ),
        "maintenance": must(
            Group(
                {
                    "type": must(One(value_checks.one_of(vocabulary.MAINTENANCE))),
                    "contractors": Many(CONTRACTOR),
                    "contacts": Many(CONTACT),
                }
            )
        ),
        "localisation": must(
            Group(
                {
                    "localisationReady": must(YES_OR_NO),
                    "availableLanguages": must(Many(One(value_checks.language))),
                }
            )
        ),
        "dependsOn": Group({"open": DEPENDENCIES, "proprietary": DEPENDENCIES, "hardware": DEPENDENCIES}),
        "IT": ITALY,
        "it": ITALY,
    }
)

"""publiccode.yml 0.x as a table: which keys there are, what they hold, and which cannot be left out."""

from dataclasses import dataclass, replace

from services.submissions.domain.publiccode import value_checks
from services.submissions.domain.publiccode.value_checks import Check


@dataclass(frozen=True, slots=True)
class ScalarRule:
    """A single value; ``elsewhere`` says what only the network or the repository could tell about it."""

    check: Check = value_checks.text
    required: bool = False
    elsewhere: str | None = None


@dataclass(frozen=True, slots=True)
class ListRule:
    """A list of values; ``or_one`` allows one value without a list."""

    item: "Rule"
    required: bool = False
    or_one: bool = False


@dataclass(frozen=True, slots=True)
class SectionRule:
    """A section with known keys."""

    keys: dict[str, "Rule"]
    required: bool = False


@dataclass(frozen=True, slots=True)
class LanguageRule:
    """A section whose keys are languages."""

    item: "Rule"
    required: bool = False


Rule = ScalarRule | ListRule | SectionRule | LanguageRule


def must(rule: Rule) -> Rule:
    """Give the rule for a key that cannot be left out."""
    return replace(rule, required=True)


_REACHABLE = "whether the address answers"
_FILE = "whether the file exists and is a picture"
WEB = ScalarRule(value_checks.web, elsewhere=_REACHABLE)
REPOSITORY = ScalarRule(value_checks.url, elsewhere="whether the address is a repository that answers")
TEXT = ScalarRule()
ANY = ScalarRule(value_checks.anything)
YES_OR_NO = ScalarRule(value_checks.yes_or_no)
BODY = SectionRule({"name": TEXT, "uri": must(ScalarRule(value_checks.organisation))})
DEPENDENCIES = ListRule(
    SectionRule(
        {"name": must(TEXT), "versionMin": ANY, "versionMax": ANY, "version": ANY, "optional": YES_OR_NO}
    )
)
CONTRACTOR = SectionRule(
    {
        "name": must(TEXT),
        "email": ScalarRule(value_checks.email),
        "website": WEB,
        "until": must(ScalarRule(value_checks.day)),
    }
)
CONTACT = SectionRule(
    {"name": must(TEXT), "email": ScalarRule(value_checks.email), "affiliation": ANY, "phone": ANY}
)
DESCRIPTION = SectionRule(
    {
        "localisedName": TEXT,
        "genericName": ScalarRule(value_checks.sized(0, 35)),
        "shortDescription": must(ScalarRule(value_checks.sized(1, 150))),
        "longDescription": must(ScalarRule(value_checks.sized(150, 10_000))),
        "documentation": WEB,
        "apiDocumentation": WEB,
        "features": must(ListRule(TEXT)),
        "screenshots": ListRule(ScalarRule(value_checks.path, elsewhere=_FILE)),
        "videos": ListRule(
            ScalarRule(value_checks.web, elsewhere="whether the address is a video that can be embedded")
        ),
        "awards": ListRule(TEXT),
    }
)
_PLATFORMS = SectionRule(dict.fromkeys(("spid", "pagopa", "cie", "anpr", "io"), YES_OR_NO))
_CONFORMS = SectionRule(
    dict.fromkeys(("lineeGuidaDesign", "modelloInteroperabilita", "misureMinimeSicurezza", "gdpr"), YES_OR_NO)
)
ITALY = SectionRule(
    {
        "countryExtensionVersion": ScalarRule(value_checks.one_of(value_checks.COUNTRY_EXTENSIONS)),
        "conforme": _CONFORMS,
        "riuso": SectionRule(
            {"codiceIPA": ScalarRule(value_checks.ipa, elsewhere="whether the register lists this body")}
        ),
        "piattaforme": _PLATFORMS,
    }
)

FILE = SectionRule(
    {
        "publiccodeYmlVersion": must(ScalarRule(value_checks.one_of(value_checks.VERSIONS))),
        "name": must(TEXT),
        "applicationSuite": TEXT,
        "url": must(REPOSITORY),
        "landingURL": WEB,
        "isBasedOn": ListRule(REPOSITORY, or_one=True),
        "softwareVersion": TEXT,
        "releaseDate": ScalarRule(value_checks.day),
        "logo": ScalarRule(value_checks.picture, elsewhere=_FILE),
        "monochromeLogo": ScalarRule(value_checks.picture, elsewhere=_FILE),
        "organisation": BODY,
        "fundedBy": ListRule(BODY),
        "inputTypes": ListRule(ScalarRule(value_checks.mime)),
        "outputTypes": ListRule(ScalarRule(value_checks.mime)),
        "platforms": must(ListRule(TEXT)),
        "categories": ListRule(ScalarRule(value_checks.one_of(value_checks.CATEGORIES, "category"))),
        "usedBy": ListRule(TEXT),
        "roadmap": WEB,
        "developmentStatus": must(ScalarRule(value_checks.one_of(value_checks.STATUSES))),
        "softwareType": must(ScalarRule(value_checks.one_of(value_checks.SOFTWARE_TYPES))),
        "intendedAudience": SectionRule(
            {
                "scope": ListRule(ScalarRule(value_checks.one_of(value_checks.SCOPES, "scope"))),
                "countries": ListRule(ScalarRule(value_checks.country)),
                "unsupportedCountries": ListRule(ScalarRule(value_checks.country)),
            }
        ),
        "supports": ListRule(SectionRule({"id": must(ScalarRule(value_checks.supported))})),
        "description": must(LanguageRule(DESCRIPTION)),
        "legal": must(
            SectionRule(
                {
                    "license": must(ScalarRule(value_checks.licence)),
                    "mainCopyrightOwner": TEXT,
                    "repoOwner": TEXT,
                    "authorsFile": ScalarRule(value_checks.path, elsewhere="whether the file exists"),
                }
            )
        ),
        "maintenance": must(
            SectionRule(
                {
                    "type": must(ScalarRule(value_checks.one_of(value_checks.MAINTENANCE))),
                    "contractors": ListRule(CONTRACTOR),
                    "contacts": ListRule(CONTACT),
                }
            )
        ),
        "localisation": must(
            SectionRule(
                {
                    "localisationReady": must(YES_OR_NO),
                    "availableLanguages": must(ListRule(ScalarRule(value_checks.language))),
                }
            )
        ),
        "dependsOn": SectionRule(
            {"open": DEPENDENCIES, "proprietary": DEPENDENCIES, "hardware": DEPENDENCIES}
        ),
        "IT": ITALY,
        "it": ITALY,
    }
)

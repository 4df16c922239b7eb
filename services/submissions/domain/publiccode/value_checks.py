"""What a single value must be. A check gives the complaint, or ``None`` where nothing is wrong.

The controlled words are those of publiccode.yml 0.x (https://github.com/publiccodeyml/publiccode.yml,
CC0-1.0).
"""

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date
from urllib.parse import urlsplit

from packaging.licenses import InvalidLicenseExpression, canonicalize_license_expression

from services.submissions.domain.places import Gazetteer
from services.submissions.domain.publiccode.yaml_lines import YamlScalar

_VERSIONS = "0 0.1 0.2 0.2.0 0.2.1 0.2.2 0.3 0.3.0 0.4 0.4.0 0.5 0.5.0 0.6 0.6.0 0.7 0.7.0"
STATUSES = ("concept", "development", "beta", "stable", "obsolete")
SOFTWARE_TYPES = (
    *(f"standalone/{kind}" for kind in ("mobile", "iot", "desktop", "web", "backend", "other")),
    *("addon", "library", "configurationFiles"),
)
MAINTENANCE = ("internal", "contract", "community", "none")
COUNTRY_EXTENSIONS = ("0.2", "1.0")

_CATEGORIES = """
    accounting agile-project-management applicant-tracking application-development appointment-scheduling
    backup billing-and-invoicing blog budgeting business-intelligence business-process-management cad
    call-center-management cloud-management collaboration communications compliance-management
    contact-management content-management crm customer-service-and-support data-analytics data-collection
    data-visualization design design-system digital-asset-management digital-citizenship document-management
    donor-management e-commerce e-signature educational-content email-management email-marketing
    employee-management enterprise-project-management enterprise-social-networking erp event-management
    facility-management feedback-and-reviews-management financial-reporting fleet-management fundraising
    gamification geographic-information-systems grant-management graphic-design help-desk hr ide
    identity-management instant-messaging integrated-library-system inventory-management it-asset-management
    it-development it-management it-security it-service-management knowledge-management
    learning-management-system marketing mind-mapping mobile-marketing mobile-payment network-management
    office online-booking online-community other payment-gateway payroll predictive-analysis procurement
    productivity-suite project-collaboration project-management property-management real-estate-management
    regulations-and-directives remote-support resource-management sales-management seo service-desk
    social-media-management survey talent-management task-management taxes-management test-management
    time-management time-tracking translation video-conferencing video-editing visitor-management voip
    warehouse-management web-collaboration web-conferencing website-builder whistleblowing workflow-management
"""
_SCOPES = """
    agriculture culture defence education emergency-services employment energy environment
    finance-and-economic-development foreign-affairs government healthcare infrastructures justice
    local-authorities manufacturing research science-and-technology security society sport tourism
    transportation welfare
"""

VERSIONS = tuple(_VERSIONS.split())
CATEGORIES = frozenset(_CATEGORIES.split())
SCOPES = frozenset(_SCOPES.split())
ALIASES = frozenset(("gdpr", "eidas", "nis2", "cra", "spid", "cie", "anpr", "pagopa", "io"))


@dataclass(frozen=True, slots=True)
class PubliccodeReference:
    """What a file is checked against: the cities that adopters are found among, and the known languages."""

    gazetteer: Gazetteer
    languages: frozenset[str]


Check = Callable[[YamlScalar, PubliccodeReference], str | None]

_EMAIL = re.compile(r"[^@\s]+@[^@\s]+\.[^@\s]+")
_MIME = re.compile(r"[A-Za-z0-9][\w!#$&^.+-]*/[A-Za-z0-9][\w!#$&^.+-]*")
_URN = re.compile(r"urn:[a-z0-9][a-z0-9-]{0,31}:\S+", re.IGNORECASE)
_IPA = re.compile(r"[a-z0-9_-]{2,}", re.IGNORECASE)
_TAG = re.compile(r"([a-z]{2,3})(-[A-Za-z]{4})?(-(?:[A-Za-z]{2}|\d{3}))?(-[A-Za-z0-9]{4,8})*", re.IGNORECASE)
_IMAGES = (".svg", ".svgz", ".png")


def text(value: YamlScalar, _: PubliccodeReference) -> str | None:
    """Accept any single value."""
    return None if value.text is None or value.text.strip() else "is empty: write a text or leave the key out"


def anything(_value: YamlScalar, _: PubliccodeReference) -> str | None:
    """Accept any single value, also an empty one."""
    return None


def sized(at_least: int, at_most: int) -> Check:
    """Accept a text of so many characters."""

    def check(value: YamlScalar, _: PubliccodeReference) -> str | None:
        length = len((value.text or "").strip())
        if at_least <= length <= at_most:
            return None
        return f"has {length:,} characters: write {at_least:,} to {at_most:,}"

    return check


def one_of(words: Iterable[str], name: str = "") -> Check:
    """Accept one of the words."""
    allowed = tuple(words)
    listed = f"a {name} of the standard" if name else f"one of {', '.join(allowed)}"

    def check(value: YamlScalar, _: PubliccodeReference) -> str | None:
        return None if value.text in allowed else f"is '{_short(value)}': use {listed}"

    return check


def url(value: YamlScalar, _: PubliccodeReference) -> str | None:
    """Accept an address with a scheme and a host."""
    parts = _split(value)
    return None if parts and parts[0] and parts[1] else f"'{_short(value)}' is no URL: write https://…"


def web(value: YamlScalar, _: PubliccodeReference) -> str | None:
    """Accept an http or https address."""
    parts = _split(value)
    good = parts is not None and parts[0] in ("http", "https") and parts[1] != ""
    return None if good else f"'{_short(value)}' is no web address: write https://…"


def organisation(value: YamlScalar, _: PubliccodeReference) -> str | None:
    """Accept a URL or a URN; an Italian public body is ``urn:x-italian-pa:<IPA code>``."""
    written = value.text or ""
    prefix, _sep, code = written.partition("urn:x-italian-pa:")
    if not prefix and code:
        return None if _IPA.fullmatch(code) else f"'{code}' is no IPA code"
    parts = _split(value)
    good = _URN.fullmatch(written) or (parts and parts[0] and parts[1])
    return None if good else f"'{_short(value)}' is no URI: write https://… or urn:…"


def supported(value: YamlScalar, reference: PubliccodeReference) -> str | None:
    """Accept a law or standard by URL, URN or an alias of the standard's list."""
    kind, _sep, alias = (value.text or "").partition("alias:")
    if kind or not alias:
        return organisation(value, reference)
    return None if alias in ALIASES else f"'{alias}' is no alias of the standard: write the URL instead"


def day(value: YamlScalar, _: PubliccodeReference) -> str | None:
    """Accept a day written YYYY-MM-DD."""
    try:
        good = len(value.text or "") == 10 and date.fromisoformat(value.text or "")
    except ValueError:
        good = False
    return None if good else f"'{_short(value)}' is no day: write YYYY-MM-DD"


def yes_or_no(value: YamlScalar, _: PubliccodeReference) -> str | None:
    """Accept true and false; yes, no, on and off are texts since YAML 1.2."""
    good = value.plain and (value.text or "").lower() in ("true", "false")
    return None if good else f"is '{_short(value)}': write true or false, without quotes"


def email(value: YamlScalar, _: PubliccodeReference) -> str | None:
    """Accept what looks like an e-mail address."""
    return None if _EMAIL.fullmatch(value.text or "") else f"'{_short(value)}' is no e-mail address"


def mime(value: YamlScalar, _: PubliccodeReference) -> str | None:
    """Accept a media type."""
    return None if _MIME.fullmatch((value.text or "").strip()) else f"'{_short(value)}' is no media type"


def ipa(value: YamlScalar, _: PubliccodeReference) -> str | None:
    """Accept what is formed like a code of the Italian register of public bodies."""
    return None if _IPA.fullmatch(value.text or "") else f"'{_short(value)}' is no IPA code"


def picture(value: YamlScalar, _: PubliccodeReference) -> str | None:
    """Accept an SVG, SVGZ or PNG in the repository or on the web."""
    return path(value, _) or (
        None
        if re.split(r"[?#]", (value.text or "").lower())[0].endswith(_IMAGES)
        else f"'{_short(value)}' is no SVG, SVGZ or PNG"
    )


def path(value: YamlScalar, _: PubliccodeReference) -> str | None:
    """Accept a relative path or a web address."""
    written = value.text or ""
    if written.startswith(("/", "file:")):
        return f"'{_short(value)}' is a path of one machine: write a relative path or https://…"
    return None if written else "is empty: write a relative path or https://…"


def country(value: YamlScalar, reference: PubliccodeReference) -> str | None:
    """Accept an ISO 3166-1 alpha-2 code, also the old lower-case one."""
    written = value.text or ""
    one_case = written in (written.upper(), written.lower())
    good = one_case and written.upper() in reference.gazetteer.countries
    return None if good else f"'{_short(value)}' is no country: write two letters, such as NL"


def language(value: YamlScalar, reference: PubliccodeReference) -> str | None:
    """Accept a BCP 47 tag of a known language."""
    match = _TAG.fullmatch(value.text or "")
    good = match and match[1].lower() in reference.languages
    return None if good else f"'{_short(value)}' is no language: write a BCP 47 tag, such as en or pt-BR"


def licence(value: YamlScalar, _: PubliccodeReference) -> str | None:
    """Accept an SPDX expression."""
    try:
        canonicalize_license_expression(value.text or "")
    except InvalidLicenseExpression:
        return f"'{_short(value)}' is no SPDX licence: see https://spdx.org/licenses/"
    return None


def _split(value: YamlScalar) -> tuple[str, str] | None:
    try:
        parts = urlsplit((value.text or "").strip())
    except ValueError:
        return None
    return parts.scheme, parts.hostname or ""


def _short(value: YamlScalar) -> str:
    return " ".join((value.text or "").split())[:60]

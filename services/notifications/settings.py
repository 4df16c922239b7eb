"""Settings of the notifications service."""

from datetime import timedelta
from pathlib import Path
from typing import Annotated, ClassVar

from pydantic import Field, SecretStr, field_validator
from pydantic_settings import NoDecode

from services.notifications.adapters.legal_files import LegalFiles
from services.notifications.adapters.libretranslate import LibreTranslate
from services.notifications.adapters.scoring_api import ScoringApi
from services.notifications.adapters.smtp_pool import RelaySettings
from services.notifications.adapters.submissions_api import SubmissionsApi
from services.notifications.domain.desk.sessions import SessionLimits
from services.notifications.domain.retry_policy import RetryPolicy
from services.notifications.domain.sender import Sender
from shared.city_keys import CityKeys
from shared.secrets import fresh_secret
from shared.settings import ServiceSettings


class Settings(ServiceSettings):
    """The relay that takes letters, and who they come from; both besides what every service needs."""

    signs: ClassVar[tuple[str, ...]] = ("letter_secret", "city_secret")

    smtp_host: str = "127.0.0.1"
    smtp_port: Annotated[int, Field(ge=1, le=65535)] = 25
    smtp_username: str | None = None
    smtp_password: SecretStr | None = None
    smtp_starttls: bool | None = None
    smtp_connections: Annotated[int, Field(ge=1, le=100)] = 4
    smtp_timeout: Annotated[float, Field(gt=0)] = 20.0
    letters_per_domain_per_minute: Annotated[float, Field(gt=0)] = 6000.0
    letters_back_off: Annotated[float, Field(ge=0, description="Seconds a domain rests after a 4xx")] = 30.0
    handing_lease: Annotated[float, Field(gt=0, description="Seconds after which handing is unknown")] = 60.0
    letters_cool_down: Annotated[
        float, Field(ge=0, description="Days an update waits after a letter about the same solution")
    ] = 7.0
    letters_patience: Annotated[
        float, Field(gt=0, description="Days a held letter is tried after the relay first put it off")
    ] = 5.0
    alert_least_parts: Annotated[
        int, Field(ge=0, le=8, description="Of the eight parts, known for an alert; with fewer, see below")
    ] = 4
    alert_least_sources: Annotated[
        int, Field(ge=0, description="Or so many studies and reports; else it waits for the digest")
    ] = 1
    letters_round: Annotated[float, Field(gt=0, description="Seconds between looks at held letters")] = 5.0
    digests_round: Annotated[float, Field(gt=0, description="Seconds between looks for digests due")] = 120.0
    letters_bytes_days: Annotated[
        int, Field(ge=1, description="Days the bytes of an ended letter are kept")
    ] = 30
    letters_days: Annotated[int, Field(ge=30, description="Days an ended letter and its links are kept")] = (
        730
    )
    considered_days: Annotated[int, Field(ge=1, description="Days it is known who was thought of")] = 400
    waiting_days: Annotated[int, Field(ge=8, description="Days an item waits for, or was in, a digest")] = 400
    cards_days: Annotated[int, Field(ge=1, description="Days a scorecard is shown after its last match")] = (
        730
    )
    agreed_days: Annotated[int, Field(ge=1, description="Days a yes to a meeting is kept")] = 730
    remarks_days: Annotated[int, Field(ge=1, description="Days a remark in a city's forum is kept")] = 1095
    conflicts_days: Annotated[
        int, Field(ge=1, description="Days it is shown that others sent something about a city's records")
    ] = 365
    standings_days: Annotated[
        int, Field(ge=31, description="Days it is known how an address that is not left alone bounced")
    ] = 400
    unreadable_mail_days: Annotated[int, Field(ge=1, description="Days a mail nobody could read is kept")] = (
        30
    )
    session_idle: Annotated[
        float,
        Field(gt=0, le=24, description="Hours without a request after which a session of the desk ends"),
    ] = 2.0
    session_absolute: Annotated[
        float, Field(gt=0, le=168, description="Hours after which a session of the desk ends in any case")
    ] = 12.0
    sessions_days: Annotated[
        int, Field(ge=1, description="Days an ended session is known, so that a late form keeps its text")
    ] = 1
    desk_forms_days: Annotated[
        int, Field(ge=1, description="Days a form that was begun at the desk is kept after it was last saved")
    ] = 180
    questions_days: Annotated[
        int, Field(ge=30, description="Days a question of one city to another is kept after the last word")
    ] = 1095
    question_patience: Annotated[
        int, Field(ge=1, le=60, description="Working days after which a city is reminded of a question, once")
    ] = 5
    evaluations_days: Annotated[
        int, Field(ge=1, description="Days an evaluation and its notes are kept after their last change")
    ] = 730
    kept_forms_days: Annotated[
        int, Field(ge=1, description="Days the text of a form that was sent too late is kept")
    ] = 7
    packs_days: Annotated[int, Field(ge=61, description="Days it is known that a pack was written")] = 400
    desk_sent_days: Annotated[
        int, Field(ge=1, description="Days it is shown what officials sent from the desk")
    ] = 1095
    translation_url: Annotated[
        str | None,
        Field(
            pattern=r"^https?://[^\s/]+",
            description="A LibreTranslate-compatible server; nothing is translated by a machine if absent",
        ),
    ] = None
    translation_key: SecretStr | None = Field(None, description="Its api_key, where it wants one")
    translation_seconds: Annotated[
        float, Field(gt=0, le=60, description="Longest wait for translations, per letter or page")
    ] = 5.0
    translations_days: Annotated[int, Field(ge=1, description="Days a machine's translation is kept")] = 365
    scoring_url: Annotated[
        str | None,
        Field(
            pattern=r"^https?://[^\s/]+",
            description="HTTP API of the scoring service, for search and figures on pages; none if absent",
        ),
    ] = None
    submissions_url: Annotated[
        str | None,
        Field(
            pattern=r"^https?://[^\s/]+",
            description="HTTP API of the submissions service, for the moderation queue; none if absent",
        ),
    ] = None
    operators: Annotated[tuple[str, ...], NoDecode] = Field(
        (), description="Addresses of officials who moderate for every city; with commas between"
    )
    legal_dir: Annotated[
        Path | None,
        Field(description="Folder of terms.md, privacy.md, accessibility.md and imprint.md"),
    ] = None
    legal_language: Annotated[
        str, Field(pattern=r"^[A-Za-z]{2,3}(-[A-Za-z0-9]+)*$", description="Language of these files")
    ] = "en"
    city_secret: Annotated[
        SecretStr | None,
        Field(
            min_length=16, description="The one of scoring and submissions: a city's own figures and queue"
        ),
    ] = None
    mail_domain: str = "mail.citiesshare.example"
    account_domain: Annotated[
        str, Field(description="Sends what concerns an account, so that its reputation is its own")
    ] = "account.citiesshare.example"
    list_domain: Annotated[str, Field(description="Names the lists of letters (RFC 2919)")] = (
        "citiesshare.example"
    )
    bounce_domain: str = "bounce.citiesshare.example"
    reply_domain: Annotated[
        str | None, Field(description="Where replies are relayed from; replies are not offered if absent")
    ] = None
    returns_port: Annotated[
        int | None, Field(ge=0, le=65535, description="SMTP port for what comes back; none where absent")
    ] = None
    complaints_address: Annotated[
        str | None,
        Field(pattern=r"^[^@\s]+@[^@\s]+$", description="Takes complaint reports (RFC 9477); none if absent"),
    ] = None
    letter_secret: Annotated[
        SecretStr, Field(min_length=16, description="Signs the links in letters; absent: until it ends")
    ] = Field(default_factory=fresh_secret)

    @property
    def relay(self) -> RelaySettings:
        """The relay in its own words."""
        return RelaySettings(
            host=self.smtp_host,
            port=self.smtp_port,
            username=self.smtp_username,
            password=self.smtp_password,
            starttls=self.smtp_starttls,
            timeout=self.smtp_timeout,
            connections=self.smtp_connections,
            per_domain_per_minute=self.letters_per_domain_per_minute,
            back_off=self.letters_back_off,
        )

    @property
    def translator(self) -> LibreTranslate | None:
        """The server that translates, where there is one."""
        if self.translation_url is None:
            return None
        return LibreTranslate(self.translation_url, self.translation_key, self.translation_seconds)

    @property
    def scoring(self) -> ScoringApi:
        """The API of the scoring service."""
        return ScoringApi(self.scoring_url, CityKeys.of(self.city_secret))

    @property
    def moderation(self) -> SubmissionsApi:
        """The moderation queue of the submissions service."""
        return SubmissionsApi(self.submissions_url, CityKeys.of(self.city_secret))

    @property
    def legal_files(self) -> LegalFiles:
        """Terms of use, privacy notice, accessibility statement, imprint."""
        return LegalFiles(self.legal_dir, self.legal_language)

    @field_validator("operators", mode="before")
    @classmethod
    def _operators(cls, value: object) -> object:
        return tuple(filter(None, map(str.strip, value.split(",")))) if isinstance(value, str) else value

    @property
    def patience(self) -> RetryPolicy:
        """How long letters are waited for."""
        return RetryPolicy(
            lease=timedelta(seconds=self.handing_lease),
            first=timedelta(seconds=self.letters_back_off),
            most=timedelta(days=self.letters_patience),
        )

    @property
    def session_limits(self) -> SessionLimits:
        """When sessions of the desk end."""
        return SessionLimits(timedelta(hours=self.session_idle), timedelta(hours=self.session_absolute))

    @property
    def rounds(self) -> tuple[float, float]:
        """Seconds between the rounds for letters, and for digests."""
        return self.letters_round, self.digests_round

    @property
    def sender(self) -> Sender:
        """Who letters come from and where their links lead."""
        return Sender(
            site=self.site,
            domain=self.mail_domain,
            account_domain=self.account_domain,
            list_domain=self.list_domain,
            bounce_domain=self.bounce_domain,
            reply_domain=self.reply_domain,
            complaints=self.complaints_address,
            secret=self.letter_secret,
        )

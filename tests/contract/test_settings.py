"""Settings: a wrong value is named at start, in words, and nothing starts."""

from collections.abc import Callable

import pytest

from services.notifications.settings import Settings as NotificationsSettings
from services.scoring.settings import Settings as ScoringSettings
from services.submissions.settings import Settings as SubmissionsSettings
from shared.settings import ServiceSettings, read_settings

MODELS: tuple[type[ServiceSettings], ...] = (
    ServiceSettings,
    SubmissionsSettings,
    ScoringSettings,
    NotificationsSettings,
)
WRONG = [
    ("HTTP_PORT", "eighty"),
    ("HTTP_PORT", "70000"),
    ("PREFETCH", "0"),
    ("RETRY_WAITS", "1,soon"),
    ("RETRY_ATTEMPTS", "-1"),
    ("GRACE_SECONDS", "0"),
    ("DRAIN_SECONDS", "-1"),
    ("LOG_LEVEL", "loud"),
    ("LOG_JSON", "perhaps"),
    ("MONGO_DRIVER", "mysql"),
    ("MONGO_PREFIX", "Cities Share"),
]
WRONG_OF_ONE: list[tuple[type[ServiceSettings], str, str]] = [
    (SubmissionsSettings, "SALT", "short"),
    (ScoringSettings, "MATCHES_PER_MESSAGE", "0"),
    (ScoringSettings, "CITY_SECRET", "short"),
    (NotificationsSettings, "SMTP_PORT", "0"),
    (NotificationsSettings, "HANDING_LEASE", "0"),
    (NotificationsSettings, "LETTER_SECRET", "too-short"),
]
EVERY = pytest.mark.parametrize("model", MODELS, ids=lambda model: model.__module__)
Complaint = Callable[[type[ServiceSettings], str, str], str]


@pytest.fixture
def complaint(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Complaint:
    """What a service says when it stops over the value of a variable."""

    def of(model: type[ServiceSettings], variable: str, value: str) -> str:
        monkeypatch.setenv(variable, value)
        with pytest.raises(SystemExit) as stopped:
            read_settings(model)
        assert stopped.value.code == 2
        return capsys.readouterr().err

    return of


@pytest.mark.parametrize(("variable", "value"), WRONG)
@EVERY
def test_a_wrong_value_stops_with_the_name_of_its_variable(
    model: type[ServiceSettings], variable: str, value: str, complaint: Complaint
) -> None:
    assert complaint(model, variable, value).startswith(f"{variable}=")


@pytest.mark.parametrize(("model", "variable", "value"), WRONG_OF_ONE)
def test_a_wrong_value_of_one_service_is_named_too(
    model: type[ServiceSettings], variable: str, value: str, complaint: Complaint
) -> None:
    assert f"{variable}=" in complaint(model, variable, value)


@pytest.mark.parametrize("variable", ["LETTER_SECRET", "SALT"])
def test_a_secret_is_not_shown_when_it_is_wrong(
    variable: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv(variable, "hushed")
    model = NotificationsSettings if variable == "LETTER_SECRET" else SubmissionsSettings
    with pytest.raises(SystemExit):
        read_settings(model)
    assert "hushed" not in capsys.readouterr().err


def test_all_wrong_values_are_named_at_once(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("PREFETCH", "none")
    monkeypatch.setenv("LOG_LEVEL", "loud")
    with pytest.raises(SystemExit):
        read_settings(ServiceSettings)
    said = capsys.readouterr().err
    assert ("PREFETCH=" in said, "LOG_LEVEL=" in said) == (True, True)


@EVERY
def test_the_defaults_are_good(model: type[ServiceSettings], monkeypatch: pytest.MonkeyPatch) -> None:
    for name in model.model_fields:
        monkeypatch.delenv(name.upper(), raising=False)
    drawn = set(model.signs)
    first, second = (read_settings(model).model_dump(exclude=drawn) for _ in range(2))
    assert first == second


def test_false_is_false(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LOG_JSON", "False")
    assert read_settings(ServiceSettings).log_json is False


def test_waits_are_a_list_with_commas(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("RETRY_WAITS", "1,2,30")
    assert read_settings(ServiceSettings).retry_waits == (1, 2, 30)

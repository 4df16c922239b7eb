"""publiccode.yml: every broken rule is named with its line, and what is usable becomes a solution."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.submissions.adapters.reference_data import publiccode_reference
from services.submissions.domain import publiccode
from shared.facts import UNRESOLVED, Outcome

AMSTERDAM, TURIN = "2759794", "3165524"
TODAY = date(2026, 11, 22)
LONG = (
    "A map on which anybody can report litter, broken lamps and holes in the road; the right team is told. "
    * 2
)
FILE = f"""\
publiccodeYmlVersion: "0.4"
name: Signals
url: https://example.org/city/signals.git
releaseDate: 2024-05-01
platforms: [web]
usedBy:
  - Gemeente Amsterdam
  - Comune di Torino
  - Newcastle City Council
  - Hospital of Turin
isBasedOn: https://www.example.org/Other/Reports
developmentStatus: stable
softwareType: standalone/web
intendedAudience:
  scope: [transportation]
description:
  nl:
    shortDescription: Meldingen over de openbare ruimte
    longDescription: {LONG}
    features: [meldingen]
  en:
    shortDescription: Reports about public space
    longDescription: {LONG}
    features: [reports]
legal:
  license: EUPL-1.2
  repoOwner: Gemeente Amsterdam
maintenance:
  type: contract
  contractors:
    - name: Builders
      until: 2020-09-30
localisation:
  localisationReady: true
  availableLanguages: [en, nl]
dependsOn:
  proprietary:
    - name: Oracle
"""


def _read(text: str) -> publiccode.PubliccodeEntry:
    entry = publiccode.read(text, publiccode_reference())
    assert isinstance(entry, publiccode.PubliccodeEntry)
    return entry


def test_a_file_that_keeps_every_rule_has_no_defect_and_leaves_the_network_open() -> None:
    entry = _read(FILE)
    assert entry.defects == ()
    assert entry.verdict == "cannot be checked offline"
    assert {remark.path for remark in entry.unchecked} == {"url", "isBasedOn"}


BROKEN = [
    ('"0.4"', '"9"', "publiccodeYmlVersion", 1),
    ("name: Signals", "name: Signals\nfoobar: 1", "foobar", 3),
    ("releaseDate: 2024-05-01", "releaseDate: 2021-19-02", "releaseDate", 4),
    ("platforms: [web]", "platforms: web", "platforms", 5),
    ("stable", "production", "developmentStatus", 12),
    ("standalone/web", "website", "softwareType", 13),
    ("scope: [transportation]", "scope: [trains]", "intendedAudience.scope[0]", 15),
    ("  nl:", "  xxx:", "description.xxx", 17),
    ("features: [reports]", "features: []", "description.en.features", 24),
    ("EUPL-1.2", "free for all", "legal.license", 26),
    ("type: contract", "type: commercial", "maintenance.type", 29),
    ("until: 2020-09-30", "until: soon", "maintenance.contractors[0].until", 32),
    ("localisationReady: true", "localisationReady: yes", "localisation.localisationReady", 34),
    (
        "availableLanguages: [en, nl]",
        "availableLanguages: [no such]",
        "localisation.availableLanguages[0]",
        35,
    ),
    ("- name: Oracle", "- Oracle", "dependsOn.proprietary[0]", 38),
]


@pytest.mark.parametrize(("right", "wrong", "path", "line"), BROKEN)
def test_a_broken_rule_is_named_with_its_place(right: str, wrong: str, path: str, line: int) -> None:
    entry = _read(FILE.replace(right, wrong, 1))
    assert entry.verdict == "invalid"
    assert (path, line) in {(defect.path, defect.line) for defect in entry.defects}


@pytest.mark.parametrize(
    ("text", "message"),
    [("", "empty"), ("a: b: c", "no YAML"), ("- a", "keys and values"), ("name: x", "missing"),
     ("url: https://example.org", "missing"), ("[" * 500, "no YAML")],
)  # fmt: skip
def test_a_file_nothing_can_be_made_of_is_rejected_with_the_reason(text: str, message: str) -> None:
    rejected = publiccode.read(text, publiccode_reference())
    assert isinstance(rejected, publiccode.RejectedEntry)
    assert message in " ".join(defect.message for defect in rejected.defects)


def test_aliases_that_stand_for_millions_of_values_are_refused() -> None:
    levels = [f"l{n}: &l{n} [{', '.join([f'*l{n - 1}'] * 9)}]" for n in range(1, 10)]
    rejected = publiccode.read("\n".join(["l0: &l0 [a]", *levels]), publiccode_reference())
    assert isinstance(rejected, publiccode.RejectedEntry)
    assert "20,000" in rejected.defects[0].message


def test_adopters_are_claims_with_the_city_they_mean() -> None:
    cities = {adopter.name: adopter.place for adopter in _read(FILE).adopters}
    assert cities["Gemeente Amsterdam"].city == AMSTERDAM
    assert cities["Comune di Torino"].city == TURIN
    assert cities["Newcastle City Council"].city is None
    assert cities["Newcastle City Council"].candidates
    assert cities["Hospital of Turin"].city is None


def test_being_used_is_no_result() -> None:
    attempts = publiccode.to_implementations(_read(FILE))
    assert [attempt.city for attempt in attempts] == [AMSTERDAM, TURIN]
    assert {attempt.outcome for attempt in attempts} == {Outcome.UNKNOWN}


def test_the_solution_says_what_the_file_says() -> None:
    solution = publiccode.to_solution(_read(FILE), TODAY)
    assert solution.id == "urn:publiccode:example.org/city/signals"
    assert solution.city == AMSTERDAM
    assert (solution.title, solution.language, set(solution.translations)) == ("Signals", "en", {"nl"})
    assert solution.origin == "catalogue"
    assert solution.parent == "urn:publiccode:example.org/other/reports"
    assert [topic.id for topic in solution.topics] == ["mobility-transport", "digital-government"]
    assert solution.reuse.licence is True


def test_a_proprietary_dependency_is_bad_for_the_way_out() -> None:
    assert publiccode.to_solution(_read(FILE), TODAY).lockin.no_proprietary_runtime is False


def test_dependencies_nobody_told_of_are_not_known() -> None:
    untold = FILE.partition("dependsOn:")[0]
    assert publiccode.to_solution(_read(untold), TODAY).lockin.no_proprietary_runtime is None


@pytest.mark.parametrize(
    ("right", "wrong", "as_of", "reason"),
    [
        ("stable", "obsolete", date(2020, 1, 1), "obsolete"),
        ("type: contract", "type: none", date(2020, 1, 1), "Nobody maintains"),
        ("stable", "stable", TODAY, "2020-09-30"),
        ("stable", "stable", date(2020, 9, 30), ""),
    ],
)
def test_software_nobody_maintains_is_a_risk_to_plan_for(
    right: str, wrong: str, as_of: date, reason: str
) -> None:
    entry = _read(FILE.replace(right, wrong, 1))
    risks = publiccode.sustainability_risks(entry, as_of)
    assert bool(risks) is bool(reason)
    assert reason in " ".join(risks)
    units = {unit.id for unit in publiccode.to_solution(entry, as_of).units}
    assert ("maintenance" in units) is bool(reason)


def test_software_of_no_known_city_goes_to_review() -> None:
    entry = _read(FILE.replace("repoOwner: Gemeente Amsterdam", "repoOwner: Builders"))
    assert publiccode.to_solution(entry, TODAY).city == UNRESOLVED
    assert publiccode.to_solution(entry, TODAY, city=TURIN).city == TURIN


def test_people_named_as_contacts_stay_out() -> None:
    contacts = "  contacts:\n    - name: Ada Example\n      email: ada@example.org\nlocalisation:"
    solution = publiccode.to_solution(_read(FILE.replace("localisation:", contacts, 1)), TODAY)
    assert "Ada" not in solution.model_dump_json()
    assert "ada@" not in solution.model_dump_json()


@pytest.mark.parametrize("address", ["https://[here/logo.svg", "http://[transportation]/a"])
def test_what_only_looks_like_an_address_is_named_as_written(address: str) -> None:
    assert publiccode.solution_id(address) == f"urn:publiccode:{address}"
    file = FILE.replace("https://www.example.org/Other/Reports", address) + f"logo: {address}\n"
    assert publiccode.to_solution(_read(file), TODAY).parent == f"urn:publiccode:{address}"


@given(st.text(max_size=200))
def test_any_text_is_read_or_rejected_without_an_error(text: str) -> None:
    assert publiccode.read(text, publiccode_reference()).verdict in ("valid", "invalid", publiccode.OFFLINE)


@given(st.integers(0, len(FILE)), st.integers(0, len(FILE)))
def test_a_file_with_a_piece_torn_out_is_read_or_rejected_without_an_error(start: int, end: int) -> None:
    read = publiccode.read(FILE[:start] + FILE[end:], publiccode_reference())
    if isinstance(read, publiccode.PubliccodeEntry):
        assert publiccode.to_solution(read, TODAY).title

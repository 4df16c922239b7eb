"""The parser cases and the real files beside the project, each told apart by its reason."""

from datetime import date
from pathlib import Path

import pytest

from services.submissions.adapters.reference_data import publiccode_reference
from services.submissions.domain import publiccode

DATA = Path(__file__).parents[4] / "shared" / "data" / "publiccode"
CASES = DATA / "parser_testdata"
TODAY = date(2026, 11, 22)

pytestmark = pytest.mark.skipif(not DATA.exists(), reason="the publiccode files are not beside the project")

# The reference asks the network or the repository here; offline the honest answer is that it is open.
OPEN = {
    "description_en_screenshots_missing_file": "description.en.screenshots[0]",
    "description_en_videos_invalid_oembed": "description.en.videos[0]",
    "it_riuso_codiceIPA_invalid": "IT.riuso.codiceIPA",
    "legal_authorsFile_missing_file": "legal.authorsFile",
    "logo_missing_file": "logo",
    "logo_missing_url": "logo",
    "logo_invalid_png": "logo",
    "monochromeLogo_invalid_png": "monochromeLogo",
}
# Cases whose name does not spell the path of the defect.
ELSEWHERE = {
    "description_invalid_language": "description.xxx",
    "invalid_yaml": "",
    "fundedBy_wrong_uri": "fundedBy[0].uri",
    "it_IT_duplicated": "it",
    "it_wrong_case": "It",
    "organisation_wrong_uri": "organisation.uri",
    "supports_unknown_alias": "supports[0].id",
    "unknown_field": "foobar",
}


def _files(folder: str) -> list[Path]:
    return sorted((CASES / folder).rglob("*.yml"))


def _read(path: Path) -> publiccode.PubliccodeEntry | publiccode.RejectedEntry:
    return publiccode.read(path.read_text(encoding="utf-8"), publiccode_reference())


def _words(path: str) -> list[str]:
    return [part for part in path.replace("[", ".").replace("]", "").split(".") if not part.isdigit()]


@pytest.mark.parametrize("path", _files("valid"), ids=lambda path: path.stem)
def test_a_valid_case_has_no_defect(path: Path) -> None:
    read = _read(path)
    assert [(defect.path, defect.message) for defect in read.defects] == []
    assert read.verdict == publiccode.OFFLINE


@pytest.mark.parametrize("path", _files("invalid"), ids=lambda path: path.stem)
def test_an_invalid_case_is_told_by_its_reason(path: Path) -> None:
    read = _read(path)
    if path.stem in OPEN:
        assert read.verdict == publiccode.OFFLINE
        assert OPEN[path.stem] in {remark.path for remark in read.unchecked}
        return
    assert read.verdict == "invalid"
    if path.stem in ELSEWHERE:
        assert {defect.path for defect in read.defects} == {ELSEWHERE[path.stem]}
        return
    named = path.stem.split("_")
    assert any(_words(defect.path) == named[: len(_words(defect.path))] for defect in read.defects)


def test_there_are_as_many_cases_as_were_counted() -> None:
    invalid = _files("invalid")
    assert (len(_files("valid")), len(invalid)) == (30, 91)
    assert sum(path.stem in OPEN for path in invalid) == 9


REAL = {
    "5Tsrl+emma-backend": {"description.it.features", "description.it.shortDescription"},
    "5Tsrl+emma-frontend-parking": {"description.it.features", "description.it.shortDescription"},
    "Aitema-gmbh+terminvergabe": {"categories[1]", "maintenance.type"},
    "Azienda-USL-di-Bologna+DAE-RespondER": {""},
    "CodeForBaltimore+Bmore-Responsive": {
        "landingUrl", "categories[0]", "developmentStatus", "localisation.localisationReady",
        "dependsOn.open[0].optional",
    },
    "open-zaak+open-zaak": {"maintenance.contractors[0].until"},
}  # fmt: skip


@pytest.mark.parametrize("path", sorted(DATA.glob("*.y*ml")), ids=lambda path: path.name.split(".")[0])
def test_a_real_file_is_read_and_its_defects_are_named(path: Path) -> None:
    read, name = _read(path), path.name.split(".")[0]
    assert isinstance(read, publiccode.RejectedEntry) == (name == "Azienda-USL-di-Bologna+DAE-RespondER")
    if not name.startswith("ConductionNL"):
        assert {defect.path for defect in read.defects} == REAL.get(name, set())
    if isinstance(read, publiccode.PubliccodeEntry):
        assert publiccode.to_solution(read, TODAY).origin == "catalogue"


@pytest.mark.parametrize(
    ("name", "cities"),
    [
        ("Amsterdam+signals-frontend.publiccode.yml", {"Amsterdam", "'s-Hertogenbosch"}),
        ("Arpapiemonte+openoise-map.publiccode.yml", {"Turin"}),
        ("CittametropolitanaRomaCapitale+SEP.publiccode.yml", {"Rome"}),
        (
            "open-zaak+open-zaak.publiccode.yaml",
            {"Amsterdam", "The Hague", "Haarlem", "Rotterdam", "Tilburg", "Utrecht"},
        ),
    ],
)
def test_the_claimed_adopters_of_a_real_file_are_cities(name: str, cities: set[str]) -> None:
    read = _read(DATA / name)
    assert isinstance(read, publiccode.PubliccodeEntry)
    found = {adopter.place.city for adopter in read.adopters if adopter.place.city}
    assert {publiccode_reference().gazetteer.cities[city].name for city in found} == cities


def test_a_real_proprietary_dependency_is_found() -> None:
    read = _read(DATA / "Comune-Milano+geoworks-mi.publiccode.yml")
    assert isinstance(read, publiccode.PubliccodeEntry)
    solution = publiccode.to_solution(read, TODAY)
    assert solution.lockin.no_proprietary_runtime is False
    assert publiccode.sustainability_risks(read, TODAY) == ("Its maintenance contract ended on 2021-11-30.",)

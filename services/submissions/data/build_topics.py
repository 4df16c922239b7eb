"""Build cpv.csv.gz, cofog.csv.gz, sdg.csv.gz and themes.csv.gz from a folder of public classifications.

Run: python -m services.submissions.data.build_topics --input FOLDER

FOLDER holds cpv_en.json, cofog.csv, sdg/en/global_goals.yml, sdg/en/global_targets.yml and
proposed_topics.csv; ATTRIBUTION.txt says where they are published.
"""

import csv
import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Annotated

import typer
import yaml

from services.submissions.data.extract import write_table

HERE = Path(__file__).parent
LABELLED = ["code", "label"]
KINDS = {"administration": "administration", "general-works-and-supplies": "general"}
THEME_COLUMNS = ("id", "label", "cpv", "cofog", "sdg", "data_theme", "kind")


def main(
    source: Annotated[Path, typer.Option("--input", help="Folder of the published classifications.")],
    output: Annotated[Path, typer.Option(help="Folder to write into.")] = HERE,
) -> None:
    """Write the four tables (beside this file, unless told otherwise) and say how large they are."""
    write_table(output / "cpv.csv.gz", LABELLED, _cpv(source / "cpv_en.json"))
    write_table(output / "cofog.csv.gz", LABELLED, _cofog(source / "cofog.csv"))
    write_table(output / "sdg.csv.gz", LABELLED, _sdg(source / "sdg" / "en"))
    write_table(output / "themes.csv.gz", THEME_COLUMNS, _themes(source / "proposed_topics.csv"))


def _cpv(path: Path) -> Iterator[list[str]]:
    labels: dict[str, str] = json.loads(path.read_text("utf-8"))
    for code, label in sorted(labels.items()):
        if re.fullmatch(r"\d{8}-\d", code) and code[:8] != "99999999":  # the publisher's "not defined"
            yield [code[:8], label]


def _cofog(path: Path) -> Iterator[list[str]]:
    with path.open(encoding="utf-8", newline="") as table:
        for row in csv.DictReader(table):
            yield [row["Code"], re.sub(r"\s*\((?:CS|IS)[^)]*\)$", "", row["Description_EN"])]


def _sdg(folder: Path) -> Iterator[list[str]]:
    goals: dict[str, str] = yaml.safe_load((folder / "global_goals.yml").read_text("utf-8"))
    targets: dict[str, str] = yaml.safe_load((folder / "global_targets.yml").read_text("utf-8"))
    for key, label in {**goals, **targets}.items():
        match = re.fullmatch(r"(\d+(?:-\w+)?)-title", key)
        if match:
            yield [match[1].replace("-", "."), " ".join(label.split())]


def _themes(path: Path) -> Iterator[list[str]]:
    with path.open(encoding="utf-8", newline="") as table:
        for row in csv.DictReader(table):
            codes = [row["cpv_prefixes"], row["cofog"], row["sdg_targets"]]
            kind = KINDS.get(row["topic"], "urban")
            yield [row["topic"], row["label"], *codes, row["eu_data_theme"], kind]


if __name__ == "__main__":
    typer.run(main)

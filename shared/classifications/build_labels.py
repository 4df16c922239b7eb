"""Build the shipped extract of the CPV labels.

    python shared/classifications/build_labels.py --input cpv_labels_24lang.json

The input is ``{code: {language: label}}``, the CPV labels of OP-TED/eForms-SDK (European Union, CC BY 4.0).
One column per language, labels in the order of the codes, xz-compressed: the same input gives the same bytes.
"""

import json
import lzma
from pathlib import Path
from typing import Annotated

import typer

HERE = Path(__file__).parent
SOURCE = "CPV labels in 24 languages, from OP-TED/eForms-SDK translations, (c) European Union, CC BY 4.0"


def main(
    source: Annotated[Path, typer.Option("--input", help="cpv_labels_24lang.json", exists=True)],
    target: Annotated[Path, typer.Option("--output", help="The file to write")] = HERE / "cpv_labels.json.xz",
) -> None:
    """Turn the table of labels into columns and compress it."""
    table: dict[str, dict[str, str]] = json.loads(source.read_text("utf-8"))
    codes = sorted(table)
    languages = sorted({language for labels in table.values() for language in labels})
    columns = {language: [table[code].get(language, "") for code in codes] for language in languages}
    extract = {"source": SOURCE, "codes": codes, "labels": columns}
    packed = lzma.compress(json.dumps(extract, ensure_ascii=False).encode(), preset=9 | lzma.PRESET_EXTREME)
    target.write_bytes(packed)
    typer.echo(f"{target}: {len(codes)} codes, {len(languages)} languages, {len(packed):,} bytes", err=True)


if __name__ == "__main__":
    typer.run(main)

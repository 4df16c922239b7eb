"""The index on disk, so that a replica with a million needs is ready in seconds.

One directory: arrays as ``.npy``, everything else as JSON. Written beside and renamed, so that a reader finds
the old one or the new one. A snapshot made with another vocabulary is refused: its numbers mean nothing here.
"""

import json
from datetime import datetime
from pathlib import Path
from shutil import rmtree
from tempfile import mkdtemp
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from services.scoring.application.index_snapshots import UnusableSnapshot
from services.scoring.domain.inverted_index.revisions import Versions
from services.scoring.domain.inverted_index.row_table import ALIVE, TableState, repacked
from services.scoring.domain.inverted_index.segments import Postings, SparseRows, segment_of
from services.scoring.domain.matching.need_index import Frozen, NeedIndex, Sets
from services.scoring.domain.matching.vocabulary import Vocabulary

BREAK: Final = "\n"
Array = NDArray[Any]


class IndexSnapshotFolder:
    """A folder with a snapshot, and beside it a file that says up to when the snapshot has read the store."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._seen = folder.with_name(f"{folder.name}.seen")

    def save(self, index: NeedIndex, seen: datetime) -> None:
        """Write the index, which has read the store up to ``seen``; raises OSError."""
        save(index, self._folder)
        self._seen.write_text(seen.isoformat(), "utf-8")

    def load(self, vocabulary: Vocabulary) -> tuple[NeedIndex, datetime]:
        """Return the index and up to when it has read the store; raises ``UnusableSnapshot``."""
        try:
            seen = datetime.fromisoformat(self._seen.read_text("utf-8"))
        except (OSError, ValueError) as error:
            raise UnusableSnapshot(f"{self._seen}: {error}") from error
        return load(vocabulary, self._folder), seen


def save(index: NeedIndex, target: Path) -> None:
    """Write the index as it stands at this moment, repacked; searches and edits go on meanwhile."""
    frozen = index.frozen()
    frozen = frozen._replace(state=repacked(frozen.state))
    target.parent.mkdir(parents=True, exist_ok=True)
    folder = Path(mkdtemp(prefix=f".{target.name}.", dir=target.parent))
    try:
        for name, array in _arrays(frozen).items():
            np.save(folder / f"{name}.npy", array, allow_pickle=False)
        (folder / "about.json").write_text(json.dumps(_about(frozen, index.vocabulary.name)), "utf-8")
        if target.exists():
            target.rename(folder / "old")
        folder.rename(target)
        rmtree(target / "old", ignore_errors=True)
    except OSError:
        rmtree(folder, ignore_errors=True)
        raise


def load(vocabulary: Vocabulary, source: Path) -> NeedIndex:
    """The index as it was saved; the edits since then are for the caller to add.

    What a process left behind that was killed while it saved is removed: one writes here at a time.
    Raises ``UnusableSnapshot`` if there is nothing to load, or nothing that this vocabulary can read.
    """
    _sweep(source)
    try:
        about = json.loads((source / "about.json").read_text("utf-8"))
        if about["vocabulary"] != vocabulary.name:
            raise UnusableSnapshot(
                f"{source}: made with vocabulary {about['vocabulary']}, this is {vocabulary.name}"
            )
        frozen = _frozen(about, {path.stem: np.load(path, allow_pickle=False) for path in _files(source)})
    except (OSError, KeyError, TypeError, ValueError) as error:
        raise UnusableSnapshot(f"{source}: {error}; remove it and build the index from the store") from error
    index = NeedIndex(vocabulary)
    index.thaw(frozen)
    return index


def _sweep(target: Path) -> None:
    for folder in target.parent.glob(f".{target.name}.*"):
        rmtree(folder, ignore_errors=True)


def _files(source: Path) -> list[Path]:
    return sorted(source.glob("*.npy"))


def _arrays(frozen: Frozen) -> dict[str, Array]:
    """All arrays by name, of a repacked state: it has no row that died after its moment."""
    state = frozen.state
    known, delta, died = state.known, state.delta.part(0, state.known - state.merged), state.died
    text = BREAK.join(state.ids[:known]).encode()
    arrays: dict[str, Array] = {
        "ids": np.frombuffer(text, dtype=np.uint8),
        "died": died,
        "records": state.records[:known],
        "keys": state.keys[:known],
        "revisions": _revisions(frozen, died == ALIVE),
    }
    for name in SparseRows._fields:
        arrays[f"delta-{name}"] = getattr(delta, name)
    for number, segment in enumerate(state.segments):
        arrays |= {f"segment-{number}-{name}": array for name, array in segment.postings._asdict().items()}
    return arrays


def _revisions(frozen: Frozen, living: NDArray[np.bool_]) -> NDArray[np.int64]:
    """The revision of each living row; 0 where none is known."""
    ids, revisions_by_id = frozen.state.ids, frozen.versions.revisions
    revisions = np.zeros(living.size, dtype=np.int64)
    revisions[living] = [revisions_by_id.get(ids[row], 0) for row in np.flatnonzero(living).tolist()]
    return revisions


def _about(frozen: Frozen, vocabulary: str) -> dict[str, object]:
    state = frozen.state
    return {
        "vocabulary": vocabulary,
        "merged": state.merged,
        "moment": state.moment,
        "segments": len(state.segments),
        "digest": frozen.versions.digest,
        "gone": frozen.versions.gone,
        "sets": {name: [sorted(names) for names in sets] for name, sets in frozen.sets.items()},
    }


def _frozen(about: dict[str, Any], arrays: dict[str, Array]) -> Frozen:
    segments = tuple(
        segment_of(Postings(*(arrays[f"segment-{number}-{name}"] for name in Postings._fields)))
        for number in range(about["segments"])
    )
    text = arrays["ids"].tobytes().decode()
    ids = text.split(BREAK) if text else []
    if len(ids) != arrays["died"].size:
        raise ValueError(f"{len(ids)} ids for {arrays['died'].size} rows")
    state = TableState(
        segments,
        about["merged"],
        SparseRows(*(arrays[f"delta-{name}"] for name in SparseRows._fields)),
        len(ids),
        about["moment"],
        arrays["died"],
        arrays["records"],
        arrays["keys"],
        ids,
    )
    sets = {name: Sets(*(frozenset(names) for names in both)) for name, both in about["sets"].items()}
    stand = zip(ids, arrays["revisions"].tolist(), strict=True)
    versions = Versions(
        {name: revision for name, revision in stand if revision}, about["gone"], about["digest"]
    )
    return Frozen(state, versions, sets)

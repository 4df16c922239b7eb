"""Reads files offline and prints what is in them, for `citiesshare submissions read`."""

import os
import sys
from collections.abc import Sequence
from datetime import UTC, date, datetime
from pathlib import Path

import orjson
import typer
from rich.console import Console
from rich.table import Table

from services.submissions.adapters.files import OCDS_SUFFIXES, PUBLICCODE_SUFFIXES, files_in, skipped_in
from services.submissions.cli.offline_reader import (
    AcceptedReport,
    Counts,
    FileComplaint,
    Found,
    OfflineReader,
    ReadingFailed,
    StandardConformity,
)
from services.submissions.domain.imported_facts import ImportedFact
from shared.facts import Money, Need, Solution
from shared.secrets import fresh_secret

Line = dict[str, object]
MOST_SKIPPED = 10


def print_records(reader: OfflineReader, files: Sequence[Path], *, as_json: bool) -> None:
    """Read ``files`` and print their records; ends with 1 where nothing is usable or an entry is invalid."""
    console = Console(stderr=True)
    try:
        with console.status("", speed=0.5) as status:
            reader.progress = lambda what, done, total: status.update(progress_text(what, done, total))
            for line in reader.rendered(files, written if as_json else without_text):
                sys.stdout.buffer.write(line)
    except ReadingFailed as error:
        raise stopped(error, console) from None
    sys.stdout.flush()
    console.print(summary(reader.counts))
    counts = reader.counts
    if counts.invalid or not (counts.releases or counts.entries or counts.reports):
        raise typer.Exit(1)


def stopped(error: ReadingFailed, console: Console) -> typer.Exit:
    """Tell where reading stopped; returns the exit code of a fault of the program."""
    console.print(f"Reading stopped at {error}. This is a fault of the program.", markup=False)
    return typer.Exit(1)


def written(result: Found) -> bytes:
    """One line of the output, as JSON."""
    return orjson.dumps(line_of(result)) + b"\n"


def without_text(_found: Found) -> bytes:
    """Nothing: without --json only the summary is printed."""
    return b""


def cores() -> int:
    """How many cores this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def progress_text(what: str, done: int, total: int | None) -> str:
    """How far reading is, for the terminal."""
    return f"{done:,} of {total:,} {what}" if total else f"{done:,} {what}"


def files_meant(paths: list[Path]) -> list[Path]:
    """The files that ``paths`` mean; folders in which there is nothing to read are told."""
    files = [*files_in(paths)]
    if not files:
        suffixes = ", ".join(sorted(OCDS_SUFFIXES | PUBLICCODE_SUFFIXES))
        where = ", ".join(map(str, paths))
        raise typer.BadParameter(f"there is no file to read in {where}; read are {suffixes}")
    if skipped := [*skipped_in(paths)]:
        named = ", ".join(str(path) for path in skipped[:MOST_SKIPPED])
        more = f" and {len(skipped) - MOST_SKIPPED} more" if len(skipped) > MOST_SKIPPED else ""
        read = "JSON, publiccode.yml and gzip of JSON"
        typer.echo(f"not read, because the name is not that of {read}: {named}{more}", err=True)
    return files


def open_reader(salt: str | None, as_of: datetime | None, publisher: str | None) -> OfflineReader:
    """A reader for one run of a command; a wrong publisher is told with the right ones."""
    day: date = as_of.date() if as_of else datetime.now(UTC).date()
    try:
        return OfflineReader((salt or fresh_secret().get_secret_value()).encode(), day, publisher)
    except KeyError as error:
        raise typer.BadParameter(str(error.args[0]), param_hint="--publisher") from None


def line_of(result: Found) -> Line:
    """One line of the output."""
    if isinstance(result, StandardConformity):
        return {
            "kind": "verdict",
            "id": result.file.name,
            "file": str(result.file),
            "verdict": result.verdict,
        }
    if isinstance(result, AcceptedReport):
        return _of_report(result)
    if isinstance(result, FileComplaint):
        complaint = result.complaint
        place = {"file": str(result.file), "line": result.line, "path": complaint.path}
        kind = "rejected" if result.refused else "remarked"
        return {"kind": kind, "id": _place(result), "ocid": None, **place, "message": complaint.message}
    line: Line = {"kind": result.kind, "id": result.id, "ocid": result.ocid, "city": result.city}
    return {**line, **_whereabouts(result), **_attempt_fields(result), "defects": list(result.defects)}


def _whereabouts(result: ImportedFact) -> Line:
    """Whose it is: the buyer, what kind of authority, how its city was found, and why it is doubtful."""
    place, government = result.place, result.government
    how = {"method": place.method, "confidence": place.confidence}
    doubt = {"reason": place.doubt, "candidates": list(place.candidates)}
    authority = {"city_government": government.answer, "kind": government.kind}
    return {
        "buyer": result.buyer.name if result.buyer else None,
        "authority": authority,
        "place": how | doubt,
    }


def _of_report(result: AcceptedReport) -> Line:
    """A report that would be taken: its type, and the facts that it would keep, as they were understood."""
    facts = [draft.fact.model_dump(mode="json", exclude_defaults=True) for draft in result.judged.drafts]
    keys = [draft.key for draft in result.judged.drafts]
    envelope = result.envelope
    return {"kind": "report", "id": envelope.id, "type": envelope.type, "records": keys, "facts": facts}


def _place(result: FileComplaint) -> str:
    return f"{result.file.name}:{result.line or ''}:{result.complaint.path}"


def _attempt_fields(result: ImportedFact) -> Line:
    fact = result.fact
    if isinstance(fact, Need):
        return {"stage": fact.stage, "title": fact.title, **_about(fact, fact.budget)}
    if isinstance(fact, Solution):
        return {"status": result.use, "title": fact.title, **_about(fact, fact.cost)}
    attempt = {"outcome": fact.outcome, "rung": result.rung, "finding": result.finding, "why": fact.why}
    return {**attempt, "solution": fact.solution, "topics": [], **_money(fact.cost)}


def _about(fact: Need | Solution, amount: Money | None) -> Line:
    topics = [f"{topic.scheme}:{topic.id}" for topic in fact.topics]
    return {"language": fact.language, "topics": topics, **_money(amount)}


def _money(amount: Money | None) -> Line:
    if amount is None:
        return {"amount": None, "currency": None}
    exact = amount.amount
    return {
        "amount": int(exact) if exact == exact.to_integral_value() else float(exact),
        "currency": amount.currency,
    }


def summary(counts: Counts) -> Table:
    """What a run met, as a table for the terminal."""
    table = Table("", "count", title="Read", title_justify="left")
    table.add_row("releases", f"{counts.releases:,}")
    table.add_row("reports (CloudEvents)", f"{counts.reports:,}")
    table.add_row("publiccode.yml files", f"{counts.entries:,}")
    table.add_row("of these against the standard", f"{counts.invalid:,}")
    table.add_row("contracting processes", f"{counts.processes:,}")
    table.add_row("of these without a city's need", f"{counts.evidence:,}")
    for kind in ("need", "solution", "outcome"):
        table.add_row(f"{kind}s", f"{counts.kinds[kind]:,}")
    for rung, count in sorted(counts.rungs.items(), key=lambda item: item[0] or 0):
        table.add_row(f"  rung {rung}" if rung else "  running or only claimed", f"{count:,}")
    table.add_row("rejected", f"{counts.rejected:,}")
    for code, count in counts.defects.most_common(12):
        table.add_row(f"defect {code}", f"{count:,}")
    return table

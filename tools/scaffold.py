"""Creates the files of a new message, kind of letter or criterion: ``python -m tools.scaffold event
city.greeted``.

It writes the files and entries that the tests require, and updates samples, schemas and documents. Parts that
a person must write are marked; ``tests/contract/test_left_to_write.py`` fails with their list until then.
"""

import argparse
import json
import re
import subprocess
import sys
from collections.abc import Callable, Iterator, Sequence
from datetime import UTC, datetime
from pathlib import Path

ROOT = Path(__file__).parents[1]
MARK = "LEFT TO WRITE"
PUBLISHERS, SUBSCRIBERS = ("submissions", "scoring", "notifications"), ("scoring", "notifications")
SAMPLE_SECRET = "a secret for samples only"  # noqa: S105 - the golden letters are signed with it
TEMPLATES = ROOT / "tools/templates"


class ScaffoldError(Exception):
    """The name is invalid, or a file has unexpected content; nothing more is written."""


class Scaffold:
    """Writes files and entries, and lists them in ``files``."""

    def __init__(self, **names: str) -> None:
        self.names = names
        self.files: list[Path] = []

    def create(self, path: str, template: str) -> None:
        """Write a new file from ``template``; raises ScaffoldError where the file exists."""
        file = ROOT / self.filled(path)
        if file.exists():
            raise ScaffoldError(f"{file.relative_to(ROOT)} exists already")
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(self.filled((TEMPLATES / template).read_text()))
        self.files.append(file)

    def insert(self, path: str, after: str, text: str) -> None:
        """Insert ``text`` after the first match of the regular expression ``after``."""
        file = ROOT / self.filled(path)
        before = file.read_text()
        place = re.search(self.filled(after), before, re.MULTILINE)
        if place is None:
            raise ScaffoldError(f"{path} has no {self.filled(after)!r}: write the entry by hand")
        file.write_text(before[: place.end()] + self.filled(text) + before[place.end() :])
        self.files.append(file)

    def filled(self, text: str) -> str:
        """Return ``text`` with its placeholders (``@name@``) replaced."""
        for name, value in self.names.items():
            text = text.replace(f"@{name}@", value)
        return text

    def tidy(self) -> None:
        """Sort imports and format the written files, as ``make check`` requires."""
        python = [str(file) for file in self.files if file.suffix == ".py"]
        run("ruff", "check", "--fix", "--quiet", *python)
        run("ruff", "format", "--quiet", *python)


def run(*command: str) -> None:
    """Run a Python module in the root of the repository."""
    subprocess.run([sys.executable, "-m", *command], cwd=ROOT, check=True)


def new_event(name: str, publisher: str, subscriber: str) -> Scaffold:
    """Create a message ``noun.verb`` that ``publisher`` publishes and ``subscriber`` handles."""
    if not re.fullmatch(r"[a-z]+\.[a-z]+", name):
        raise ScaffoldError(f"{name!r} is not a noun and a past participle, like city.greeted")
    if publisher == subscriber:
        raise ScaffoldError("a service does not handle its own messages")
    scaffold = Scaffold(
        key=name,
        queue=name.replace(".", "-"),
        slug=name.replace(".", "_"),
        Class="".join(part.capitalize() for part in name.split(".")),
        publisher=publisher,
        subscriber=subscriber,
    )
    scaffold.create("shared/events/@slug@.py", "event.py.txt")
    scaffold.insert(
        "shared/events/__init__.py",
        r"^(?=from shared\.events\.base)",
        "from shared.events.@slug@ import @Class@\n",
    )
    scaffold.insert("shared/events/__init__.py", r"^    # published by @publisher@$", '\n    "@Class@",')
    scaffold.insert("shared/messaging/catalogue.py", r'^    "@publisher@": \(', "events.@Class@, ")
    scaffold.insert(
        "shared/messaging/topology.py", r'_event_queues\(\n        "@subscriber@",', '\n        "@key@",'
    )
    handlers = "services/@subscriber@/handlers.py"
    scaffold.insert(handlers, r"^from shared\.events import \(", "\n    @Class@,")
    scaffold.insert(
        handlers,
        r'^def register\(bus: MessageBus, [^)]*\) -> None:\n    """.*"""\n',
        (TEMPLATES / "handler.py.txt").read_text(),
    )
    scaffold.tidy()
    run("tools.scaffold", "sample", name)
    return scaffold


def new_letter(name: str) -> Scaffold:
    """Create a kind of letter, with a sample in every language."""
    if not re.fullmatch(r"[a-z]+(_[a-z]+)*", name):
        raise ScaffoldError(f"{name!r} is not the name of a folder, like thanks or site_visit")
    scaffold = Scaffold(name=name, Class="".join(part.capitalize() for part in name.split("_")) + "Letter")
    domain, folder = "services/notifications/domain", "services/notifications/domain/letters/@name@"
    scaffold.create(f"{folder}/__init__.py", "letter.py.txt")
    for file in ("subject.txt", "letter.txt", "letter.html"):
        scaffold.create(f"{folder}/{file}", f"letter-{file}.txt")
    scaffold.insert(
        f"{domain}/letters/registry.py",
        r"^(?=from services\.notifications\.domain\.letters\.account)",
        "from services.notifications.domain.letters.@name@ import @Class@\n",
    )
    scaffold.insert(f"{domain}/letters/registry.py", r"^    \| AccountLetter$", "\n    | @Class@")
    scaffold.insert(f"{domain}/officials.py", r"^Kind = Literal\[", '\n    "@name@",')
    scaffold.insert(
        f"{domain}/vocabulary.py",
        r"^KINDS = \{",
        f'\n    "@name@": mark("Summaries"),  # {MARK}: what readers call letters of this kind',
    )
    samples = "services/notifications/samples/letters.py"
    scaffold.insert(samples, r"^from services\.notifications\.domain\.letters import \(", "\n    @name@,")
    scaffold.insert(
        samples,
        r"(?=^SAMPLES: dict)",
        "def _@name@(locale: str) -> Letter:\n    return @name@.write(official(locale), WRITTEN)\n\n\n",
    )
    scaffold.insert(samples, r"^SAMPLES: dict.*\{$", '\n    "@name@": _@name@,')
    scaffold.tidy()
    golden = ("--every", "tests/golden/letters", "--letter-secret", SAMPLE_SECRET)
    run("citiesshare", "notifications", "preview", *golden)
    return scaffold


def new_criterion(name: str) -> Scaffold:
    """Create a criterion of the evaluation, also for columns, in a new version of the framework."""
    if not re.fullmatch(r"[a-z]+(_[a-z]+)*", name):
        raise ScaffoldError(f"{name!r} is not the name of a function, like upkeep")
    scoring = "services/scoring"
    newest = max(int(file.stem) for file in (ROOT / scoring / "framework").glob("*.toml"))
    scaffold = Scaffold(name=name, label=name.replace("_", " ").capitalize())
    domain = f"{scoring}/domain"
    scaffold.create(f"{domain}/evaluation/@name@.py", "criterion.py.txt")
    scaffold.create("tests/unit/scoring/test_@name@.py", "criterion-test.py.txt")
    scaffold.insert(f"{domain}/framework.py", r"^Criterion = Literal\[", '"@name@", ')
    scaffold.insert(
        f"{domain}/evaluation/total.py",
        r"^(?=from services\.scoring\.domain\.evaluation\.criteria)",
        "from services.scoring.domain.evaluation.@name@ import @name@\n",
    )
    scaffold.insert(
        f"{domain}/evaluation/total.py",
        r'^        "reuse": reusability\(solution\.reuse, framework\),$',
        '\n        "@name@": @name@(solution, framework),',
    )
    scaffold.insert(
        f"{domain}/bulk/rules.py",
        r"(?=^def problem_definition)",
        (TEMPLATES / "criterion-twin.py.txt").read_text(),
    )
    scaffold.insert(
        f"{domain}/bulk/scores.py",
        r'^        "citizens": rules\.citizens\(given, framework\),$',
        '\n        "@name@": rules.@name@(given, framework),',
    )
    scaffold.insert(
        f"{domain}/message_catalogue.py",
        r'^    "what\.citizens": "Citizens",$',
        '\n    "what.@name@": "@label@",',
    )
    scaffold.insert(
        "services/notifications/domain/vocabulary.py",
        r'^    "reuse": (mark\(".*"\)),$',
        f'\n    "@name@": mark("Reusability"),  # {MARK}: what readers call it',
    )
    scaffold.tidy()
    _framework(scaffold, newest)
    return scaffold


def _framework(scaffold: Scaffold, newest: int) -> None:
    """Copy the newest version of the framework to the next number, with a weight of 0 for the criterion."""
    folder = ROOT / "services/scoring/framework"
    text = (folder / f"{newest}.toml").read_text()
    text = re.sub(r'^version = ".*"$', f'version = "{newest + 1}"', text, flags=re.MULTILINE)
    weight = scaffold.filled(f"@name@ = 0.0  # {MARK}: its weight; all weights add up to 1\n")
    text = text.replace("[evaluation.weights]\n", f"[evaluation.weights]\n{weight}")
    file = folder / f"{newest + 1}.toml"
    file.write_text(text)
    scaffold.files.append(file)
    run("services.scoring.framework.page")


def renew_for(name: str) -> None:
    """Write the sample of the message ``name``, and update the catalogue, schemas and diagrams.

    It runs in a new process, which imports the new model.
    """
    from shared.messaging import catalogue, cloudevents  # noqa: PLC0415 - imported after the new files were written
    from tests.contract import pictures  # noqa: PLC0415

    event = next(event for event in catalogue.ALL if event.key == name)
    at = datetime(2026, 11, 20, 9, tzinfo=UTC)
    message = event.model_validate({"city": "3094802", "solution": "sol-1", "at": at})
    headers, body = cloudevents.write(message, f"urn:citiesshare:{catalogue.publisher_of(event)}", at)
    attributes = {key.removeprefix("ce-"): value for key, value in headers.items() if key.startswith("ce-")}
    sample_event = {**attributes, "datacontenttype": "application/json", "data": json.loads(body)}
    sample = ROOT / catalogue.sample(event)
    sample.write_text(json.dumps(sample_event, indent=2, default=str) + "\n")
    _replace(ROOT / "shared/README.md", r"^\| key \|.*?(?=\n\n)", catalogue.table())
    drawn = iter((pictures.messages(), pictures.failures(), pictures.stores()))
    architecture = ROOT / "docs/architecture.md"
    text = architecture.read_text()
    flowcharts = re.compile(r"```mermaid\nflowchart.*?```", re.DOTALL)
    architecture.write_text(flowcharts.sub(lambda _: next(drawn), text))
    run("shared.messaging.schemas")


def _replace(file: Path, pattern: str, text: str) -> None:
    expression = re.compile(pattern, re.MULTILINE | re.DOTALL)
    file.write_text(expression.sub(lambda _: text, file.read_text(), count=1))


def left_to_write() -> Iterator[str]:
    """Yield each part that a person must write: ``file:line: what is to be written``."""
    files = subprocess.run(
        [
            "git",
            "ls-files",
            "--cached",
            "--others",
            "--exclude-standard",
            "services",
            "shared",
            "tests",
            "docs",
        ],
        cwd=ROOT,
        check=True,
        capture_output=True,
        text=True,
    )
    for name in files.stdout.splitlines():
        file = ROOT / name
        if file.suffix in {".py", ".txt", ".html", ".toml"} and file.exists():
            for number, line in enumerate(file.read_text(errors="replace").splitlines(), 1):
                if f"{MARK}:" in line:
                    task = line.partition(f"{MARK}:")[2].strip(' #}"')
                    yield f"{name}:{number}: {task}"


def main(arguments: Sequence[str] | None = None) -> None:
    """Parse the arguments and write the files."""
    parser = argparse.ArgumentParser(prog="scaffold", description=__doc__)
    parser.add_argument("what", choices=["event", "letter", "criterion", "sample"])
    parser.add_argument("name", help="city.greeted, thanks, upkeep")
    parser.add_argument("--publisher", choices=PUBLISHERS, default="scoring")
    parser.add_argument("--subscriber", choices=SUBSCRIBERS, default="notifications")
    options = parser.parse_args(arguments)
    if options.what == "sample":
        renew_for(options.name)
        return
    creators: dict[str, Callable[[], Scaffold]] = {
        "event": lambda: new_event(options.name, options.publisher, options.subscriber),
        "letter": lambda: new_letter(options.name),
        "criterion": lambda: new_criterion(options.name),
    }
    try:
        scaffold = creators[options.what]()
    except ScaffoldError as error:
        sys.exit(str(error))
    written = dict.fromkeys(str(file.relative_to(ROOT)) for file in scaffold.files)
    sys.stdout.write("\n".join(["Written:", *written, "", "Left to write:", *left_to_write(), ""]))


if __name__ == "__main__":
    main()

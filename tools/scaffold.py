"""Begins a new message, kind of letter or criterion: ``python -m tools.scaffold event city.greeted``.

It writes the files and the entries that the tests ask for, with samples, schemas and documents renewed. What
only a person can write is marked; ``tests/contract/test_left_to_write.py`` fails with the list until then.
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
    """The name cannot be used, or a file is not as it is expected; nothing more is written."""


class Scaffold:
    """Writes files and entries, and remembers which."""

    def __init__(self, **names: str) -> None:
        self.names = names
        self.files: list[Path] = []

    def create(self, path: str, template: str) -> None:
        """Write a new file from ``template``; raises ScaffoldError where it is there."""
        file = ROOT / self.filled(path)
        if file.exists():
            raise ScaffoldError(f"{file.relative_to(ROOT)} is there already")
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(self.filled((TEMPLATES / template).read_text()))
        self.files.append(file)

    def insert(self, path: str, after: str, text: str) -> None:
        """Write ``text`` after the first match of the expression ``after``."""
        file = ROOT / self.filled(path)
        before = file.read_text()
        place = re.search(self.filled(after), before, re.MULTILINE)
        if place is None:
            raise ScaffoldError(f"{path} has no {self.filled(after)!r}: write the entry by hand")
        file.write_text(before[: place.end()] + self.filled(text) + before[place.end() :])
        self.files.append(file)

    def filled(self, text: str) -> str:
        """``text`` with the names in it: ``@name@``."""
        for name, value in self.names.items():
            text = text.replace(f"@{name}@", value)
        return text

    def tidy(self) -> None:
        """Sort imports and format what was written, as ``make check`` wants it."""
        python = [str(file) for file in self.files if file.suffix == ".py"]
        run("ruff", "check", "--fix", "--quiet", *python)
        run("ruff", "format", "--quiet", *python)


def run(*command: str) -> None:
    """Run a module of the environment in the repository."""
    subprocess.run([sys.executable, "-m", *command], cwd=ROOT, check=True)


def new_event(name: str, publisher: str, subscriber: str) -> Scaffold:
    """A message ``noun.verb`` that ``publisher`` publishes and ``subscriber`` handles."""
    if not re.fullmatch(r"[a-z]+\.[a-z]+", name):
        raise ScaffoldError(f"{name!r} is no noun and past participle, like city.greeted")
    if publisher == subscriber:
        raise ScaffoldError("a service does not handle its own messages")
    made = Scaffold(
        key=name,
        queue=name.replace(".", "-"),
        slug=name.replace(".", "_"),
        Class="".join(part.capitalize() for part in name.split(".")),
        publisher=publisher,
        subscriber=subscriber,
    )
    made.create("shared/events/@slug@.py", "event.py.txt")
    made.insert(
        "shared/events/__init__.py",
        r"^(?=from shared\.events\.base)",
        "from shared.events.@slug@ import @Class@\n",
    )
    made.insert("shared/events/__init__.py", r"^    # @publisher@ says$", '\n    "@Class@",')
    made.insert("shared/messaging/catalogue.py", r'^    "@publisher@": \(', "events.@Class@, ")
    made.insert("shared/messaging/topology.py", r'_heard\(\n        "@subscriber@",', '\n        "@key@",')
    handlers = "services/@subscriber@/handlers.py"
    made.insert(handlers, r"^from shared\.events import \(", "\n    @Class@,")
    made.insert(
        handlers,
        r'^def register\(bus: MessageBus, [^)]*\) -> None:\n    """.*"""\n',
        (TEMPLATES / "handler.py.txt").read_text(),
    )
    made.tidy()
    run("tools.scaffold", "sample", name)
    return made


def new_letter(name: str) -> Scaffold:
    """A kind of letter, with a sample in every language."""
    if not re.fullmatch(r"[a-z]+(_[a-z]+)*", name):
        raise ScaffoldError(f"{name!r} is no name of a folder, like thanks or site_visit")
    made = Scaffold(name=name, Class="".join(part.capitalize() for part in name.split("_")) + "Letter")
    domain, folder = "services/notifications/domain", "services/notifications/domain/letters/@name@"
    made.create(f"{folder}/__init__.py", "letter.py.txt")
    for file in ("subject.txt", "letter.txt", "letter.html"):
        made.create(f"{folder}/{file}", f"letter-{file}.txt")
    made.insert(
        f"{domain}/letters/registry.py",
        r"^(?=from services\.notifications\.domain\.letters\.account)",
        "from services.notifications.domain.letters.@name@ import @Class@\n",
    )
    made.insert(f"{domain}/letters/registry.py", r"^    \| AccountLetter$", "\n    | @Class@")
    made.insert(f"{domain}/officials.py", r"^Kind = Literal\[", '\n    "@name@",')
    made.insert(
        f"{domain}/vocabulary.py",
        r"^KINDS = \{",
        f'\n    "@name@": mark("Summaries"),  # {MARK}: what readers call letters of this kind',
    )
    samples = "services/notifications/samples/letters.py"
    made.insert(samples, r"^from services\.notifications\.domain\.letters import \(", "\n    @name@,")
    made.insert(
        samples,
        r"(?=^SAMPLES: dict)",
        "def _@name@(locale: str) -> Letter:\n    return @name@.write(official(locale), WRITTEN)\n\n\n",
    )
    made.insert(samples, r"^SAMPLES: dict.*\{$", '\n    "@name@": _@name@,')
    made.tidy()
    golden = ("--every", "tests/golden/letters", "--letter-secret", SAMPLE_SECRET)
    run("citiesshare", "notifications", "preview", *golden)
    return made


def new_criterion(name: str) -> Scaffold:
    """A criterion of the evaluation, with its twin on columns, in a new version of the framework."""
    if not re.fullmatch(r"[a-z]+(_[a-z]+)*", name):
        raise ScaffoldError(f"{name!r} is no name of a function, like upkeep")
    scoring = "services/scoring"
    newest = max(int(file.stem) for file in (ROOT / scoring / "framework").glob("*.toml"))
    made = Scaffold(name=name, label=name.replace("_", " ").capitalize())
    domain = f"{scoring}/domain"
    made.create(f"{domain}/evaluation/@name@.py", "criterion.py.txt")
    made.create("tests/unit/scoring/test_@name@.py", "criterion-test.py.txt")
    made.insert(f"{domain}/framework.py", r"^Criterion = Literal\[", '"@name@", ')
    made.insert(
        f"{domain}/evaluation/total.py",
        r"^(?=from services\.scoring\.domain\.evaluation\.criteria)",
        "from services.scoring.domain.evaluation.@name@ import @name@\n",
    )
    made.insert(
        f"{domain}/evaluation/total.py",
        r'^        "reuse": reusability\(solution\.reuse, framework\),$',
        '\n        "@name@": @name@(solution, framework),',
    )
    made.insert(
        f"{domain}/bulk/rules.py",
        r"(?=^def problem_definition)",
        (TEMPLATES / "criterion-twin.py.txt").read_text(),
    )
    made.insert(
        f"{domain}/bulk/scores.py",
        r'^        "citizens": rules\.citizens\(given, framework\),$',
        '\n        "@name@": rules.@name@(given, framework),',
    )
    made.insert(
        f"{domain}/message_catalogue.py",
        r'^    "what\.citizens": "Citizens",$',
        '\n    "what.@name@": "@label@",',
    )
    made.insert(
        "services/notifications/domain/vocabulary.py",
        r'^    "reuse": (mark\(".*"\)),$',
        f'\n    "@name@": mark("Reusability"),  # {MARK}: what readers call it',
    )
    made.tidy()
    _framework(made, newest)
    return made


def _framework(made: Scaffold, newest: int) -> None:
    """Copy the newest version of the framework to the next number, with the criterion at a weight of 0."""
    folder = ROOT / "services/scoring/framework"
    text = (folder / f"{newest}.toml").read_text()
    text = re.sub(r'^version = ".*"$', f'version = "{newest + 1}"', text, flags=re.MULTILINE)
    weight = made.filled(f"@name@ = 0.0  # {MARK}: its weight; all weights add up to 1\n")
    text = text.replace("[evaluation.weights]\n", f"[evaluation.weights]\n{weight}")
    file = folder / f"{newest + 1}.toml"
    file.write_text(text)
    made.files.append(file)
    run("services.scoring.framework.page")


def renew_for(name: str) -> None:
    """Write the sample of the message ``name``, and renew table, schemas and pictures.

    A process of its own: it knows the new model.
    """
    from shared.messaging import catalogue, cloudevents  # noqa: PLC0415 - imported as it is written now
    from tests.contract import pictures  # noqa: PLC0415

    event = next(one for one in catalogue.ALL if one.key == name)
    at = datetime(2026, 11, 20, 9, tzinfo=UTC)
    message = event.model_validate({"city": "3094802", "solution": "sol-1", "at": at})
    headers, body = cloudevents.write(message, f"urn:citiesshare:{catalogue.speaker(event)}", at)
    attributes = {key.removeprefix("ce-"): value for key, value in headers.items() if key.startswith("ce-")}
    whole = {**attributes, "datacontenttype": "application/json", "data": json.loads(body)}
    sample = ROOT / catalogue.sample(event)
    sample.write_text(json.dumps(whole, indent=2, default=str) + "\n")
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
    """Each place that waits for a person: ``file:line: what is to be written``."""
    listed = subprocess.run(
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
    for name in listed.stdout.splitlines():
        file = ROOT / name
        if file.suffix in {".py", ".txt", ".html", ".toml"} and file.exists():
            for number, line in enumerate(file.read_text(errors="replace").splitlines(), 1):
                if f"{MARK}:" in line:
                    told = line.partition(f"{MARK}:")[2].strip(' #}"')
                    yield f"{name}:{number}: {told}"


def main(arguments: Sequence[str] | None = None) -> None:
    """Read the arguments and write."""
    parser = argparse.ArgumentParser(prog="scaffold", description=__doc__)
    parser.add_argument("what", choices=["event", "letter", "criterion", "sample"])
    parser.add_argument("name", help="city.greeted, thanks, upkeep")
    parser.add_argument("--publisher", choices=PUBLISHERS, default="scoring")
    parser.add_argument("--subscriber", choices=SUBSCRIBERS, default="notifications")
    given = parser.parse_args(arguments)
    if given.what == "sample":
        renew_for(given.name)
        return
    begin: dict[str, Callable[[], Scaffold]] = {
        "event": lambda: new_event(given.name, given.publisher, given.subscriber),
        "letter": lambda: new_letter(given.name),
        "criterion": lambda: new_criterion(given.name),
    }
    try:
        made = begin[given.what]()
    except ScaffoldError as error:
        sys.exit(str(error))
    written = dict.fromkeys(str(file.relative_to(ROOT)) for file in made.files)
    sys.stdout.write("\n".join(["Written:", *written, "", "Left to write:", *left_to_write(), ""]))


if __name__ == "__main__":
    main()

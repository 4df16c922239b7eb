"""Builds the site of ``make docs``: all documents, the source files they link to, OpenAPI, AsyncAPI, schemas.

``python -m tools.site`` writes pages to ``build/site-source`` and runs MkDocs, which builds ``build/site``
and fails on a broken link. Linked source files become pages, so that links to them work.
"""

import asyncio
import json
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any

import yaml

from shared.messaging.topology import SERVICES
from tests.contract.documents import application, asked

ROOT = Path(__file__).parents[1]
PAGES = ROOT / "build/site-source"
SITE = ROOT / "build/site"
CONFIG = ROOT / "build/mkdocs.yml"
DOCUMENTS = (
    "*.md",
    "docs/**/*.md",
    "deploy/**/*.md",
    "services/**/*.md",
    "citiesshare/**/*.md",
    "tests/*.md",
)
PICTURES = ("docs/**/*.png", "docs/**/*.svg")
LINK = re.compile(r"(\]\()([^)\s]+)(\))")
EXTERNAL = re.compile(r"(https?:|mailto:|#)")
LANGUAGES = {".py": "python", ".toml": "toml", ".sh": "sh", ".json": "json", ".yml": "yaml", ".yaml": "yaml"}
MKDOCS = [sys.executable, "-m", "mkdocs", "build", "--strict", "--quiet", "--config-file", str(CONFIG)]
METHODS = ("get", "put", "post", "delete")
NAVIGATION: list[dict[str, Any]] = [
    {"CitiesShare": "index.md"},
    {"Map of documents": "docs/index.md"},
    {"Running it": "docs/running.md"},
    {"Architecture": "docs/architecture.md"},
    {"Glossary": "docs/glossary.md"},
    {"Features": "docs/features.md"},
    {"Letters": "docs/letters/README.md"},
    {
        "Interfaces": [
            {"Messages": "shared/README.md"},
            *({f"{service}: HTTP": f"interfaces/{service}-http.md"} for service in SERVICES),
            *({f"{service}: AMQP": f"interfaces/{service}-amqp.md"} for service in SERVICES),
        ]
    },
    {"Services": [{service: f"services/{service}/README.md"} for service in SERVICES]},
    {
        "Methods": [
            {name.capitalize(): f"docs/{name}.md"}
            for name in ("framework", "matching", "search", "ocds", "pipeline", "faults", "attack")
        ]
    },
    {
        "Operation": [
            {"Runbook": "deploy/runbook.md"},
            {"RabbitMQ": "deploy/rabbitmq/README.md"},
            {"MongoDB": "deploy/mongo/README.md"},
            {"Retention": "docs/retention.md"},
            {"Threat model": "docs/threat-model.md"},
        ]
    },
    {
        "Development": [
            {"Contributing": "CONTRIBUTING.md"},
            {"Tests": "tests/README.md"},
            {"Decisions": "DECISIONS.md"},
            {"Changes": "CHANGELOG.md"},
        ]
    },
]


def documents() -> Iterator[Path]:
    """Yield the path of every document, relative to the root of the repository."""
    for pattern in (*DOCUMENTS, "shared/*.md"):
        yield from (path.relative_to(ROOT) for path in sorted(ROOT.glob(pattern)))


def page_of(target: Path) -> str:
    """Return the path of the page that shows the file or folder ``target``, relative to the site."""
    if target == Path("README.md"):
        return "index.md"
    if (ROOT / target).is_dir():
        readme = target / "README.md"
        return str(readme if (ROOT / readme).exists() else target / "contents.md")
    return str(target) if target.suffix in {".md", ".png", ".svg"} else f"{target}.md"


def linked(text: str, place: Path, page: str, targets: set[Path]) -> str:
    """Return ``text`` of the document ``place`` with links for the site; adds them to ``targets``."""

    def site_link(match: re.Match[str]) -> str:
        link = match.group(2)
        if EXTERNAL.match(link):
            return match.group(0)
        name, mark, anchor = link.partition("#")
        target = (ROOT / place.parent / name).resolve().relative_to(ROOT)
        targets.add(target)
        up = "../" * (len(Path(page).parts) - 1)
        return f"{match.group(1)}{up}{page_of(target)}{mark}{anchor}{match.group(3)}"

    return LINK.sub(site_link, text)


def source_page(target: Path) -> str:
    """Return a page that shows a source file or lists a folder."""
    if (ROOT / target).is_dir():
        files = subprocess.run(
            ["git", "ls-files", str(target)], cwd=ROOT, check=True, capture_output=True, text=True
        )
        return f"# {target}/\n\n```\n{files.stdout}```\n"
    language = LANGUAGES.get(target.suffix, "text")
    return f"# {target}\n\n````{language}\n{(ROOT / target).read_text()}\n````\n"


def write(page: str, text: str) -> None:
    """Write a page of the site."""
    file = PAGES / page
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(text)


def http_page(service: str, described: Mapping[str, Any]) -> str:
    """Return the operations of an OpenAPI document as Markdown, one heading each."""
    lines = [f"# {service}: HTTP", "", f"The [OpenAPI document](files/{service}-openapi.json) as a page."]
    for path, operations in described["paths"].items():
        for method in (name for name in METHODS if name in operations):
            lines += ["", f"## {method.upper()} {path}", "", *_operation(operations[method])]
    return "\n".join(lines) + "\n"


def _operation(operation: Mapping[str, Any]) -> Iterator[str]:
    yield operation.get("description") or operation.get("summary", "")
    if parameters := operation.get("parameters"):
        yield from ("", "| parameter | in | required | |", "|---|---|---|---|")
        for parameter in parameters:
            required = "yes" if parameter.get("required") else "no"
            description = _cell(parameter.get("description", ""))
            yield f"| `{parameter['name']}` | {parameter['in']} | {required} | {description} |"
    yield from ("", "| answer | |", "|---|---|")
    for status, answer in operation["responses"].items():
        yield f"| {status} | {_cell(answer.get('description', ''))} |"


def amqp_page(service: str, described: Mapping[str, Any]) -> str:
    """Return the operations of an AsyncAPI document as a Markdown table."""
    lines = [
        f"# {service}: AMQP",
        "",
        f"The [AsyncAPI document](files/{service}-asyncapi.json) as a page. All messages: "
        "[messages](../shared/README.md); their fields: [schemas](../schemas/contents.md).",
        "",
        "| action | operation | messages |",
        "|---|---|---|",
    ]
    for name, operation in sorted(described["operations"].items()):
        kind = "Message" if operation["action"] == "send" else "SubscribeMessage"
        payload = described["components"]["messages"][f"{name}:{kind}"]["payload"]
        references = [schema["$ref"] for schema in payload.get("anyOf", [payload]) if "$ref" in schema]
        messages = ", ".join(f"`{reference.rsplit('/', 1)[1]}`" for reference in references)
        lines.append(f"| {operation['action']} | `{name}` | {messages} |")
    return "\n".join(lines) + "\n"


def _cell(text: str) -> str:
    return " ".join(text.split()).replace("|", "\\|")


async def interfaces() -> None:
    """Write the HTTP and AMQP pages, and the OpenAPI and AsyncAPI documents."""
    for service in SERVICES:
        described = {
            "openapi": await asked(application(service), "/openapi.json"),
            "asyncapi": await asked(application(service).operations, "/asyncapi.json"),
        }
        for kind, document in described.items():
            write(f"interfaces/files/{service}-{kind}.json", json.dumps(document, indent=1))
        write(f"interfaces/{service}-http.md", http_page(service, described["openapi"]))
        write(f"interfaces/{service}-amqp.md", amqp_page(service, described["asyncapi"]))


def pages() -> None:
    """Write every document, and a page for each file to which a document links."""
    targets: set[Path] = {Path("schemas")}
    written = set()
    for place in documents():
        page = page_of(place)
        written.add(page)
        write(page, linked((ROOT / place).read_text(), place, page, targets))
    for picture in (path for pattern in PICTURES for path in ROOT.glob(pattern)):
        copy = PAGES / picture.relative_to(ROOT)
        copy.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(picture, copy)
    for target in sorted(targets):
        if target.suffix not in {".png", ".svg"} and page_of(target) not in written:
            write(page_of(target), source_page(target))


def configuration(navigation: Iterable[Mapping[str, Any]]) -> dict[str, Any]:
    """Return the configuration of MkDocs.

    It uses the fonts of the reader; only the script for Mermaid diagrams is loaded from another site.
    """
    mermaid = {"name": "mermaid", "class": "mermaid", "format": "MERMAID"}
    return {
        "site_name": "CitiesShare",
        "docs_dir": str(PAGES),
        "site_dir": str(SITE),
        "use_directory_urls": False,
        "theme": {
            "name": "material",
            "font": False,
            "features": ["navigation.indexes", "navigation.top", "search.highlight", "content.code.copy"],
            "palette": [
                {"media": "(prefers-color-scheme: light)", "scheme": "default", "primary": "teal"},
                {"media": "(prefers-color-scheme: dark)", "scheme": "slate", "primary": "teal"},
            ],
        },
        "plugins": ["search"],
        "markdown_extensions": [
            "tables",
            "sane_lists",
            {"toc": {"permalink": True, "slugify": "SLUGIFY"}},
            "pymdownx.highlight",
            {"pymdownx.superfences": {"custom_fences": [mermaid]}},
        ],
        "validation": {"anchors": "warn", "absolute_links": "warn", "unrecognized_links": "warn"},
        "nav": [*navigation],
        "not_in_nav": "*",
    }


def configured(navigation: Iterable[Mapping[str, Any]]) -> str:
    """Return ``configuration`` as YAML, with two Python functions that MkDocs imports by name."""
    text = yaml.safe_dump(configuration(navigation), sort_keys=False)
    slugify = "!!python/object/apply:pymdownx.slugs.slugify {kwds: {case: lower}}"
    fence = "!!python/name:pymdownx.superfences.fence_code_format"
    return text.replace("SLUGIFY", slugify).replace("MERMAID", fence)


def main() -> None:
    """Write the pages and build the site."""
    for folder in (PAGES, SITE):
        shutil.rmtree(folder, ignore_errors=True)
    pages()
    asyncio.run(interfaces())
    CONFIG.write_text(configured(NAVIGATION))
    result = subprocess.run(MKDOCS, env={**os.environ, "NO_MKDOCS_2_WARNING": "1"}, check=False)
    if result.returncode:
        sys.exit(result.returncode)
    sys.stdout.write(f"{SITE.relative_to(ROOT)}/index.html\n")


if __name__ == "__main__":
    main()

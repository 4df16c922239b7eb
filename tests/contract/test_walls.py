"""Three walls: services never meet, `shared` knows no service, and `domain` knows nothing but its input."""

import ast
from pathlib import Path

import pytest

from shared.messaging.topology import SERVICES
from tests.contract.sources import ROOT, calls, imports, name, sources, tree


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


# What a pure function may need. Whoever adds a name here answers for it: no I/O, no clock, no environment.
PURE: frozenset[str] = _words(
    "base64 bisect calendar codecs collections contextlib dataclasses datetime decimal difflib enum "
    "fractions functools hashlib heapq hmac html idna itertools json math numba numpy ocdsmerge "
    "operator orjson packaging pydantic re scipy snowballstemmer statistics string threading types "
    "typing unicodedata warnings yaml zlib zoneinfo"
)
PURE_MODULES = ("urllib.parse.", "xml.etree.ElementTree.")
PURE_SHARED = (
    "shared.events.",
    "shared.facts.",
    "shared.messaging.cloudevents.",
    "shared.errors.",
    "shared.folding.",
    "shared.json_limits.",
    "shared.right_of_reply.",
    "shared.visibility.",
    "shared.validation_messages.",
)
IMPURE_CALLS: frozenset[str] = _words(
    "open now today utcnow fromfile tofile memmap load save savez read_text read_bytes write_text "
    "write_bytes getenv print input sleep perf_counter monotonic urandom default_rng"
)
# Which layers of a service a layer never imports: adapters are known by what the application asks of them.
LAYERS = {
    "handlers": frozenset({"adapters", "app", "cli", "http", "web"}),
    "http": frozenset({"adapters", "app", "cli", "handlers"}),
    "web": frozenset({"adapters", "app", "cli", "handlers", "http"}),
    "application": frozenset({"adapters", "app", "cli", "handlers", "http", "web"}),
    "adapters": frozenset({"app", "cli", "handlers", "http", "web"}),
}
# Packages that are imported from their ``__init__`` by everybody else.
FRONT_DOORS = ("shared/events", "shared/facts", "services/scoring/domain/alerts")
DRIVERS = frozenset({"motor", "pymongo", "bson", "gridfs"})


def found(patterns: tuple[str, ...], forbidden: frozenset[str]) -> list[str]:
    return [
        f"{name(path)} imports {module}"
        for path in sources(*patterns)
        for module in imports(path)
        if module.split(".")[0] in forbidden
    ]


def is_pure(module: str, service: str) -> bool:
    own = (f"services.{service}.domain.", *PURE_SHARED, *PURE_MODULES)
    return module.split(".", maxsplit=1)[0] in PURE or f"{module}.".startswith(own)


@pytest.mark.parametrize("service", SERVICES)
def test_a_service_imports_no_other_service(service: str) -> None:
    others = [f"services.{other}" for other in SERVICES if other != service]
    crossed = [
        f"{name(path)} imports {module}"
        for path in sources(f"services/{service}/**/*.py")
        for module in imports(path)
        if any(module == other or module.startswith(f"{other}.") for other in others)
    ]
    assert crossed == []


def test_shared_imports_no_service_and_no_deployment() -> None:
    assert found(("shared/**/*.py",), frozenset({"services", "citiesshare", "tests"})) == []


def test_services_import_no_deployment_and_no_test() -> None:
    assert found(("services/**/*.py",), frozenset({"citiesshare", "tests"})) == []


def imported_layers(service: str, layer: str) -> frozenset[str]:
    """The forbidden layers of the service that a layer imports."""
    files = sources(f"services/{service}/{layer}/**/*.py", f"services/{service}/{layer}.py")
    own = f"services.{service}."
    inside = (
        module.removeprefix(own) for path in files for module in imports(path) if module.startswith(own)
    )
    return LAYERS[layer].intersection(module.split(".")[0] for module in inside)


@pytest.mark.parametrize("service", SERVICES)
@pytest.mark.parametrize("layer", LAYERS)
def test_imports_go_one_way_through_the_layers(service: str, layer: str) -> None:
    assert imported_layers(service, layer) == frozenset()


@pytest.mark.parametrize("service", SERVICES)
def test_a_domain_imports_only_what_is_pure(service: str) -> None:
    impure = [
        f"{name(path)} imports {module}"
        for path in sources(f"services/{service}/domain/**/*.py")
        for module in imports(path)
        if not is_pure(module, service)
    ]
    assert impure == []


@pytest.mark.parametrize("service", SERVICES)
def test_a_domain_reads_no_file_no_clock_and_no_environment(service: str) -> None:
    impure = [
        f"{name(path)} calls {call}()"
        for path in sources(f"services/{service}/domain/**/*.py")
        for call in calls(path)
        if call in IMPURE_CALLS
    ]
    assert impure == []


@pytest.mark.parametrize("package", FRONT_DOORS)
def test_a_package_with_a_front_door_is_imported_by_it(package: str) -> None:
    dotted = package.replace("/", ".")
    modules = tuple(
        f"{dotted}.{path.stem}." for path in sources(f"{package}/*.py") if path.stem != "__init__"
    )
    assert modules
    everywhere = (
        "shared/**/*.py",
        "services/**/*.py",
        "citiesshare/**/*.py",
        "tests/**/*.py",
        "benchmarks/**/*.py",
    )
    past_the_door = [
        f"{name(path)} imports {module}"
        for path in sources(*everywhere)
        if path.parent != ROOT / package
        for module in imports(path)
        if module.startswith(modules)
    ]
    assert past_the_door == []


def test_one_file_imports_the_driver() -> None:
    everywhere = ("shared/**/*.py", "services/**/*.py", "citiesshare/**/*.py")
    importing = {line.split(" ")[0] for line in found(everywhere, DRIVERS)}
    assert importing == {"shared/store/mongo.py"}


def test_the_embedded_store_is_never_imported() -> None:
    everywhere = ("shared/**/*.py", "services/**/*.py", "citiesshare/**/*.py", "tests/**/*.py")
    assert found(everywhere, frozenset({"secantus", "secantusdb"})) == []


def test_every_folder_of_a_service_is_there_to_be_looked_at() -> None:
    for service in SERVICES:
        assert len(sources(f"services/{service}/domain/**/*.py")) > 5, f"no domain of {service} was found"


@pytest.mark.parametrize(
    "path", sources("shared/**/*.py", "services/*/*.py", "services/*/a*/**/*.py"), ids=name
)
def test_a_module_only_defines_things_when_it_is_imported(path: Path) -> None:
    """No work at import: a module's own statements are definitions, and none of them is a loop or a call."""
    does = (ast.For, ast.While, ast.With, ast.Try, ast.Delete, ast.Assert, ast.Raise)
    working = [
        f"{name(path)}:{node.lineno}"
        for node in tree(path).body
        if isinstance(node, does) or (isinstance(node, ast.Expr) and isinstance(node.value, ast.Call))
    ]
    assert working == []


def test_the_walls_are_looked_at_from_the_root() -> None:
    assert (ROOT / "pyproject.toml").is_file()

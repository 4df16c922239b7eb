"""One name per idea: no public class of the product has the name of another class in another package."""

import ast
from collections import defaultdict

from tests.contract.sources import name, sources, tree

# The same idea with the same name in every service.
THE_SAME_IDEA = frozenset({"Settings"})


def test_no_public_class_name_stands_for_two_ideas() -> None:
    places: dict[str, set[str]] = defaultdict(set)
    for path in sources("shared/**/*.py", "services/**/*.py", "citiesshare/**/*.py"):
        for node in tree(path).body:
            if isinstance(node, ast.ClassDef) and not node.name.startswith("_"):
                places[node.name].add(name(path))
    twice = {
        word: sorted(files) for word, files in places.items() if len(files) > 1 and word not in THE_SAME_IDEA
    }
    assert twice == {}

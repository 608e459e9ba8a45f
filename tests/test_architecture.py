"""The shape of the house, held by a machine: doors, foreign keys, sizes, every view behind a door."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.apps import apps
from django.urls import URLPattern, URLResolver, get_resolver

from tests.trees import ROOT, place, tree

LADDER = [
    {part.strip(" ()") for part in line.split("|")}
    for line in re.search(r"layers = \[(.*?)\n\]", (ROOT / "pyproject.toml").read_text(), re.S)  # type: ignore[union-attr]
    .group(1)
    .replace('"', "")
    .replace(",", "")
    .strip()
    .splitlines()
]
RANK = {module: rank for rank, line in enumerate(LADDER) for module in line}
DOORS = {"services", "queries", "rules"}
OPEN_WHOLE = {"lib", "formats"}
BANNED = {"utils", "helpers", "common", "misc", "manager", "data", "info", "handle", "process"}
SOURCES = sorted(
    path
    for folder in ("wenmai", "config", "demo", "bench")
    for path in (ROOT / folder).rglob("*.py")
    if "migrations" not in path.parts
)


def imports(within: ast.AST) -> Iterator[str]:
    """Dotted names imported outside `if TYPE_CHECKING`."""
    for node in ast.iter_child_nodes(within):
        if isinstance(node, ast.If) and "TYPE_CHECKING" in ast.dump(node.test):
            continue
        if isinstance(node, ast.ImportFrom) and node.module:
            yield from (f"{node.module}.{alias.name}" for alias in node.names)
        elif isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        else:
            yield from imports(node)


def test_other_modules_are_entered_by_their_doors() -> None:
    wrong = [
        f"{place(path)}: {name}"
        for path in SOURCES
        if path.parts[len(ROOT.parts)] == "wenmai"
        for name in imports(tree(path))
        if not is_by_a_door(name, path)
    ]
    assert not wrong, "go through services, queries or rules"


def is_by_a_door(name: str, path: Path) -> bool:
    here = path.relative_to(ROOT / "wenmai").parts[0]
    test = bool({"tests", "testing"} & {*path.parts, path.stem})
    parts = name.split(".")
    if parts[0] != "wenmai" or len(parts) < 3 or parts[1] == here or parts[1] in OPEN_WHOLE:
        return True
    return parts[2] in DOORS or (test and parts[2] in {"testing", "models"}) or parts[2] == "values"


def test_foreign_keys_point_down() -> None:
    wrong = []
    for model in apps.get_models():
        home = model.__module__.split(".")
        if home[0] != "wenmai":
            continue
        for field in model._meta.get_fields():
            target = getattr(field, "related_model", None)
            if field.auto_created or target is None or target == "self":
                continue
            there = target.__module__.split(".")
            if there[0] == "wenmai" and there[1] != home[1] and RANK[there[1]] <= RANK[home[1]]:
                wrong.append(f"{home[1]}.{model.__name__}.{field.name} -> {there[1]}")
    assert not wrong


def test_files_and_functions_stay_small_and_their_names_say_something() -> None:
    large = [place(path) for path in SOURCES if path.read_text("utf-8").count("\n") > 500]
    assert not large, "turn it into a folder split by noun"
    wrong = [place(path) for path in SOURCES if path.stem in BANNED]
    for path in SOURCES:
        for node in ast.walk(tree(path)):
            if not isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
                continue
            lines = (node.end_lineno or 0) - node.lineno + 1
            if lines > 50 and not isinstance(node, ast.ClassDef):
                wrong.append(f"{place(path)}: {node.name} has {lines} lines")
            if node.name.lower() in BANNED - {"handle"}:
                wrong.append(f"{place(path)}: {node.name}")
    assert not wrong


def patterns(resolver: URLResolver, prefix: str = "") -> Iterator[tuple[str, URLPattern]]:
    for entry in resolver.url_patterns:
        if isinstance(entry, URLResolver):
            yield from patterns(entry, prefix + str(entry.pattern))
        else:
            yield prefix + str(entry.pattern), entry


def test_every_view_has_a_door() -> None:
    missing = [route for route, entry in patterns(get_resolver()) if not hasattr(entry.callback, "door")]
    assert not missing, "decorate with @public or @door"


@pytest.mark.parametrize(
    "path",
    sorted(p for p in (ROOT / "wenmai").iterdir() if p.is_dir() and p.name[0] != "_"),
    ids=lambda p: p.name,
)
def test_every_module_has_its_place_and_its_plate(path: Path) -> None:
    assert path.name in RANK
    assert ast.get_docstring(tree(path / "__init__.py")), "the nameplate: what it owns, promises, tells"

"""The documents under test: what the code has is written down, and what is written down is there."""

import ast
import io
import json
import re
import subprocess
import tomllib
from collections.abc import Iterator, Mapping
from functools import cache
from pathlib import Path

import pytest
from django.urls import get_resolver

from config.cli import OPERATORS
from tests.test_architecture import patterns
from tests.trees import ROOT, place, tree
from wenmai.formats.crosswalk import compile_crosswalk, map_record
from wenmai.formats.reading import read
from wenmai.formats.values import Parsed, pack
from wenmai.journal.rules import DEEDS
from wenmai.messages.rules import TEMPLATES
from wenmai.people.rules import ROLES, permissions

REFERENCE = ROOT / "docs" / "reference"
READMES = ("README.md", "README.en.md")
Function = ast.FunctionDef | ast.AsyncFunctionDef


@cache
def tracked() -> list[Path]:
    """Every file under version control, and those about to be."""
    listed = subprocess.run(
        ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
        cwd=ROOT,
        capture_output=True,
        check=True,
        text=True,
    )
    return [path for name in listed.stdout.split("\0") if name and (path := ROOT / name).is_file()]


def documents() -> list[Path]:
    return [path for path in tracked() if path.suffix == ".md"]


def named(path: Path) -> set[str]:
    """What stands in `code marks` in a document."""
    return set(re.findall(r"`([^`\n]+)`", path.read_text("utf-8")))


def rows(path: Path) -> Iterator[list[str]]:
    """The cells of every row of every table whose first cell is in code marks."""
    for line in path.read_text("utf-8").splitlines():
        if line.startswith("| `"):
            yield [cell.strip() for cell in line.strip("|").split("|")]


def first_cells(path: Path) -> list[str]:
    return [row[0].strip("`") for row in rows(path)]


def settings_read() -> set[str]:
    return {
        node.args[0].value
        for node in ast.walk(tree(ROOT / "config" / "settings.py"))
        if isinstance(node, ast.Call)
        and isinstance(node.func, ast.Attribute)
        and isinstance(node.func.value, ast.Name)
        and node.func.value.id == "env"
        and node.args
        and isinstance(node.args[0], ast.Constant)
        and isinstance(node.args[0].value, str)
        and re.fullmatch("[A-Z][A-Z_]+", node.args[0].value)
    }


def test_every_setting_is_documented_and_no_other() -> None:
    described = [name for name in first_cells(REFERENCE / "settings.md") if name.isupper()]
    assert sorted(described) == sorted(settings_read())


def test_the_environment_is_read_in_one_place() -> None:
    wrong = [
        str(path.relative_to(ROOT))
        for path in sorted((ROOT / "wenmai").rglob("*.py"))
        if not {"tests", "testing"} & {*path.parts} and re.search(r"os\.(environ|getenv)", path.read_text("utf-8"))
    ]
    assert not wrong, "read it in config/settings.py"


class Names:
    """Names that a file's functions hand to `journal.record(name=…)`, followed through helpers that pass them on: its
    own, and those that it imports from a file whose own are known (`known`: file -> helper -> which argument)."""

    def __init__(self, tree: ast.Module, known: Mapping[str, Mapping[str, int]]) -> None:
        functions = [node for node in ast.walk(tree) if isinstance(node, Function)]
        self.found: set[str] = set()
        self.carriers: dict[str, int] = {
            alias.asname or alias.name: known[node.module][alias.name]
            for node in ast.walk(tree)
            if isinstance(node, ast.ImportFrom) and node.module and node.module in known
            for alias in node.names
            if alias.name in known[node.module]
        }
        before = -1
        while before != len(self.carriers):
            before = len(self.carriers)
            for function in functions:
                for call in (node for node in ast.walk(function) if isinstance(node, ast.Call)):
                    self.look(function, call)

    def look(self, function: Function, call: ast.Call) -> None:
        said = self.name_given(call)
        parameters = [argument.arg for argument in function.args.args]
        if isinstance(said, ast.Constant):
            self.found.add(str(said.value))
        elif isinstance(said, ast.JoinedStr):
            parts = [re.escape(str(p.value)) if isinstance(p, ast.Constant) else "[a-z_]+" for p in said.values]
            self.found.add("".join(parts))
        elif isinstance(said, ast.Name) and said.id in parameters:
            self.carriers[function.name] = parameters.index(said.id)
        elif said is not None:
            raise AssertionError(f"{function.name} gives the journal a name that cannot be followed: {ast.dump(said)}")

    def name_given(self, call: ast.Call) -> ast.expr | None:
        called = call.func
        if ast.unparse(called) == "journal.record":
            return next(keyword.value for keyword in call.keywords if keyword.arg == "name")
        if isinstance(called, ast.Name) and self.carriers.get(called.id, len(call.args)) < len(call.args):
            return call.args[self.carriers[called.id]]
        return None


def journal_names() -> set[str]:
    """As patterns: most are plain names, some have a part that is put in."""
    telling, known = list[Path](), dict[str, dict[str, int]]()
    sources = [one for one in (ROOT / "wenmai").rglob("*.py") if not {"tests", "testing", "migrations"} & {*one.parts}]
    for path in sources:
        if "journal.record" in path.read_text("utf-8"):
            telling.append(path)
            if carriers := Names(tree(path), {}).carriers:
                known[".".join(path.relative_to(ROOT).with_suffix("").parts)] = carriers
    helped = re.compile("|".join(rf"from {re.escape(one)} import" for one in known))
    telling += [one for one in sources if one not in telling and helped.search(one.read_text("utf-8"))]
    return set[str]().union(*(Names(tree(path), known).found for path in telling))


def test_every_journal_name_is_documented_and_no_other() -> None:
    written, described = journal_names(), set(first_cells(REFERENCE / "journal.md"))
    assert len(written) > 20, "the search for names has gone blind"
    missing = [name for name in written if not any(re.fullmatch(name, one) for one in described)]
    unwritten = [one for one in described if not any(re.fullmatch(name, one) for name in written)]
    assert (missing, unwritten) == ([], [])


def test_every_journal_name_has_words_for_people() -> None:
    assert sorted(DEEDS) == sorted(first_cells(REFERENCE / "journal.md"))


def test_every_permission_and_role_is_documented_as_it_is() -> None:
    path = REFERENCE / "permissions.md"
    heading = next(line for line in path.read_text("utf-8").splitlines() if line.startswith("| permission"))
    roles = [cell.split()[0] for cell in heading.strip("| ").split("|")[1:]]
    told = {row[0].strip("`"): {role for role, mark in zip(roles, row[1:], strict=True) if mark} for row in rows(path)}
    every = frozenset().union(*(permissions(role) for role in ROLES))
    assert roles == list(ROLES)
    assert told == {one: {role for role in ROLES if one in permissions(role)} for one in every}


def operators_commands() -> list[str]:
    return re.findall(r"^  (\w+)  ", OPERATORS, re.M)


@pytest.mark.parametrize("document", [*READMES, "docs/reference/commands.md"])
def test_every_operators_command_is_documented(document: str) -> None:
    assert len(operators_commands()) > 5
    assert [one for one in operators_commands() if f"wenmai {one}" not in named(ROOT / document)] == []


def test_every_documented_command_exists() -> None:
    described = {name.removeprefix("wenmai ") for name in first_cells(REFERENCE / "commands.md")}
    assert described == set(operators_commands())


@pytest.mark.parametrize("document", READMES)
def test_make_targets_are_those_of_the_makefile(document: str) -> None:
    makefile = (ROOT / "Makefile").read_text("utf-8")
    targets = set(re.findall(r"^([a-z-]+):", makefile, re.M))
    described = {cell.removeprefix("make ") for cell in first_cells(ROOT / document) if cell.startswith("make ")}
    assert described == targets


def plain(route: str) -> str:
    """`records/<int:number>/raw` -> `/records/<number>/raw`."""
    return "/" + re.sub(r"<\w+:(\w+)>", r"<\1>", route)


def test_every_message_is_documented() -> None:
    told = (ROOT / "docs/reference/sms-gateway.md").read_text("utf-8")
    assert [one.key for one in TEMPLATES.values() if f"| {one.words['zh-hans']} |" not in told] == []


def test_every_address_is_documented() -> None:
    described = named(REFERENCE / "addresses.md")
    assert [plain(route) for route, _entry in patterns(get_resolver()) if plain(route) not in described] == []


def links(path: Path) -> Iterator[str]:
    """Relative targets of links and pictures, without what follows #."""
    text = re.sub(r"^```.*?^```", "", path.read_text("utf-8"), flags=re.M | re.S)
    for target in re.findall(r"\]\(([^)\s]+)\)|(?:src|href)=\"([^\"]+)\"", re.sub(r"`[^`\n]*`", "", text)):
        address = "".join(target)
        if not re.match(r"[a-z]+:", address) and not address.startswith("#"):
            yield address.partition("#")[0]


def test_links_lead_somewhere() -> None:
    known = {*tracked()}
    known |= {folder for one in known for folder in one.parents}
    targets = [(path, target) for path in documents() for target in links(path)]
    wrong = [f"{place(path)}: {one}" for path, one in targets if (path.parent / one).resolve() not in known]
    assert wrong == []


def test_every_document_is_led_to() -> None:
    reached = {(path.parent / target).resolve() for path in documents() for target in links(path)}
    alone = [path for path in documents() if path not in reached and path.name not in READMES]
    assert alone == []


def test_decisions_are_numbered_and_whole() -> None:
    decisions = sorted((ROOT / "docs" / "adr").glob("[0-9]*.md"))
    assert [path.name[:4] for path in decisions] == [f"{number:04}" for number in range(1, len(decisions) + 1)]
    headings = ["Context", "Decision", "Consequences"]
    wrong = [p.name for p in decisions if re.findall(r"^## (.+)$", p.read_text("utf-8"), re.M)[:3] != headings]
    assert wrong == []


def test_every_dependency_has_its_reason() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))
    packages = json.loads((ROOT / "package.json").read_text("utf-8"))
    asked = [
        *project["project"]["dependencies"],
        *(one for group in project["dependency-groups"].values() for one in group),
    ]
    names = {re.match(r"[\w.-]+", one)[0] for one in asked}  # type: ignore[index]
    names |= {*packages["dependencies"], *packages["devDependencies"]}
    described = first_cells(ROOT / "docs" / "adr" / "0006-dependencies.md")
    assert sorted(described) == sorted(names)


def test_the_example_of_a_mapping_gives_what_it_says() -> None:
    text = (ROOT / "docs" / "how-to" / "write-a-mapping.md").read_text("utf-8")
    table, plan, expected = re.findall(r"^```(?:csv|json)\n(.*?)^```", text, re.M | re.S)
    crosswalk = compile_crosswalk(json.loads(plan))
    first = next(iter(read("csv", io.BytesIO(table.encode()), crosswalk=crosswalk)))
    assert isinstance(first, Parsed)
    assert first.key == "A-001"
    assert pack(map_record(first, crosswalk)) == json.loads(expected)


def test_promises_name_constraints_that_there_are() -> None:
    kept_by = re.findall(r"^\| [A-Z][^|`]+\| (.*`.*) \|$", (ROOT / "ARCHITECTURE.md").read_text("utf-8"), re.M)
    promised = set(re.findall(r"`([a-z_]+)`", " ".join(kept_by)))
    migrations = " ".join(path.read_text("utf-8") for path in (ROOT / "wenmai").glob("*/migrations/0*.py"))
    assert len(promised) > 10
    assert [name for name in sorted(promised) if not re.search(rf"\b{name}\b", migrations)] == []


def test_pictures_are_small() -> None:
    pictures = sorted((ROOT / "docs" / "pictures").iterdir())
    assert pictures
    assert [path.name for path in pictures if path.stat().st_size > 120_000] == []


# Put together here, so that this file does not hold them itself.
MACHINES = re.compile(r"/(?:home|Users)/[a-z]\w*/|/" r"root/\w|/" r"work/|[A-Z]:\\\\?Users")
REGISTRIES = re.compile(
    r"https?://(?:[\w.-]*\.)?(?:pypi\.org|pythonhosted\.org|npmjs\.(?:org|com)|npmmirror\.com|yarnpkg\.com)"
    r"|https?://(?![\w.-]*\.(?:example|test)\b)[\w.-]*(?:mirror|artifact|nexus|registry)[\w.-]*[:/]|--(?:extra-)?index-url"
)


def test_no_machine_and_no_registry_is_named() -> None:
    wrong = []
    for path in tracked():
        if path.suffix in {".png", ".webp", ".woff2", ".mrc"} or path == Path(__file__):
            continue
        text = path.read_bytes().decode("utf-8", "replace")
        wrong += [
            f"{path.relative_to(ROOT)}: {one[0]}" for word in (MACHINES, REGISTRIES) for one in word.finditer(text)
        ]
    assert wrong == []


def test_every_bad_day_has_its_test() -> None:
    """The page names tests that are there."""
    table = [row.split("|") for row in (REFERENCE / "bad-days.md").read_text("utf-8").splitlines() if "| `test_" in row]
    assert len(table) > 20
    for _nothing, _what, test, file, _end in table:
        source = (ROOT / file.strip()).read_text("utf-8")
        assert f"def {test.strip().strip('`')}(" in source, test

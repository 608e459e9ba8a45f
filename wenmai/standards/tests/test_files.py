import shutil
from pathlib import Path

import pytest

from wenmai.standards import checks, files, queries
from wenmai.standards.documents import profiles_reference
from wenmai.standards.rules.values import Evidence, Kind

ROOT = Path(files.__file__).parents[3]
REGISTRY = ROOT / "wenmai" / "standards" / "registry"


def test_the_registry_is_whole():
    assert files.load()[1] == []


def test_the_document_is_current():
    text = (ROOT / "docs" / "reference" / "profiles.md").read_text("utf-8")
    assert text == profiles_reference(files.registry()), "run `wenmai standards export`"


@pytest.mark.parametrize(
    ("file", "old", "new", "said"),
    [
        ("vocabularies/type.toml", 'code = "type"', "code = ", "registry/vocabularies/type.toml: is no TOML"),
        ("vocabularies/type.toml", 'code = "type"', 'code = "kind"', "must be the name of the file"),
        ("vocabularies/type.toml", 'code = "image"', 'code = "text"', "term text: is there twice"),
        ("vocabularies/type.toml", '"照片"', '"文字"', "“文字” means both"),
        ("vocabularies/type.toml", "ours = true", "ours = false", "set ours = true"),
        ("vocabularies/type.toml", 'en = "Text"', 'en = "Text"\nyears = [1, 2]', "unknown key years"),
        ("vocabularies/period.toml", "[618, 907]", "[907, 618]", "term tang: years must be first and last"),
        ("vocabularies/period.toml", "[618, 907]", '"Tang"', "term tang: years must be a list of 2 whole numbers"),
        ("entries/service.toml", '{ evidence = "S"', '{ evidence = "Z"', "must be one of D, R, S, K"),
        (
            "entries/technical.toml",
            'number = "WENMAI-T-01"',
            'number = "GB/T 99999—2026"',
            "no number of a series of kind ours",
        ),
        (
            "entries/technical.toml",
            'number = "GB 11643"',
            'number = "WENMAI-T-09"',
            "the series WENMAI is for what is ours",
        ),
        ("entries/technical.toml", 'code = "gb-11643"', 'code = "profiles"', "no page of its own"),
        (
            "entries/technical.toml",
            'kind = "ours"\nnumber = "WENMAI-T-01"',
            'kind = "open"\nnumber = "T-01"',
            "kind ours and evidence P",
        ),
        ("entries/resource.toml", "issued_on = 2025-10-31", 'issued_on = "2025"', "issued_on must be a date"),
        ("profiles/image/1.0.toml", 'form = "whole"', 'form = "wide"', "element bit_depth: form “wide” must be one of"),
        (
            "profiles/image/1.0.toml",
            "[change.language]",
            "[change.tongue]",
            "changes an element that the core does not have",
        ),
        (
            "profiles/image/1.0.toml",
            'quality = ["resolution"]',
            'quality = ["beauty"]',
            "grade: “beauty” is no element",
        ),
        (
            "profiles/image/1.0.toml",
            'extends = "core/1.0"',
            'extends = "core/9.9"',
            "extends “core/9.9”, which is not there",
        ),
        (
            "entries/service.toml",
            'number = "WENMAI-S-01"',
            'number = "GB/T 1"',
            "is no number of a series of kind ours",
        ),
        ("entries/technical.toml", 'number = "SRU"', 'number = "GB/T 99"', "looks like a standard’s number"),
        ("entries/technical.toml", 'number = "SRU"', 'number = "WH/T 99"', "looks like a standard’s number"),
        ("profiles/image/1.0.toml", "optional = 2026-11-01", "optional = 2026-01-01", "must follow each other in time"),
        (
            "profiles/image/1.0.toml",
            'obligation = "recommended"',
            'obligation = "nice"',
            "must be one of mandatory, recommended",
        ),
        ("profiles/image/1.0.toml", "repeatable = true", 'repeatable = "yes"', "repeatable must be true or false"),
        ("profiles/image/1.0.toml", 'version = "1.0"', 'version = "1.1"', "must be those of the path"),
        (
            "profiles/core/1.0.toml",
            '{ code = "theme", closed',
            '{ code = "mood", closed',
            "vocabulary “mood” is not there",
        ),
        ("grades.toml", "aspects = [3, 5]", "aspects = [5, 3]", "tier A must ask for no less than tier B"),
        ("grades.toml", '"cc_by_nc", "free_use"]', '"cc_by_nc", "gratis"]', "“gratis” is no licence"),
        ("eras.toml", '["武德", 618, 626]', '["武德", 626, 618]', "“武德” ends before it begins"),
        ("eras.toml", 'period = "sui"', 'period = "suei"', "unknown period “suei”"),
    ],
)
def test_a_broken_file_is_named_with_its_fault(tmp_path, monkeypatch, file, old, new, said):
    root = tmp_path / "registry"
    shutil.copytree(REGISTRY, root)
    text = (root / file).read_text("utf-8")
    assert old in text
    (root / file).write_text(text.replace(old, new, 1), "utf-8")
    faults = files.load(root)[1]
    assert any(said in str(fault) for fault in faults), [str(fault) for fault in faults]
    assert any(Path(file).name in fault.file for fault in faults)


def test_a_missing_profile_is_named(tmp_path):
    root = tmp_path / "registry"
    shutil.copytree(REGISTRY, root)
    shutil.rmtree(root / "profiles" / "audio")
    assert [str(fault) for fault in files.load(root)[1]] == [
        "registry/profiles: there is no profile for the type “audio”"
    ]


def test_a_later_version_that_gives_no_reason_is_refused(tmp_path):
    root = tmp_path / "registry"
    shutil.copytree(REGISTRY, root)
    text = (root / "profiles/text/1.0.toml").read_text("utf-8")
    (root / "profiles/text/1.3.toml").write_text(text.replace('version = "1.0"', 'version = "1.3"'), "utf-8")
    _registry, faults = files.load(root)
    assert [str(fault) for fault in faults] == ["registry/profiles/text/1.3.toml: a later version says its reason"]


def test_a_newer_version_stands_beside_the_old(tmp_path):
    root = tmp_path / "registry"
    shutil.copytree(REGISTRY, root)
    text = (root / "profiles/text/1.1.toml").read_text("utf-8")
    (root / "profiles/text/1.10.toml").write_text(text.replace('version = "1.1"', 'version = "1.10"'), "utf-8")
    (root / "profiles/text/1.3.toml").write_text(text.replace('version = "1.1"', 'version = "1.3"'), "utf-8")
    registry, faults = files.load(root)
    assert not faults
    assert list(registry.profiles["text"]) == ["1.10", "1.3", "1.2", "1.1", "1.0"]


def test_the_start_stops_on_a_fault(monkeypatch):
    fault = files.Fault("registry/grades.toml", "shares is missing")
    monkeypatch.setattr(files, "load", lambda: (None, [fault]))
    assert [(e.id, e.msg) for e in checks.check_registry(None)] == [
        ("standards.E001", "registry/grades.toml: shares is missing")
    ]


def test_what_is_not_verified_has_no_day_and_what_is_ours_no_foreign_number():
    for entry in queries.entries():
        if entry.verification.evidence in {Evidence.KNOWN, Evidence.RECALLED, Evidence.OURS}:
            assert entry.verification.on is None
        if entry.kind is Kind.OURS:
            assert entry.number.startswith("WENMAI-")


@pytest.mark.parametrize("name", queries.crosswalks())
def test_crosswalks_compile_and_speak_of_known_elements(name):
    crosswalk = queries.crosswalk(name)
    known = {code for versions in files.registry().profiles.values() for p in versions.values() for code in p.labels}
    assert crosswalk.elements <= known
    assert len(queries.crosswalk_edition(name)) == 12


@pytest.mark.parametrize("name", ["", "none", "../registry/grades", "csv/../csv", "csv.json"])
def test_an_unknown_crosswalk(name):
    with pytest.raises(queries.NotRegistered):
        queries.crosswalk(name)

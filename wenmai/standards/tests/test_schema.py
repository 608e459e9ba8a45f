from collections import Counter
from itertools import islice
from pathlib import Path

import pytest
from jsonschema import Draft202012Validator

from wenmai.formats import reading
from wenmai.formats.crosswalk import map_record
from wenmai.formats.values import Elements, Parsed
from wenmai.standards import files, queries, rules
from wenmai.standards.rules.checks import BREAKING
from wenmai.standards.rules.schema import as_json
from wenmai.standards.tests.records import BOOK, EVENING, FILM, POEM, elements

REGISTRY = files.registry()
PROFILES = [profile for versions in REGISTRY.profiles.values() for profile in versions.values()]
SAMPLES = {"text": POEM, "ebook": BOOK, "video": FILM, "activity": EVENING}
CHANGES = [
    {},
    {"title": []},
    {"title": " "},
    {"title": "长" * 1001},
    {"licence": []},
    {"licence": [], "rights": "公有领域"},
    {"licence": "free beer"},
    {"type": ["text", "image"]},
    {"language": "tlh"},
    {"temporal": "很久以前"},
    {"link": "ftp://example.org/a b"},
    {"duration": "long"},
    {"isbn": "978-7-5013-5749-8"},
    {"mood": "喜"},
]


@pytest.mark.parametrize("profile", PROFILES, ids=lambda p: p.code)
def test_every_schema_is_a_schema(profile):
    Draft202012Validator.check_schema(rules.schema(profile, REGISTRY.vocabularies))


@pytest.mark.parametrize("code", SAMPLES)
@pytest.mark.parametrize("change", CHANGES, ids=str)
def test_the_schema_and_the_check_agree(code, change):
    """What breaks the profile is refused by the schema, and nothing else is."""
    profile = next(iter(REGISTRY.profiles[code].values()))
    record = SAMPLES[code] | elements(**change)
    valid = Draft202012Validator(rules.schema(profile, REGISTRY.vocabularies)).is_valid(as_json(record))
    assert valid == (not any(problem.code in BREAKING for problem in rules.check(profile, record)))


def test_a_record_in_the_shape_of_the_schema():
    assert as_json(elements(title="春晓", alternative=[])) == {"title": [{"text": "春晓", "source": "$.title"}]}


def real_records(shared: Path) -> list[Elements]:
    """As they come in: of other libraries, mapped as the intake maps them."""
    sources = [("marcxml", "marc21", path) for path in sorted((shared / "data/marc-bulk").glob("*.xml"))]
    sources += [("marcxml", "marc21", path) for path in sorted((shared / "data/marc-cjk").glob("*.xml"))]
    sources += [("unimarc", "cnmarc", path) for path in sorted((shared / "data/unimarc-cnmarc").glob("*.mrc"))]
    found: list[Elements] = []
    for format, name, path in sources:
        with path.open("rb") as stream:
            read = reading.read(format, stream, crosswalk=queries.crosswalk(name))
            parsed = (one for one in read if isinstance(one, Parsed))
            found += [map_record(one, queries.crosswalk(name)) for one in islice(parsed, 25)]
    return found


@pytest.mark.slow
def test_real_records_pass_a_schema_exactly_when_they_follow_its_profile(shared: Path) -> None:
    """Every version of every profile, with every record: also those of other types, which break it."""
    records = [(record, as_json(record)) for record in real_records(shared)]
    assert len(records) > 200
    verdicts: Counter[bool] = Counter()
    for profile in PROFILES:
        validator = Draft202012Validator(rules.schema(profile, REGISTRY.vocabularies))
        for record, told in records:
            valid = validator.is_valid(told)
            problems = [problem for problem in rules.check(profile, record) if problem.code in BREAKING]
            assert valid == (not problems), (profile.name, record.get("title"), problems)
            verdicts[valid] += 1
    assert min(verdicts[True], verdicts[False]) > 100, verdicts

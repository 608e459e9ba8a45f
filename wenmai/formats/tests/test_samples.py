"""The folder of samples: `<name>.<crosswalk>.<format>` beside `<name>.expected.json`; every bug adds one."""

import json
from pathlib import Path

import pytest

from wenmai.formats.crosswalk import map_record
from wenmai.formats.tests.reading_aloud import crosswalk, outcomes
from wenmai.formats.values import Parsed, pack

SAMPLES = Path(__file__).parent / "samples"


@pytest.mark.parametrize(
    "path", sorted(path for path in SAMPLES.glob("*.*.*") if ".expected." not in path.name), ids=lambda path: path.name
)
def test_sample(path):
    name, mapping_name, format = path.name.split(".")
    mapping = crosswalk(mapping_name)
    found = [
        {"key": one.key, "elements": pack(map_record(one, mapping))}
        if isinstance(one, Parsed)
        else {"rejected": one.code, "position": one.position}
        for one in outcomes(format, path.read_bytes(), crosswalk=mapping)
    ]
    assert found == json.loads((SAMPLES / f"{name}.expected.json").read_text())

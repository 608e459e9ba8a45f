"""Answers of OAI-PMH against the official schemas and that of our own format, by xmllint."""

import os
import shutil
import subprocess
from collections.abc import Sequence
from pathlib import Path

import pytest

from wenmai.formats import writers


def follow_the_schemas(answers: Sequence[bytes], shared: Path, folder: Path) -> None:
    """Fails where one does not; without xmllint fails in CI, elsewhere skips."""
    if shutil.which("xmllint") is None:
        assert not os.environ.get("CI"), "no xmllint: apt-get install libxml2-utils"
        pytest.skip("no xmllint: apt-get install libxml2-utils")
    files = [folder / f"{number}.xml" for number in range(len(answers))]
    for file, answer in zip(files, answers, strict=True):
        file.write_bytes(answer)
    done = subprocess.run(
        ["xmllint", "--nonet", "--noout", "--schema", str(schemas(shared, folder)), *map(str, files)],
        capture_output=True,
        text=True,
        check=False,
        env={**os.environ, "XML_CATALOG_FILES": str(shared / "xsd" / "catalog" / "catalog.xml")},
    )
    wrong = [line for line in done.stderr.splitlines() if "error" in line]
    assert (done.returncode, wrong[:5]) == (0, [])


def schemas(shared: Path, folder: Path) -> Path:
    """All of them in one."""
    places = {
        "http://www.openarchives.org/OAI/2.0/": shared / "xsd/oai/OAI-PMH.xsd",
        "http://www.openarchives.org/OAI/2.0/oai_dc/": shared / "xsd/oai/oai_dc.xsd",
        "http://www.loc.gov/MARC21/slim": shared / "xsd/oai/MARC21slim.xsd",
        "http://www.loc.gov/mods/v3": shared / "xsd/dpres/schemas_external/mods/3.7/mods-3-7.xsd",
        writers.FULL_NAMESPACE: writers.FULL_SCHEMA_FILE,
    }
    lines = (f'<xs:import namespace="{space}" schemaLocation="{place}"/>' for space, place in places.items())
    schema = folder / "all.xsd"
    schema.write_text(f'<xs:schema xmlns:xs="http://www.w3.org/2001/XMLSchema">{"".join(lines)}</xs:schema>')
    return schema

"""The purposes that people are asked about, and the texts that they agree to: consents.json, in versions.

A text that went out is never changed: another version is added. One that asks for more is `material`, and makes what
was given before count no more; a clearer wording of the same is not.
"""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import NamedTuple

PERSONALISATION, NOTICES, RESEARCH = "personalisation", "notices", "research"


class Text(NamedTuple):
    """What is asked, in one language."""

    title: str
    asks: str
    refusing: str


class Purpose(NamedTuple):
    """`number`: of the text that is shown now; `good_from`: a consent to an older one does not count."""

    key: str
    number: int
    good_from: int
    texts: Mapping[str, Text]
    titles: Mapping[int, Mapping[str, str]]

    def text(self, language: str) -> Text:
        """In Chinese where there is no such language."""
        return self.texts.get(language, self.texts["zh-hans"])


LANGUAGES = ("zh-hans", "en")


def read(content: str) -> dict[str, Purpose]:
    found = {}
    for key, plain in json.loads(content).items():
        versions = plain["versions"]
        assert [one["number"] for one in versions] == list(range(1, len(versions) + 1)), f"{key}: versions count from 1"
        last = versions[-1]
        found[key] = Purpose(
            key,
            last["number"],
            max(one["number"] for one in versions if one["material"]),
            {language: Text(**last[language]) for language in LANGUAGES},
            {one["number"]: {language: one[language]["title"] for language in LANGUAGES} for one in versions},
        )
    return found


PURPOSES = read(Path(__file__).with_name("consents.json").read_text("utf-8"))

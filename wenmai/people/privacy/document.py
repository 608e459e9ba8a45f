"""The register as a document; docs/reference/privacy.md is its output, and a test compares them."""

from collections.abc import Iterator

from django.utils.translation import override

from wenmai.lib import personal
from wenmai.people.privacy import queries

HEAD = """# Personal data

The register as the modules declare it (`personal.py` of each; [ADR 18](../adr/0018-a-register-of-personal-data.md)).
This page is the output of `wenmai privacy register`; a test compares the two. Whoever adds a field declares it, or
lists it as impersonal, and writes the page anew. `/privacy` says the same to everybody, `/desk/privacy/` to auditors,
with the last enforcement. How a person's request is answered: [answer-a-person.md](../how-to/answer-a-person.md).
"""


def markdown() -> Iterator[str]:
    """Lines of the document, in English."""
    with override("en"):
        yield from HEAD.splitlines()
        yield ""
        yield "## What is asked for, one by one"
        yield ""
        yield "| purpose | what | on what ground | taken back |"
        yield "|---|---|---|---|"
        for one in queries.asked("en"):
            yield f"| {one.title} (`{one.key}`) | {one.asks} | {one.basis} | {one.withdrawal} |"
        yield ""
        yield "## What is kept"
        for entry in queries.register():
            yield from _entry(entry)
        yield ""
        yield "## How long"
        yield ""
        yield "| rule | counts from | days |"
        yield "|---|---|---|"
        for rule in personal.rules():
            yield f"| `{rule.name}` | {rule.words} | {'for ever' if rule.days is None else rule.days} |"


def _entry(entry: queries.Entry) -> Iterator[str]:
    yield ""
    yield f"### {entry.words} (`{entry.model}`)"
    yield ""
    yield f"{entry.purpose}. {entry.basis}. Kept: {'; '.join(entry.kept)}. Seen by: {entry.seen}."
    yield f"Taken back: {entry.withdrawal}. At the end of the account: {entry.ending}."
    yield ""
    yield "| column | what | at rest | on pages | in an export |"
    yield "|---|---|---|---|---|"
    for item in entry.items:
        yield f"| `{item.field}` | {item.words} | {item.form} | {item.shown} | {item.exported} |"

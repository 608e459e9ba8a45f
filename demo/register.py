"""The demonstration's register of persons: three invented readers, whose numbers no other node accepts."""

from wenmai.people.rules import Document

READERS = {"000000199001010018": "演示甲", "000000195503070020": "演示乙", "000000201608150033": "演示丙"}
"""Number -> name; a grown-up, an old one, a child."""


class Register:
    """The checker `demo`; settings refuse it anywhere but in a demonstration."""

    is_on = True
    name = "演示核验"
    example = "、".join(f"{name} {number}" for number, name in READERS.items())

    def check(self, document: Document, holder: str) -> bool:
        return READERS.get(document.number) == holder

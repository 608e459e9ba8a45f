"""Templates and their words, phones, pauses, and what is said when a message is refused."""

from wenmai.messages.rules.phones import require_phone
from wenmai.messages.rules.templates import TEMPLATES, Template, require_values
from wenmai.messages.rules.timing import HOLD, LATER, LONGEST_LIFE, pause
from wenmai.messages.rules.words import error_words, sentence

__all__ = [
    "HOLD", "LATER", "LONGEST_LIFE", "TEMPLATES", "TO", "VALUES", "Template", "error_words", "pause", "require_phone",
    "require_values", "sentence",
]  # fmt: skip
TO, VALUES = "messages.to", "messages.values"
"""What the vault seals for; TO is the purpose of the blind index, too."""

"""The registry's files, read and checked: every fault names its file and says what is wrong with it."""

from wenmai.standards.files.entries import FamilyText
from wenmai.standards.files.registry import CORE, Registry, load, registry
from wenmai.standards.files.sheets import Fault

__all__ = ["CORE", "FamilyText", "Fault", "Registry", "load", "registry"]

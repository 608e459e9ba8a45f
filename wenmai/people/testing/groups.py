"""Groups and people with a real name, for tests of modules above."""

from wenmai.people.groups.testing import make_group, make_real

__all__ = ["make_group", "make_real"]

"""What modules above hang into people: what belongs to an account and moves when two become one."""

from wenmai.people.merging import Owned
from wenmai.people.merging import register as register_owned

__all__ = ["Owned", "register_owned"]

"""What modules above hang into people: what belongs to an account and moves when two become one, and what somebody may
let another person do in their name."""

from wenmai.people.matters import Matter
from wenmai.people.matters import register as register_matter
from wenmai.people.merging import Owned
from wenmai.people.merging import register as register_owned

__all__ = ["Matter", "Owned", "register_matter", "register_owned"]
